import { gatewayTabs, type GatewayTab } from "../state/place.ts";
import { placeOf } from "../state/view.ts";
import { width } from "../theme/index.ts";
import type { Pane } from "./pane.ts";

/** The parts of a gateway in one line, the shown one in brackets. */
export const gatewayTabLine: Pane = {
  id: "tabs",
  body: {
    kind: "picture",
    paint: (model, size, look) => {
      const place = placeOf(model.view);
      const shown = place.screen === "gateway" ? place.tab : undefined;
      const { tabs } = model.setting.texts.gateway;
      const parts = gatewayTabs.map((tab) =>
        tab === shown ? look.paint("key", `[${tabs[tab]}]`) : ` ${tabs[tab]} `,
      );
      const keys = look.paint("text.dim", "[ ]");
      const line = ` ${parts.join("")}`;
      const room = size.columns - width(line);
      return [room > 6 ? `${line}${look.fit(keys, room - 1, "right")}` : look.fit(line, size.columns)];
    },
    turnsTo: (model, column) => {
      const place = placeOf(model.view);
      const { tabs } = model.setting.texts.gateway;
      const tab = wordAt(gatewayTabs, (each) => tabs[each], column);
      return place.screen === "gateway" && tab !== undefined ? { ...place, tab } : undefined;
    },
  },
};

/** Which of the words one points at that stand beside each other, each with a bracket or a blank on either side. */
export const wordAt = <Each>(
  all: readonly Each[],
  wordOf: (each: Each) => string,
  column: number,
): Each | undefined => {
  let from = 1;
  for (const each of all) {
    const until = from + width(wordOf(each)) + 2;
    if (column >= from && column < until) return each;
    from = until;
  }
  return undefined;
};

/** The part so many places further, round and round. */
export const tabFurther = (tab: GatewayTab, by: number): GatewayTab => {
  const at = gatewayTabs.indexOf(tab) + by;
  return gatewayTabs[(at + gatewayTabs.length) % gatewayTabs.length] ?? "overview";
};
