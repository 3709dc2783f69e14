import * as z from "zod";
import type { ChannelFacts, ConfigFacts, LaneFacts, SystemFacts } from "../facts.ts";
import { channelsOfHealth } from "./channels.ts";
import { known } from "./known.ts";
import { line, rowsOf, softFlag, softLine, softNumber, softTime } from "./soft.ts";

/** The process and what it runs on: `system.info`, `health`, `diagnostics.lanes`, `config.get`. */
const loopSchema = z
  .object({
    degraded: softFlag,
    degradedSinceMs: softTime,
    delayP99Ms: softNumber,
    delayMaxMs: softNumber,
    cpuCoreRatio: softNumber,
  })
  .nullish()
  .catch(undefined);

const systemSchema = z.object({
  pid: softNumber,
  hostname: softLine(128),
  uptimeMs: softTime,
  cpuCount: softNumber,
  loadAverage: z.array(z.number()).nullish().catch(undefined),
  memoryTotalBytes: softNumber,
  memoryFreeBytes: softNumber,
  diskAvailableBytes: softNumber,
  diskPath: softLine(512),
  eventLoop: loopSchema,
  processMemory: z.object({ rssBytes: softNumber, heapUsedBytes: softNumber }).nullish().catch(undefined),
});

type Loop = z.infer<typeof loopSchema>;

export const systemOf = (value: unknown, now: number): SystemFacts | undefined => {
  const read = systemSchema.safeParse(value);
  if (!read.success) return undefined;
  const system = read.data;
  return known({
    pid: system.pid,
    hostname: system.hostname,
    uptimeMs: system.uptimeMs,
    rssBytes: system.processMemory?.rssBytes,
    heapUsedBytes: system.processMemory?.heapUsedBytes,
    cpuCount: system.cpuCount,
    loadAverage1m: system.loadAverage?.[0],
    memoryTotalBytes: system.memoryTotalBytes,
    memoryFreeBytes: system.memoryFreeBytes,
    diskFreeBytes: system.diskAvailableBytes,
    diskPath: system.diskPath,
    ...loopOf(system.eventLoop, now),
  });
};

const loopOf = (loop: Loop, now: number) => ({
  cpuCores: loop?.cpuCoreRatio,
  lagP99Ms: loop?.delayP99Ms,
  lagMaxMs: loop?.delayMaxMs,
  // In spite of its name it is how long ago that began, not when.
  loopDegradedSince:
    loop?.degraded === true && loop.degradedSinceMs !== undefined ? now - loop.degradedSinceMs : undefined,
});

const healthSchema = z.object({
  // `ok` is not read: it is the constant true, whatever is broken.
  agents: z
    .array(z.object({ agentId: line(128) }))
    .nullish()
    .catch(undefined),
  channels: z.record(z.string(), z.unknown()).nullish().catch(undefined),
  eventLoop: loopSchema,
});

export type HealthAnswer = {
  readonly agents?: readonly string[];
  readonly channels?: readonly ChannelFacts[];
  /** Only the event loop's numbers: the rest of the system is not in a health payload. */
  readonly loop: SystemFacts;
};

export const healthOf = (value: unknown, skewMs: number, now: number): HealthAnswer | undefined => {
  const read = healthSchema.safeParse(value);
  if (!read.success) return undefined;
  const { agents, channels, eventLoop } = read.data;
  return known({
    agents: agents?.slice(0, 1_000).map((agent) => agent.agentId),
    channels: channels === null || channels === undefined ? undefined : channelsOfHealth(channels, skewMs),
    loop: known(loopOf(eventLoop, now)),
  });
};

const lanesSchema = z.object({ lanes: z.array(z.unknown()) });
const laneSchema = z.object({
  lane: line(256),
  queuedCount: z.number(),
  activeCount: z.number(),
  maxConcurrent: softNumber,
});

export const lanesOf = (
  value: unknown,
): { readonly lanes: readonly LaneFacts[]; readonly refused: number } | undefined => {
  const read = lanesSchema.safeParse(value);
  if (!read.success) return undefined;
  const { rows, refused } = rowsOf(read.data.lanes, laneSchema, 1_000);
  return {
    lanes: rows.map((row) =>
      known({ lane: row.lane, queued: row.queuedCount, active: row.activeCount, limit: row.maxConcurrent }),
    ),
    refused,
  };
};

const issueSchema = z.union([
  line(300),
  z
    .object({ path: softLine(200), message: softLine(300) })
    .transform(({ path, message }) =>
      [path, message].filter((part) => part !== undefined && part !== "").join(": "),
    ),
]);

const configSchema = z.object({
  valid: z.boolean(),
  issues: z.array(z.unknown()).nullish(),
  configRevisionHash: softLine(200),
  appliedConfigHash: softLine(200),
});

/** Of the whole configuration only this leaves the wire: whether it is valid, and whether it is the running one. */
export const configOf = (value: unknown): ConfigFacts | undefined => {
  const read = configSchema.safeParse(value);
  if (!read.success) return undefined;
  const { valid, issues, configRevisionHash: saved, appliedConfigHash: applied } = read.data;
  return known({
    valid,
    issues: rowsOf(issues ?? [], issueSchema, 50).rows,
    pendingRestart: saved === undefined || applied === undefined ? undefined : saved !== applied,
    hash: saved,
  });
};
