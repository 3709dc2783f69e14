import { contextChart } from "../panes/fleet-panes.ts";
import { gatewayAlerts } from "../panes/alerts.ts";
import { channelDetail, channelTable } from "../panes/channels.ts";
import { bootTable, configState, happeningTable, laneTable } from "../panes/gateway-parts.ts";
import { gatewayFacts, headlineOf } from "../panes/gateway-overview.ts";
import { gatewayLog } from "../panes/log.ts";
import type { Pane } from "../panes/pane.ts";
import { sessionDetail, sessionTable } from "../panes/sessions.ts";
import { gatewayTabLine } from "../panes/tabs.ts";
import { wholeEvent, wholeLogLine } from "../panes/whole-line.ts";
import { vitalPane } from "../panes/vital-chart.ts";
import { happeningList } from "../lists/gateway-parts.ts";
import { gatewayHere } from "../lists/gateways.ts";
import { logList } from "../lists/log-lines.ts";
import { beside, stacked, type Box, type Part, type Placed } from "../state/layout.ts";
import type { ConsoleModel } from "../state/model.ts";
import type { GatewayTab } from "../state/place.ts";
import { defineScreen } from "./screen.ts";

/**
 * "What exactly?" One gateway, part by part:
 *
 *    overview [sessions] channels  lanes  config  boots  logs  events
 *   ▸ sessions ─────────────────────────────────────────────── 12 of 41 ──
 *     SESSION              AGENT  PRESSURE        USED/WINDOW  STATE
 *   ▸ main:console-big     main   ██████████ 105% 20k/32k  64% ✖ dead
 *   ─ agent:main:console-big ────────────────────────────────────────────
 *     state       ✖ dead: 3 turns failed and it did not recover
 */
export const gateway = defineScreen("gateway", {
  crumbs: ({ setting }, { gateway, tab }) => [gateway, setting.texts.gateway.tabs[tab]],
  headline: headlineOf,
  layout: (model, box, { tab }) => {
    const rest = { ...box, top: box.top + 1, height: box.height - 1 };
    return [{ what: gatewayTabLine, box: { ...box, height: 1 } }, ...parts[tab](rest, model)];
  },
});

const memoryChart = vitalPane("rss", "rss", gatewayHere, ({ setting }) => setting.texts.gateway.memory);

const alone =
  (pane: Pane) =>
  (box: Box): readonly Placed<Pane>[] => [{ what: pane, box }];

const wide = 130;

const overview = (box: Box): readonly Placed<Pane>[] => {
  const facts: Part<Pane> = { what: gatewayFacts, least: 9, share: 3, most: box.width >= wide ? 22 : 18 };
  const alerts: Part<Pane> = { what: gatewayAlerts, least: 4, share: 1 };
  const log: Part<Pane> = { what: gatewayLog, least: 4, share: 2 };
  if (box.height < 26) return stacked(box, [facts, alerts, log]);
  const chart: Part<readonly Pane[]> = { what: [contextChart, memoryChart], least: 7, share: 1, most: 12 };
  const all: readonly Part<readonly Pane[]>[] = [
    { ...facts, what: [gatewayFacts] },
    chart,
    { ...alerts, what: [gatewayAlerts] },
    { ...log, what: [gatewayLog] },
  ];
  return stacked(box, all).flatMap(({ what, box: place }) =>
    beside(
      place,
      what.slice(0, place.width >= wide ? 2 : 1).map((pane) => ({ what: pane, least: 40, share: 1 })),
    ),
  );
};

const withDetail =
  (list: Pane, detail: Pane, detailRows: number) =>
  (box: Box): readonly Placed<Pane>[] =>
    stacked(box, [
      { what: list, least: 5, share: 3 },
      {
        what: detail,
        least: Math.min(detailRows, Math.floor(box.height / 2)),
        share: 1,
        most: detailRows + 6,
      },
    ]);

const logWithLine = withDetail(gatewayLog, wholeLogLine, 4);
/** A line is shown whole when somebody has stopped at it; while they follow, the log has all the room. */
const logs = (box: Box, model: ConsoleModel): readonly Placed<Pane>[] =>
  logList.view(model).following || logList.selected(model) === undefined
    ? alone(gatewayLog)(box)
    : logWithLine(box);

const eventsWithOne = withDetail(happeningTable, wholeEvent, 4);
const events = (box: Box, model: ConsoleModel): readonly Placed<Pane>[] =>
  happeningList.selected(model) === undefined ? alone(happeningTable)(box) : eventsWithOne(box);

const parts: Readonly<Record<GatewayTab, (box: Box, model: ConsoleModel) => readonly Placed<Pane>[]>> = {
  overview,
  sessions: withDetail(sessionTable, sessionDetail, 9),
  channels: withDetail(channelTable, channelDetail, 7),
  lanes: alone(laneTable),
  config: alone(configState),
  boots: alone(bootTable),
  logs,
  events,
};
