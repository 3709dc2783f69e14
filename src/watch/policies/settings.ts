import * as z from "zod";
import { durationMs } from "../alerts/quantity.ts";

/**
 * What clawback does by itself, where a guard runs: which snapshots it takes, and how far it may go to bring a gateway
 * back. What the configuration says under `snapshots` and `recovery.restart`.
 */

/** A vault that is written more often than this would be busy with nothing else. */
const shortestMs = 30_000;

export const snapshotPolicy = z.strictObject({
  every: z
    .union([
      z.literal("never"),
      durationMs.refine((ms) => ms >= shortestMs, "not more often than every 30s, or never"),
    ])
    .default(3_600_000)
    .describe("how often the guard takes one of each local gateway; one that somebody took counts"),
  onIncident: z
    .boolean()
    .default(true)
    .describe("take one when an alert of P0 or P1 fires, of the state as it is in trouble"),
  onDeploy: z
    .boolean()
    .default(true)
    .describe("take one when a mark names a deploy, unless there is one from the minute before"),
  afterDeploy: z
    .union([z.literal("never"), durationMs])
    .default(300_000)
    .describe("and another this long after the mark"),
  deployWords: z
    .array(z.string().min(2).max(40))
    .max(50)
    .default(["deploy", "update", "upgrade", "release", "rollout"])
    .describe("a mark with one of these words is a deploy"),
  cleanUp: z
    .boolean()
    .default(true)
    .describe("delete what the guard itself has taken once vault.retention lets it go"),
});

export const restartPolicy = z.strictObject({
  after: z
    .union([z.literal("never"), durationMs])
    .default("never")
    .describe("restart a gateway through its service once it has been down or frozen for this long"),
  attempts: z
    .int()
    .min(1)
    .max(10)
    .default(2)
    .describe("so many restarts within the time below; then it is left to people"),
  within: durationMs.default(3_600_000).describe("the time in which attempts are counted"),
});

export type Policies = {
  readonly snapshots: z.output<typeof snapshotPolicy>;
  readonly restart: z.output<typeof restartPolicy>;
};

export const defaultPolicies: Policies = {
  snapshots: snapshotPolicy.parse({}),
  restart: restartPolicy.parse({}),
};
