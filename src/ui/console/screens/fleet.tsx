import { Box } from "ink";
import type { ReactNode } from "react";
import { fleetLayout } from "../state/layout.ts";
import { Live } from "../terminal/index.ts";
import { paintAxisPane, paintContextPane, paintLogPane, paintTablePane } from "./fleet-panes.ts";
import type { ConsoleSource } from "./source.ts";

export type FleetProps = {
  readonly source: ConsoleSource;
  readonly columns: number;
  readonly rows: number;
  readonly gateways: number;
};

/**
 * "Which one is sick?" All gateways, the context of the selected one, the time axis, and what is going wrong:
 *
 *     NAME      STATE       UP     LAG   CONTEXT        CH   ALERTS
 *   ▸ prod-eu   ✖ sick      3d 4h  24ms  ████████ 105%  2/3  session-dead +2
 *     prod-us   ● up        9d     12ms  ████░░░░  52%  3/3
 *   ─ prod-eu · context pressure, last hour ──────────────────────────────────
 *    120% ┤                                            ▁▂▄▅▆▇███████
 *   ─ time ─── 01:20 ────────── 01:40 ────▲deploy───── 02:00 ──────────── now
 *     alerts                                       ▓▓▓▓████████
 *     snapshots  │   │   │   ★ last good 2026-11-20-02-00
 *   ─ log · warnings and errors · all gateways ───────────────────────────────
 *    02:17:29 prod-eu  WARN  agent/embedded  compaction refused: guard_blocked
 */
export const Fleet = ({ source, columns, rows, gateways }: FleetProps): ReactNode => {
  const { table, chart, axis } = fleetLayout({ columns, rows }, gateways);
  return (
    <Box flexDirection="column" flexGrow={1}>
      <Live source={source} paint={paintTablePane} height={table} flexShrink={0} />
      {chart > 0 && <Live source={source} paint={paintContextPane} height={chart} flexShrink={0} />}
      <Live source={source} paint={paintAxisPane} height={axis} flexShrink={0} />
      <Live source={source} paint={paintLogPane} flexGrow={1} />
    </Box>
  );
};
