import {
  compareHead,
  compareTabs,
  differenceDetail,
  differenceTable,
  fileDifference,
} from "../panes/compare.ts";
import { stacked } from "../state/layout.ts";
import { gatewayOf } from "../state/place.ts";
import { defineScreen } from "./screen.ts";

/** "What changed between good and now?" The numbers of both, then one section after the other. */
export const compare = defineScreen("compare", {
  crumbs: ({ setting, view }, { gateway }) => {
    const { place } = setting.texts.compare;
    return view.places.some((each) => each.screen !== "compare" && gatewayOf(each) === gateway)
      ? [place]
      : [gateway, place];
  },
  layout: (_model, box) =>
    stacked(box, [
      { what: compareHead, least: 5 },
      { what: compareTabs, least: 1 },
      { what: differenceTable, least: 5, share: 1 },
      { what: differenceDetail, least: 3 },
    ]),
});

/** One file of both sides, line by line. */
export const difference = defineScreen("difference", {
  crumbs: ({ setting }) => [setting.texts.compare.difference],
  layout: (_model, box) => [{ what: fileDifference, box }],
});
