import type { Entry } from "../registry.ts";

/** Every command there is, in the order the help shows them. */
export const entries: readonly Entry[] = [
  { words: ["config", "show"], load: () => import("./config-show.ts") },
  { words: ["config", "check"], load: () => import("./config-check.ts") },
];
