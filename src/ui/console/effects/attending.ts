import { gatewayHere } from "../lists/gateways.ts";
import type { ConsoleModel } from "../state/model.ts";
import type { Pace } from "../terminal/index.ts";

/** How often a gateway is asked: as often as eyes can follow, or now and then. */
export type Attention = "focused" | "background";

/** Of so many gateways each is asked as if somebody looked at it alone. */
const smallFleet = 8;

/**
 * Which gateways are looked at. All of a small fleet; of a large one the one that is meant, so that neither the console
 * nor fifty gateways work for numbers nobody reads. Over a link that takes no frames a fleet is not asked for more.
 */
export const attending = (follow: (attention: (gateway: string) => Attention) => void) => {
  let before = "";
  return (model: ConsoleModel, link: Pace): void => {
    const here = gatewayHere(model)?.identity.name;
    const isSmall = link === "live" && model.watch.gateways.length <= smallFleet;
    const now = isSmall ? "all" : link === "stalled" ? "none" : `one ${here ?? ""}`;
    if (now === before) return;
    before = now;
    follow((gateway) => (isSmall || (link !== "stalled" && gateway === here) ? "focused" : "background"));
  };
};
