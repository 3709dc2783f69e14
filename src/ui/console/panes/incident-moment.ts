import { percent } from "../../../ground/index.ts";
import { gatewayNamed, writeVital } from "../../../watch/index.ts";
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
      const at = model.view.moment ?? model.watch.now;
      return incident.gateways.slice(0, 20).flatMap((name) => momentLines(model, name, at, columns, look));
    },
  },
};

const momentLines = (
  model: ConsoleModel,
  name: string,
  at: number,
  columns: number,
  look: Look,
): readonly string[] => {
  const { incident: words, gateway: words2 } = model.setting.texts;
  const gateway = gatewayNamed(model.watch, name);
  const known = new Map(
    gateway === undefined ? [] : vitalsAt(gateway, at).map(({ name: vital, value }) => [vital, value]),
  );
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
  const firing = [...new Set(firingAt(model.watch, name, at).map(({ rule }) => rule))];
  const numbers = parts.length === 0 ? words.unknownThen : parts.join(` ${look.symbol("dot")} `);
  const alerts = firing.length === 0 ? words.nothingFiring : words.firing(firing.join(", "));
  return [
    look.fit(` ${look.paint("text.strong", name)}  ${numbers}`, columns),
    look.fit(`   ${look.paint(firing.length === 0 ? "text.dim" : "state.warn", alerts)}`, columns),
  ];
};
