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
  },
};

/** The part so many places further, round and round. */
export const tabFurther = (tab: GatewayTab, by: number): GatewayTab => {
  const at = gatewayTabs.indexOf(tab) + by;
  return gatewayTabs[(at + gatewayTabs.length) % gatewayTabs.length] ?? "overview";
};
