import { planHere, plannedHere, runShown } from "../lists/restore.ts";
import { gatewayLog } from "../panes/log.ts";
import {
  lossTable,
  preflightDetail,
  preflightTable,
  restoreHead,
  restoreHeadRows,
  scopeLine,
} from "../panes/restore.ts";
import { checkTable } from "../panes/restore-checks.ts";
import { runHead, runHeadRows } from "../panes/restore-head.ts";
import { stepRows, stepsPane } from "../panes/restore-steps.ts";
import { rollbackPane } from "../panes/rollback.ts";
import { sessionDetail } from "../panes/sessions.ts";
import { beside, stacked, type Box, type Placed } from "../state/layout.ts";
import type { ConsoleModel } from "../state/model.ts";
import { gatewayOf } from "../state/place.ts";
import { isGoing, isGoingBack } from "../state/restore-run.ts";
import type { Pane } from "../panes/pane.ts";
import { defineScreen } from "./screen.ts";

const mostHead = 8;
const wide = 150;

/**
 * "What will happen, what will I lose, is it safe, is it done?" The plan, until it is confirmed; then the same restore
 * step by step, what was compared when it ran again, and what there is to decide.
 */
export const restore = defineScreen("restore", {
  crumbs: ({ setting, view }, { gateway }) => {
    const { place } = setting.texts.restore;
    // A comparison leaves the name to whoever comes after it.
    return view.places.some(
      (each) => each.screen !== "restore" && each.screen !== "compare" && gatewayOf(each) === gateway,
    )
      ? [place]
      : [gateway, place];
  },
  headline: (model) => headlineOf(model),
  layout: (model, box) => (runShown(model) === undefined ? planLayout(model, box) : runLayout(model, box)),
});

const headlineOf = (model: ConsoleModel): readonly string[] => {
  const { headlines } = model.setting.texts.restore;
  const run = runShown(model);
  const plan = planHere(model);
  if (run === undefined) {
    if (plan === undefined) {
      return plannedHere(model)?.kind === "failed" ? headlines.failed : headlines.looking;
    }
    const stops = plan.preflight.filter(({ verdict }) => verdict === "stop").length;
    return stops === 0 ? headlines.plan : headlines.stops(stops);
  }
  if (isGoing(run)) return isGoingBack(run) ? headlines.back : headlines.going;
  switch (run.end?.kind) {
    case "accepted":
      return headlines.accepted;
    case "put-back":
      return headlines.putBack;
    case "called-off":
      return headlines.calledOff;
    case "failed":
      return headlines.broken;
    case "waiting":
    case undefined:
      return headlines.waiting;
  }
};

const planLayout = (model: ConsoleModel, box: Box): readonly Placed<Pane>[] => {
  const head = { what: "head", least: Math.min(restoreHeadRows(model, box.width), mostHead) } as const;
  const scope = { what: "scope", least: 1 } as const;
  const lists = { what: "lists", least: 8, share: 1 } as const;
  const detail = { what: "detail", least: box.height < 20 ? 3 : 4 } as const;
  return stacked(box, [head, scope, lists, detail]).flatMap(
    ({ what, box: place }): readonly Placed<Pane>[] => {
      switch (what) {
        case "head":
          return [{ what: restoreHead, box: place }];
        case "scope":
          return [{ what: scopeLine, box: place }];
        case "detail":
          return [{ what: preflightDetail, box: place }];
        case "lists":
          return place.width >= wide
            ? beside(place, [
                { what: lossTable, least: 60, share: 1 },
                { what: preflightTable, least: 60, share: 1 },
              ])
            : stacked(place, [
                { what: lossTable, least: 3, share: 1 },
                { what: preflightTable, least: 5, share: 1, most: 11 },
              ]);
      }
    },
  );
};

const runLayout = (model: ConsoleModel, box: Box): readonly Placed<Pane>[] => {
  const head = Math.min(runHeadRows(model, box.width), mostHead);
  const steps = Math.min(stepRows(model), Math.max(5, box.height - head - 8));
  return stacked(box, [
    { what: runHead, least: head },
    { what: stepsPane, least: steps },
    { what: checkTable, least: 4, share: 2, most: 10 },
    { what: gatewayLog, least: 4, share: 1 },
  ]);
};

/** "Can this one session go back alone, and what would go aside?" */
export const rollback = defineScreen("rollback", {
  crumbs: ({ setting }) => [setting.texts.rollback.place],
  layout: (_model, box) =>
    stacked(box, [
      { what: rollbackPane, least: Math.min(10, Math.floor(box.height / 2)), most: 12, share: 1 },
      { what: sessionDetail, least: 6, share: 2, most: 14 },
      { what: gatewayLog, least: 4, share: 1 },
    ]),
});
