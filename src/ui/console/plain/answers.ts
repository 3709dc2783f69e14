import {
  conditionIn,
  freshValue,
  isFiring,
  liveAlerts,
  mergedLog,
  runbookOf,
  vitalNames,
  writeVital,
  gatewayNamed,
  type GatewayModel,
  type Model,
} from "../../../watch/index.ts";
import { readOnlyOf } from "../commands/read-only.ts";
import { sayIn, stepWords, tellIn, whyIn } from "../language/index.ts";
import { byNeed, whereOf } from "../lists/alerts.ts";
import { openIncident, titleIn } from "../lists/incidents.ts";
import { conditionWord } from "../panes/signs.ts";
import type { PersonEvent } from "../state/effect.ts";
import type { Setting } from "../state/model.ts";

/** What a typed line is answered with, and what it does. */
export type Answer = {
  readonly lines: readonly string[];
  readonly event?: PersonEvent;
  readonly leaves?: true;
};

const logLines = 10;

/** One question a line; the answers are sentences, in the order in which one would say them. */
export const answerTo = (text: string, model: Model, setting: Setting): Answer => {
  const [word = "", ...rest] = text.trim().split(/\s+/u);
  const name = rest.join(" ");
  const { plain } = setting.texts;
  switch (word.toLowerCase()) {
    case "":
    case "fleet":
      return { lines: model.gateways.map((gateway) => gatewayLine(gateway, model, setting)) };
    case "gateway": {
      const gateway = gatewayNamed(model, name);
      return {
        lines: gateway === undefined ? [plain.noGateway(name)] : gatewayLines(gateway, model, setting),
      };
    }
    case "alerts":
      return { lines: alertLines(model, setting) };
    case "incident":
      return { lines: incidentLines(model, setting) };
    case "log":
      return { lines: logOf(name, model, setting) };
    case "ack":
      return acknowledged(name, model, setting);
    case "help":
      return { lines: plain.help };
    case "quit":
    case "exit":
    case "q":
      return { lines: [plain.bye], leaves: true };
    default:
      return { lines: [plain.unknown(word)] };
  }
};

const gatewayLine = (gateway: GatewayModel, watch: Model, { texts }: Setting): string => {
  const { word, severity, reasons } = conditionIn(watch, gateway);
  const why = severity === "ok" ? undefined : reasons.at(-1);
  return texts.plain.gateway(gateway.identity.name, conditionWord(word, texts), whyIn(texts, why));
};

const gatewayLines = (gateway: GatewayModel, model: Model, setting: Setting): readonly string[] => [
  gatewayLine(gateway, model, setting),
  ...conditionIn(model, gateway).reasons.map((reason) => tellIn(setting.texts, reason)),
  ...vitalNames.flatMap((name) => {
    const value = freshValue(gateway.vitals, name, model.now);
    return value === undefined ? [] : [`${name.replaceAll("_", " ")}: ${writeVital(name, value)}`];
  }),
];

const alertLines = (model: Model, { texts }: Setting): readonly string[] => {
  const firing = liveAlerts(model).filter(isFiring).toSorted(byNeed);
  if (firing.length === 0) return [texts.plain.noAlerts];
  return firing.map((alert) =>
    texts.plain.fired(
      alert.priority,
      alert.rule,
      whereOf(alert),
      sayIn(texts, alert.said, alert.evidence),
      alert.id,
    ),
  );
};

const incidentLines = (model: Model, { texts, time }: Setting): readonly string[] => {
  const { plain } = texts;
  const incident = openIncident(model);
  if (incident === undefined) return [plain.noIncident];
  return [
    plain.incident(
      `${incident.priority} ${titleIn(texts, incident)}`,
      time.clock(incident.onset.at),
      sayIn(texts, incident.onset.said, incident.onset.reason),
    ),
    ...(incident.suspect === undefined
      ? []
      : [plain.suspect(sayIn(texts, incident.suspectSaid, incident.suspect))]),
    ...incident.lastGood.map(({ snapshot, gateway }) => plain.lastGood(snapshot, gateway)),
    ...runbookOf(incident).map((step, at) =>
      plain.step(
        at + 1,
        stepWords(step.text, texts),
        step.way.kind === "command" ? step.way.command : texts.incident.screens[step.way.screen],
      ),
    ),
  ];
};

const logOf = (name: string, model: Model, { texts, time }: Setting): readonly string[] => {
  if (name !== "" && gatewayNamed(model, name) === undefined) return [texts.plain.noGateway(name)];
  const lines = mergedLog(model, {
    from: "warn",
    limit: logLines,
    ...(name === "" ? {} : { gateway: name }),
  });
  if (lines.length === 0) return [texts.plain.noLog];
  return lines.map(({ at, gateway, level, message }) => `${time.clock(at)} ${gateway} ${level}: ${message}`);
};

const acknowledged = (id: string, model: Model, setting: Setting): Answer => {
  const { texts, person } = setting;
  const alert = liveAlerts(model).find((each) => each.id === id && isFiring(each));
  if (alert === undefined) return { lines: [texts.plain.noAlert(id)] };
  const refused = readOnlyOf(setting, alert.gateway);
  if (refused !== undefined) return { lines: [refused] };
  return {
    lines: [texts.plain.acknowledged(alert.rule)],
    event: { kind: "acknowledge", at: model.now, alert: id, by: person },
  };
};
