import * as z from "zod";
import { harmlessLine } from "../../ground/index.ts";
import type { SystemFacts } from "../facts.ts";

/** What a body says about health, whichever of the shapes in use it has. */
export type HealthAnswer = {
  /** `live` says only that the process answers: OpenClaw sends it whatever else is broken. */
  readonly shape: "live" | "status" | "components";
  /** Undefined: it says nothing about it. */
  readonly healthy: boolean | undefined;
  readonly status: string;
  readonly version?: string;
  readonly agents?: number;
  readonly uptimeMs?: number;
  /** Components that are not well, each with what it says of itself. */
  readonly failing: readonly string[];
};

export type ReadyAnswer = {
  readonly ready: boolean;
  readonly failing: readonly string[];
  readonly uptimeMs?: number;
  readonly loop: Pick<SystemFacts, "lagP99Ms" | "lagMaxMs" | "cpuCores">;
};

export type StartupAnswer = {
  readonly phase: "starting" | "started" | "draining";
  readonly pending?: string;
  readonly version?: string;
  readonly uptimeMs?: number;
};

const words = (limit: number) => z.string().transform((text) => harmlessLine(text, limit));
const softWords = z.optional(words(100)).catch(undefined);
const softNumber = z.optional(z.number().nonnegative()).catch(undefined);

const health = z.object({
  ok: z.optional(z.boolean()).catch(undefined),
  status: softWords,
  version: softWords,
  uptimeMs: softNumber,
  agents: z
    .union([z.number(), z.array(z.unknown()).transform((list) => list.length)])
    .optional()
    .catch(undefined),
  components: z.record(z.string(), z.unknown()).optional().catch(undefined),
});

export const healthAnswer = (body: unknown): HealthAnswer | undefined => {
  const read = health.safeParse(body);
  if (!read.success) return undefined;
  const { ok, status, version, uptimeMs, agents, components } = read.data;
  if (ok === undefined && status === undefined) return undefined;
  const failing = Object.entries(components ?? {})
    .slice(0, 100)
    .flatMap(([name, value]) => failingComponent(name, value));
  const said = wellness(status);
  const shape =
    components !== undefined ? "components" : status === "live" || status === undefined ? "live" : "status";
  return {
    shape,
    healthy: ok === false || failing.length > 0 ? false : said,
    status: status ?? (ok === true ? "ok" : "not ok"),
    failing,
    ...(version === undefined ? {} : { version }),
    ...(uptimeMs === undefined ? {} : { uptimeMs }),
    ...(agents === undefined ? {} : { agents }),
  };
};

/** A component says how it is in one word, or in an object with a word and perhaps a reason. */
const failingComponent = (name: string, value: unknown): readonly string[] => {
  const object = z
    .object({
      status: softWords,
      healthy: z.optional(z.boolean()).catch(undefined),
      message: softWords,
      error: softWords,
    })
    .safeParse(value);
  const status = typeof value === "string" ? harmlessLine(value, 100) : object.data?.status;
  const well = typeof value === "boolean" ? value : (object.data?.healthy ?? wellness(status));
  if (well !== false) return [];
  const why = object.data?.message ?? object.data?.error ?? status;
  return [why === undefined ? harmlessLine(name, 100) : `${harmlessLine(name, 100)}: ${why}`];
};

const well: ReadonlySet<string> = new Set(["healthy", "ok", "up", "pass", "passing", "ready", "connected", "running", "green"]); // prettier-ignore
const unwell: ReadonlySet<string> = new Set(["unhealthy", "degraded", "down", "fail", "failing", "failed", "error", "critical", "warn", "warning", "disconnected", "stopped", "red", "yellow"]); // prettier-ignore

/** Of `live` nothing follows: it is the constant that OpenClaw answers while the process answers at all. */
const wellness = (status: string | undefined): boolean | undefined => {
  const word = status?.toLowerCase();
  if (word === undefined) return undefined;
  return well.has(word) ? true : unwell.has(word) ? false : undefined;
};

const ready = z.object({
  ready: z.boolean(),
  failing: z.array(words(100)).optional().catch(undefined),
  uptimeMs: softNumber,
  eventLoop: z
    .object({ delayP99Ms: softNumber, delayMaxMs: softNumber, cpuCoreRatio: softNumber })
    .optional()
    .catch(undefined),
});

export const readyAnswer = (body: unknown): ReadyAnswer | undefined => {
  const read = ready.safeParse(body);
  if (!read.success) return undefined;
  const { eventLoop, failing, uptimeMs } = read.data;
  return {
    ready: read.data.ready,
    failing: (failing ?? []).slice(0, 50),
    ...(uptimeMs === undefined ? {} : { uptimeMs }),
    loop: {
      ...(eventLoop?.delayP99Ms === undefined ? {} : { lagP99Ms: eventLoop.delayP99Ms }),
      ...(eventLoop?.delayMaxMs === undefined ? {} : { lagMaxMs: eventLoop.delayMaxMs }),
      ...(eventLoop?.cpuCoreRatio === undefined ? {} : { cpuCores: eventLoop.cpuCoreRatio }),
    },
  };
};

const startup = z.object({
  status: z.enum(["starting", "started", "draining"]),
  pendingReason: softWords,
  version: softWords,
  uptimeMs: softNumber,
});

export const startupAnswer = (body: unknown): StartupAnswer | undefined => {
  const read = startup.safeParse(body);
  if (!read.success) return undefined;
  const { status, pendingReason, version, uptimeMs } = read.data;
  return {
    phase: status,
    ...(pendingReason === undefined ? {} : { pending: pendingReason }),
    ...(version === undefined ? {} : { version }),
    ...(uptimeMs === undefined ? {} : { uptimeMs }),
  };
};
