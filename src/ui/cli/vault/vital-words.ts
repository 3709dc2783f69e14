import type { Json } from "../../../core/index.ts";
import { count, percent } from "../../../ground/index.ts";
import { numbersOf } from "../../../keeping/index.ts";

/** What a person asks first of a snapshot; what is not known is `?`. */
export type StatedVitals = Readonly<
  Record<"contextUsage" | "contextPressure" | "agents" | "sessions" | "memoryKeys", string>
>;

export const statedVitals = (vitals: Json): StatedVitals => {
  const { contextUsage, contextPressure, agents, sessions, memoryKeys } = numbersOf(vitals);
  return {
    contextUsage: percent(contextUsage),
    contextPressure: percent(contextPressure),
    agents: count(agents),
    sessions: count(sessions),
    memoryKeys: count(memoryKeys),
  };
};
