import type { Entry } from "../registry.ts";

/** Every command there is, in the order the help shows them. The empty one is `clawback` alone. */
export const entries: readonly Entry[] = [
  { words: [], load: () => import("./console.ts") },
  { words: ["demo"], load: () => import("./demo.ts") },
  { words: ["status"], load: () => import("./status.ts") },
  { words: ["config", "show"], load: () => import("./config-show.ts") },
  { words: ["config", "check"], load: () => import("./config-check.ts") },
];
