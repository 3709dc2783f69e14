import { age } from "../../../ground/index.ts";
import { catalogue, gatewayNamed, judgedAgainAt, type Alert, type TrailName } from "../../../watch/index.ts";
import { sayIn, type Texts } from "../language/index.ts";
import { alertHere, pastOf, whereOf } from "../lists/alerts.ts";
import type { ConsoleModel } from "../state/model.ts";
import { placeOf } from "../state/view.ts";
import type { Look } from "../theme/index.ts";
import { alertRole, alertStateWord } from "./alerts.ts";
import { fieldLines, type Field } from "./fields.ts";
import type { Pane } from "./pane.ts";
import { paintVital } from "./vital-chart.ts";

/** The number of the trail a rule is about; rules about something else have no chart. */
const numberOf = ({ rule }: Alert): TrailName | undefined => catalogue.find(({ id }) => id === rule)?.vital;

/** One alert in full: the evidence with its numbers and times, and what to do. */
export const alertDetail: Pane = {
  id: "alert",
  title: (model) => {
    const alert = alertHere(model);
    return alert === undefined ? [] : [alert.rule, whereOf(alert)];
  },
  gateway: (model) => alertHere(model)?.gateway,
  body: {
    kind: "text",
    lines: (model, columns, look) => {
      const alert = alertHere(model);
      const { alerts } = model.setting.texts;
      // Beside a list with nothing in it there was none to be over.
      if (alert === undefined)
        return placeOf(model.view).screen === "alert" ? [look.paint("text.dim", ` ${alerts.gone}`)] : [];
      return [
        ...fieldLines(fieldsOf(model, alert), columns, look),
        "",
        look.fit(` ${look.paint("key", alerts.keys)}`, columns),
      ];
    },
  },
};

const fieldsOf = (model: ConsoleModel, alert: Alert): readonly Field[] => {
  const { texts, time } = model.setting;
  const { facts } = texts.alerts;
  const at = (moment: number): string =>
    `${time.full(moment)} (${texts.words.ago(age(model.watch.now - moment))})`;
  const again = judgedAgainAt(model.watch, alert);
  const known = (name: string, value: string | undefined): readonly Field[] =>
    value === undefined || value === "" ? [] : [{ name, value }];
  return [
    {
      name: facts.state,
      value: [
        alert.priority,
        texts.alerts.severities[alert.severity],
        alertStateWord(model, alert),
        ...(alert.flapping ? [texts.alerts.flapping] : []),
        ...(again === undefined ? [] : [texts.alerts.settling(age(again - model.watch.now))]),
      ].join(texts.words.comma),
      role: alertRole(alert),
    },
    ...known(facts.about, alert.subject),
    { name: facts.evidence, value: sayIn(texts, alert.said, alert.evidence), role: "text.strong" },
    ...known(
      facts.onset,
      alert.onset === undefined
        ? undefined
        : `${at(alert.onset.at)}: ${sayIn(texts, alert.onset.said, alert.onset.reason)}`,
    ),
    { name: facts.since, value: at(alert.since) },
    ...known(facts.fired, alert.firedAt === undefined ? undefined : at(alert.firedAt)),
    ...known(facts.resolved, alert.resolvedAt === undefined ? undefined : at(alert.resolvedAt)),
    ...known(
      facts.acknowledged,
      alert.acknowledged === undefined
        ? undefined
        : [alert.acknowledged.by, at(alert.acknowledged.at), alert.acknowledged.note ?? ""]
            .filter((part) => part !== "")
            .join(texts.words.comma),
    ),
    ...known(
      facts.silenced,
      alert.silencedUntil === undefined
        ? undefined
        : texts.alerts.silencedUntil(time.clock(alert.silencedUntil)),
    ),
    { name: facts.next, value: alert.next, role: "accent" },
    { name: facts.id, value: alert.id },
  ];
};

export const hasChart = (model: ConsoleModel): boolean => {
  const alert = alertHere(model);
  return (
    alert !== undefined &&
    numberOf(alert) !== undefined &&
    gatewayNamed(model.watch, alert.gateway) !== undefined
  );
};

/** The number the rule is about, with the threshold it broke. */
export const alertChart: Pane = {
  id: "alert-chart",
  title: (model) => {
    const alert = alertHere(model);
    const { alerts } = model.setting.texts;
    const name = alert === undefined ? undefined : numberOf(alert);
    return name === undefined ? [] : [alerts.chart(vitalWord(name, model.setting.texts))];
  },
  body: {
    kind: "picture",
    paint: (model, size, look) => {
      const alert = alertHere(model);
      const name = alert === undefined ? undefined : numberOf(alert);
      const gateway = alert === undefined ? undefined : gatewayNamed(model.watch, alert.gateway);
      if (alert === undefined || name === undefined || gateway === undefined) return [];
      const { threshold } = alert;
      return paintVital(
        model,
        { gateway, name, ...(threshold === undefined ? {} : { threshold }) },
        size,
        look,
      );
    },
  },
};

/** As the overview calls the number; one that is not there is called as in rules. */
const vitalWord = (name: TrailName, { gateway }: Texts): string => {
  const words: Readonly<Partial<Record<TrailName, string>>> = {
    context_pressure: gateway.facts.pressure,
    context_usage: gateway.facts.usage,
    lag_p99: gateway.facts.lag,
    rss: gateway.facts.rss,
    cpu: gateway.facts.cpu,
    disk_free: gateway.facts.disk,
    queue: gateway.facts.queue,
    error_rate: gateway.facts.errorRate,
    model_latency: gateway.facts.modelLatency,
    channels_connected: gateway.facts.channels,
    session_count: gateway.facts.sessions,
  };
  return words[name] ?? name.replaceAll("_", " ");
};

/** Earlier times it fired here: is this new, or every Tuesday? */
export const alertPast: Pane = {
  id: "alert-past",
  title: (model) => {
    const alert = alertHere(model);
    return alert === undefined ? [] : [model.setting.texts.alerts.history(alert.rule, whereOf(alert))];
  },
  body: {
    kind: "text",
    lines: (model, columns, look) => {
      const alert = alertHere(model);
      const { texts } = model.setting;
      const past = alert === undefined ? [] : pastOf(model.watch, alert);
      if (past.length === 0)
        return [look.paint("text.dim", look.fit(`  ${texts.alerts.noHistory}`, columns))];
      return past.map((each) => pastLine(each, model.setting, columns, look));
    },
  },
};

const pastLine = (
  alert: Alert,
  { texts, time }: ConsoleModel["setting"],
  columns: number,
  look: Look,
): string => {
  const from = alert.firedAt ?? alert.since;
  const lasted = alert.resolvedAt === undefined ? "" : age(alert.resolvedAt - from);
  return look.fit(
    ` ${look.paint("text.dim", time.full(from))}  ${look.fit(lasted, 7)}  ${sayIn(texts, alert.said, alert.evidence)}`,
    columns,
  );
};
