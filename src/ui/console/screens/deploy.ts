import { deployTiles } from "../panes/deploy.ts";
import { fleetAxis } from "../panes/fleet-panes.ts";
import { errorLog } from "../panes/log.ts";
import { axisRows } from "../panes/time-axis.ts";
import { stacked } from "../state/layout.ts";
import { defineScreen } from "./screen.ts";

/** "Is it still going well?" Large states, the axis with the mark of the deploy on it, and errors alone. */
export const deploy = defineScreen("deploy", {
  crumbs: ({ setting }) => [setting.texts.deploy.place],
  layout: ({ watch }, box) => {
    const across = Math.max(1, Math.min(watch.gateways.length, Math.floor(box.width / 26)));
    const wanted = Math.ceil(watch.gateways.length / across) * 4;
    return stacked(box, [
      { what: deployTiles, least: Math.max(4, Math.min(wanted, Math.floor(box.height * 0.6))) },
      { what: fleetAxis, least: axisRows },
      { what: errorLog, least: 3, share: 1 },
    ]);
  },
});
