/**
 * What can be known about a gateway from outside, as plain data. These are the words between the layers: clients
 * produce them, watch gives them meaning, screens show them. Rules that hold for all of them:
 *
 * - a number that is not known is absent, never 0 and never the last one;
 * - text has been made harmless and cut to a length before it stands here;
 * - message contents never stand here: a session is its key, its numbers and its state;
 * - all times are milliseconds since the epoch on the host of clawback, unless the name says `gateway`.
 */
import type { ConnectionSentence } from "./sentences/index.ts";

/** What the connection means: one state machine over everything that can be observed. */
export type ConnectionState =
  /** Nothing known yet: the first attempt is under way. */
  | { readonly kind: "connecting"; readonly attempt: number }
  | { readonly kind: "up" }
  /** Nobody listens. `retryAt` is when the next attempt comes. */
  | { readonly kind: "down"; readonly retryAt?: number }
  /** The process listens and says that it is still starting. */
  | { readonly kind: "booting"; readonly pending?: string }
  /** TCP accepts, nobody answers: the event loop stands still. */
  | { readonly kind: "frozen" }
  /** It said goodbye first: a stop or restart that somebody asked for. */
  | { readonly kind: "stopping"; readonly restartExpectedAt?: number }
  /** The connection ended without goodbye: crash, kill or network. */
  | { readonly kind: "crashed"; readonly retryAt?: number }
  | { readonly kind: "crash-loop"; readonly boots: number; readonly withinMs: number }
  /** Quiesced for a snapshot or maintenance; `ours` when clawback asked for it. Never an outage. */
  | { readonly kind: "suspended"; readonly ours: boolean; readonly until?: number }
  /** The socket is open and nothing comes: no tick for longer than two intervals. */
  | { readonly kind: "half-open" }
  /** Connected, and less was granted than asked: nothing useful can be read. */
  | { readonly kind: "under-scoped"; readonly missing: readonly string[] }
  /** The other side must approve this device first; `approve` is the command to run there. */
  | { readonly kind: "pairing"; readonly requestId: string; readonly approve: string }
  | { readonly kind: "unauthorised"; readonly reason: string }
  | { readonly kind: "incompatible"; readonly reason: string }
  /** Only HTTP probes answer: watched, with less to know. */
  | { readonly kind: "http-only"; readonly healthy: boolean | undefined };

export type ConnectionReport = {
  readonly state: ConnectionState;
  /** When this state began. */
  readonly since: number;
  /** It was so at the first look already: it began at `since` or any time before. */
  readonly orBefore?: true;
  /** The observation behind it, in words with numbers. */
  readonly evidence: string;
  /** The same for readers of other languages; absent in what an older clawback wrote down. */
  readonly said?: ConnectionSentence | undefined;
  /** What a person can do next; absent when nothing is wrong. */
  readonly next?: string;
  readonly advice?: ConnectionSentence | undefined;
};

export type HelloFacts = {
  readonly version: string;
  readonly buildId?: string;
  /** New at every start of the process: the cheapest restart detector. */
  readonly bootId: string;
  readonly uptimeMs?: number;
  readonly grantedScopes: readonly string[];
  readonly tickIntervalMs: number;
  /** How far its clock is ahead of ours, by the time it greeted with; absent when they agree to within two seconds. */
  readonly clockAheadMs?: number;
};

export type SystemFacts = {
  readonly pid?: number;
  readonly hostname?: string;
  readonly uptimeMs?: number;
  readonly rssBytes?: number;
  readonly heapUsedBytes?: number;
  /** 1 is one core. */
  readonly cpuCores?: number;
  readonly cpuCount?: number;
  readonly loadAverage1m?: number;
  readonly memoryTotalBytes?: number;
  readonly memoryFreeBytes?: number;
  readonly diskFreeBytes?: number;
  readonly diskPath?: string;
  readonly lagP99Ms?: number;
  readonly lagMaxMs?: number;
  readonly loopDegradedSince?: number;
};

/** Why the context of a session will or will not fit its next turn, as the gateway itself estimates it. */
export type ContextBudget = {
  readonly estimatedPromptTokens: number;
  readonly promptBudgetTokens: number;
  readonly overflowTokens: number;
  readonly route: string;
  readonly shouldCompact: boolean;
};

export type SessionFacts = {
  readonly key: string;
  readonly agentId: string;
  readonly status?: string;
  /** The window: the denominator of usage. */
  readonly windowTokens?: number;
  /** Absent when not fresh: a new session, after a compaction, while a turn runs. */
  readonly usedTokens?: number;
  readonly budget?: ContextBudget;
  readonly running: boolean;
  readonly runningSince?: number;
  readonly lastError?: string;
  readonly lastActivityAt?: number;
  readonly updatedAt?: number;
  readonly model?: string;
  readonly provider?: string;
  readonly messages?: number;
  readonly costUsd?: number;
};

