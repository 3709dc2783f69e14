import { fleetRows, type Model } from "../../../watch/index.ts";
import type { Look, State } from "../theme/index.ts";

const signs: Readonly<Record<ReturnType<typeof fleetRows>[number]["condition"]["severity"], State>> = {
  ok: "good",
  warning: "warn",
  critical: "bad",
  unknown: "unknown",
  maintenance: "busy",
};

/** The whole fleet in one line, for a terminal with no room for more: the sick ones first. */
export const summaryLine = (watch: Model, columns: number, look: Look): string => {
  const order = ["critical", "warning", "unknown", "maintenance", "ok"];
  const parts = fleetRows(watch)
    .toSorted((a, b) => order.indexOf(a.condition.severity) - order.indexOf(b.condition.severity))
    .map(({ name, condition, topAlert }) => {
      const word = condition.severity === "ok" ? "" : ` ${topAlert?.rule ?? condition.word}`;
      return `${name} ${look.sign(signs[condition.severity])}${word}`;
    });
  return look.fit(parts.join(` ${look.symbol("dot")} `), columns);
};
