import { percent } from "../../../ground/index.ts";
import { gatewayNamed, writeVital, type TrailName } from "../../../watch/index.ts";
import { firingAt } from "../lists/alerts.ts";
import { incidentHere } from "../lists/incidents.ts";
import type { ConsoleModel } from "../state/model.ts";
import { vitalsAt } from "../state/moment.ts";
import type { Look } from "../theme/index.ts";
import type { Pane } from "./pane.ts";

/** The numbers and alerts of every gateway it hit, at the moment one looks at. */
export const incidentMoment: Pane = {
  id: "moment",
  title: ({ view, setting }) => {
    const { incident: words } = setting.texts;
    return [view.moment === undefined ? words.atNow : words.at(setting.time.full(view.moment))];
  },
  body: {
    kind: "text",
    lines: (model, columns, look) => {
      const incident = incidentHere(model);
      if (incident === undefined) return [];
      return incident.gateways.slice(0, 20).flatMap((name) => momentLines(model, name, columns, look));
    },
  },
};

const momentLines = (model: ConsoleModel, name: string, columns: number, look: Look): readonly string[] => {
  const { incident: words, gateway: words2 } = model.setting.texts;
  const { moment } = model.view;
  const { now } = model.watch;
  const gateway = gatewayNamed(model.watch, name);
  const known = gateway === undefined ? new Map<TrailName, number>() : vitalsAt(gateway, moment, now);
  const { facts } = words2;
  const pressure = known.get("context_pressure") ?? known.get("context_usage");
  const connected = known.get("channels_connected");
  const configured = known.get("channels_configured");
  const parts = [
    ...(pressure === undefined ? [] : [`${facts.pressure} ${percent(pressure)}`]),
    ...(connected === undefined || configured === undefined
      ? []
      : [`${facts.channels} ${connected}/${configured}`]),
    ...(known.has("rss") ? [`${facts.rss} ${writeVital("rss", known.get("rss"))}`] : []),
    ...(known.has("lag_p99") ? [`${facts.lag} ${writeVital("lag_p99", known.get("lag_p99"))}`] : []),
    ...(known.has("session_count")
      ? [`${facts.sessions} ${writeVital("session_count", known.get("session_count"))}`]
      : []),
    ...(known.has("error_rate")
      ? [`${facts.errorRate} ${writeVital("error_rate", known.get("error_rate"))}`]
      : []),
  ];
  const firing = [...new Set(firingAt(model.watch, name, moment ?? now).map(({ rule }) => rule))];
  const numbers = parts.length === 0 ? words.unknownThen : parts.join(` ${look.symbol("dot")} `);
  const alerts = firing.length === 0 ? words.nothingFiring : words.firing(firing.join(", "));
  return [
    look.fit(` ${look.paint("text.strong", name)}  ${numbers}`, columns),
    look.fit(`   ${look.paint(firing.length === 0 ? "text.dim" : "state.warn", alerts)}`, columns),
  ];
};