export type ChannelFacts = {
  readonly id: string;
  readonly account: string;
  readonly configured: boolean;
  readonly enabled: boolean;
  readonly running: boolean;
  readonly connected: boolean;
  readonly lifecycle?: string;
  /** It will not come back by itself. */
  readonly terminal: boolean;
  readonly lastError?: string;
  readonly lastActivityAt?: number;
};

/** Text the gateway itself wrote about a channel that is in trouble, with its own advice. */
export type ChannelIssue = {
  readonly channel: string;
  readonly account: string;
  readonly message: string;
  readonly fix?: string;
};

export type LaneFacts = {
  readonly lane: string;
  readonly queued: number;
  /** Absent where only metrics are read: they count what waits. */
  readonly active?: number;
  readonly limit?: number;
};

export type ConfigFacts = {
  /** False: the next restart will fail. The only field that shows a broken file. */
  readonly valid: boolean;
  readonly issues: readonly string[];
  /** The saved revision is not the applied one. Absent when the gateway does not tell. */
  readonly pendingRestart?: boolean;
  readonly hash?: string;
};

/** One start of the gateway's process, as its own state keeps it. */
export type BootFacts = {
  readonly bootId: string;
  readonly startedAt: number;
  /** How it ended: `open` when it has not, or nobody can tell. */
  readonly end: "clean" | "crashed" | "startup-failed" | "open";
  readonly reason?: string;
};

/** Counts since the last such event, taken from the gateway's own ring of diagnostics. */
export type ModelCallFacts = {
  readonly completed: number;
  readonly failed: number;
  readonly durationsMs: readonly number[];
  readonly lastError?: string;
};

/** What happened to one turn, without a word of what was said in it. */
export type TurnFacts =
  | { readonly kind: "started"; readonly sessionKey: string; readonly runId: string }
  | { readonly kind: "progress"; readonly sessionKey: string; readonly runId: string }
  | {
      readonly kind: "retrying";
      readonly sessionKey: string;
      readonly runId: string;
      readonly attempt: number;
    }
  | { readonly kind: "ended"; readonly sessionKey: string; readonly runId: string }
  | { readonly kind: "failed"; readonly sessionKey: string; readonly runId: string; readonly reason: string }
  | { readonly kind: "compaction-started"; readonly sessionKey: string }
  | { readonly kind: "compaction-ended"; readonly sessionKey: string; readonly completed: boolean };

export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "fatal";

export type LogLine = {
  readonly at: number;
  readonly level: LogLevel;
  readonly subsystem: string;
  readonly message: string;
  readonly sessionKey?: string;
  readonly channel?: string;
};

export type GatewayNews =
  | { readonly kind: "connection"; readonly report: ConnectionReport }
  | { readonly kind: "hello"; readonly hello: HelloFacts }
  | { readonly kind: "system"; readonly system: SystemFacts }
  | { readonly kind: "sessions"; readonly sessions: readonly SessionFacts[]; readonly total: number }
  | { readonly kind: "session"; readonly session: SessionFacts }
  | { readonly kind: "session-gone"; readonly sessionKey: string }
  | { readonly kind: "agents"; readonly agents: readonly string[] }
  | {
      readonly kind: "channels";
      readonly channels: readonly ChannelFacts[];
      readonly issues: readonly ChannelIssue[];
    }
  | { readonly kind: "lanes"; readonly lanes: readonly LaneFacts[] }
  | { readonly kind: "config"; readonly config: ConfigFacts }
  | { readonly kind: "config-changed" }
  /** Oldest first. */
  | { readonly kind: "boots"; readonly boots: readonly BootFacts[] }
  | { readonly kind: "model-calls"; readonly calls: ModelCallFacts }
  | { readonly kind: "turn"; readonly turn: TurnFacts }
  | { readonly kind: "log"; readonly lines: readonly LogLine[] }
  | { readonly kind: "latency"; readonly roundTripMs: number }
  | { readonly kind: "gap"; readonly missed: number }
  /** Frames the schema refused: counted and kept out of everything else. */
  | { readonly kind: "refused"; readonly what: string; readonly reason: string }
  /** A question this gateway does not know, asked once and remembered per version. */
  | { readonly kind: "absent"; readonly method: string };

/** One thing that happened to one gateway. `gateway` is its name in the configuration. */
export type GatewayEvent = GatewayNews & {
  readonly gateway: string;
  readonly at: number;
  /** "disk" when it was read from the state directory because nothing answered. */
  readonly from: "wire" | "http" | "disk";
};
