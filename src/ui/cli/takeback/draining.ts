import type { Draining } from "../../../watch/effects/index.ts";

/** The same words as `service stop`: how long a gateway may finish its work, and what happens then. */
export const drainingOptions = {
  "drain-budget": {
    kind: "duration",
    value: "TIME",
    help: "how long the gateway may finish its work (330s)",
  },
  "kill-when-over": { kind: "flag", help: "kill it when that is over; replies under way are lost" },
} as const;

export const drainingOf = (options: {
  readonly "drain-budget": number | undefined;
  readonly "kill-when-over": boolean;
}): Draining => ({
  drainBudgetMs: options["drain-budget"],
  whenOver: options["kill-when-over"] ? "kill" : "leave",
});
