import { fleetRows, type Model } from "../../../watch/index.ts";
import type { Texts } from "../language/index.ts";
import type { Look } from "../theme/index.ts";
import { conditionState, conditionWord } from "./signs.ts";

const order = ["critical", "warning", "unknown", "maintenance", "ok"];

/** The whole fleet in one line, for a terminal with no room for more: the sick ones first. */
export const summaryLine = (watch: Model, texts: Texts, columns: number, look: Look): string => {
  const parts = fleetRows(watch)
    .toSorted((a, b) => order.indexOf(a.condition.severity) - order.indexOf(b.condition.severity))
    .map(({ name, condition, topAlert }) => {
      const word =
        condition.severity === "ok" ? "" : ` ${topAlert?.rule ?? conditionWord(condition.word, texts)}`;
      return `${name} ${look.sign(conditionState[condition.severity])}${word}`;
    });
  return look.fit(parts.join(` ${look.symbol("dot")} `), columns);
};
