import { contextChart, fleetAxis } from "../panes/fleet-panes.ts";
import { fleetTable } from "../panes/fleet-table.ts";
import { isUnknownFleet } from "../panes/header.ts";
import { troubleLog } from "../panes/log.ts";
import { axisRows } from "../panes/time-axis.ts";
import { stacked, type Box } from "../state/layout.ts";
import type { ConsoleModel } from "../state/model.ts";
import { defineScreen } from "./screen.ts";

/**
 * "Which one is sick?" All gateways, the context of the selected one, the time axis, and what is going wrong:
 *
 *     NAME      STATE       UP     LAG   CONTEXT        CH   ALERTS
 *   ▸ prod-eu   ✖ sick      3d 4h  24ms  ████████ 105%  2/3  session-dead +2
 *     prod-us   ● up        9d     12ms  ████░░░░  52%  3/3
 *   ─ prod-eu · context pressure, last 1h ────────────────────────────────────
 *    120% ┤                                            ▁▂▄▅▆▇███████
 *   ─ time ─── 01:20 ────────── 01:40 ────▲deploy───── 02:00 ──────────── now
 *     alerts                                       ▓▓▓▓████████
 *     snapshots  │   │   │   ★ last good 2026-11-20-02-00
 *   ─ log · warnings and errors · all gateways ───────────────── following ──
 *    02:17:29 prod-eu  WARN  agent/embedded  compaction refused: guard_blocked
 *
 * What goes first on a small screen is what can be had elsewhere: the chart, then the log, never the table.
 */
export const fleet = defineScreen("fleet", {
  crumbs: ({ setting }) => [setting.texts.fleet.place],
  layout: (model, box) => {
    if (isUnknownFleet(model)) return stacked(box, [{ what: fleetTable, least: box.height }]);
    const { table, chart, log } = heights(model, box);
    return stacked(box, [
      { what: fleetTable, least: table },
      ...(chart > 0 ? [{ what: contextChart, least: chart }] : []),
      { what: fleetAxis, least: axisRows },
      { what: troubleLog, least: log },
    ]);
  },
});

const heights = ({ watch }: ConsoleModel, { height }: Box) => {
  const free = height - axisRows;
  const table = Math.min(watch.gateways.length + 1, Math.max(5, Math.floor(free * 0.6)));
  const rest = free - table;
  const chart = rest >= 9 ? Math.min(9, Math.max(5, Math.floor(rest * 0.4))) : rest >= 8 ? 4 : 0;
  return { table, chart, log: rest - chart };
};
