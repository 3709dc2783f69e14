import type {
  ChannelFacts,
  ChannelIssue,
  ConfigFacts,
  ConnectionReport,
  HelloFacts,
  LaneFacts,
  LogLine,
  SessionFacts,
  SystemFacts,
} from "../clients/index.ts";
import type { Alert } from "./alerts/alert.ts";
import type { Told } from "./sentences/index.ts";
import type { SnapshotCause } from "./policies/due-snapshots.ts";
import type { SnapshotSummary } from "./snapshot-summary.ts";
import { emptyTrail, type Trail } from "./vitals/trail.ts";
import type { Vitals } from "./vitals/vital.ts";

/** Upper sizes of everything a gateway can make us keep. The clients' own bounds come before these. */
export const limits = {
  /** Of more sessions, the squeezed, failing, running and most recent are kept; the total stays known. */
  sessions: 500,
  channels: 200,
  logLines: 400,
  boots: 20,
  happenings: 120,
  /** 10 s each: 10 minutes, twice the longest window a rule asks for. */
  callBuckets: 60,
  durationsPerBucket: 40,
  snapshots: 1_000,
  /** More than all rules together can find at once (the most: 200 own rules, 50 channels, 20 each of the rest). */
  alerts: 500,
} as const;

/** What of a gateway's settings the watch needs: nothing secret. */
export type GatewayIdentity = {
  readonly name: string;
  readonly url: string;
  readonly labels: readonly string[];
  /** Its state directory is on this machine: snapshots are possible. */
  readonly local: boolean;
};

/** A session with what we saw it do; the row alone says "done" of a dead one. */
export type SessionModel = {
  readonly facts: SessionFacts;
  readonly at: number;
  /** Since when its next turn does not fit, by the gateway's own estimate; gone when it fits again. */
  readonly squeezedSince?: number;
  /** Turns failed one after another; a turn that ended well or a completed compaction ends the row. */
  readonly failures: number;
  readonly firstFailureAt?: number;
  readonly lastFailure?: { readonly at: number; readonly runId: string; readonly reason: string };
  /** Compactions refused or broken since the last completed one. */
  readonly compactionsRefused: number;
  readonly lastRefusalAt?: number;
  /** In the gateway's own word, where its log tells one. */
  readonly refusalReason?: string;
  /** The turn under way, as its events tell; times are ours. */
  readonly turn?: {
    readonly runId: string;
    readonly since: number;
    readonly lastEventAt: number;
    readonly retries: number;
  };
  readonly lastTurnEndedAt?: number;
  /** When we first saw the row say "running" without a break. */
  readonly seenRunningSince?: number;
};

export type ChannelModel = { readonly facts: ChannelFacts; readonly changedAt: number };

export type Boot = {
  readonly at: number;
  readonly bootId: string;
  /** Absent for a start that only its state directory tells of. */
  readonly version?: string;
  /** False for the first one we met: it may have run for days. */
  readonly seenStarting: boolean;
  /** The goodbye came first: somebody asked for this restart. */
  readonly planned: boolean;
  /** Why it never got as far as running, in the gateway's own words. */
  readonly failure?: string;
};

/** Something that happened to a gateway and belongs on a time axis. */
export type Happening = Told & {
  readonly at: number;
  readonly kind: "connection" | "restart" | "version" | "config" | "replaced" | "gap";
};

/** Model calls of ten seconds. */
export type CallBucket = {
  readonly at: number;
  readonly completed: number;
  readonly failed: number;
  readonly durationsMs: readonly number[];
  readonly lastError?: string;
};

/** One line that looked like a secret, kept without the secret. */
export type LeakSighting = {
  readonly at: number;
  readonly subsystem: string;
  readonly what: string;
  readonly redacted: string;
};

/** Facts about memory files and the index over them, from the state directory. */
export type MemoryFacts = {
  /** Pieces in the index; absent when no agent's index could be read. */
  readonly keys?: number;
  readonly files: number;
  /** Absent when an index is in use and what it stands for could not be looked at. */
  readonly inSync?: boolean;
  /** Files the index does not know as they are, and files it knows that are gone; `detail` says it in words. */
  readonly stale?: number;
  readonly gone?: number;
  readonly detail?: string;
};

export type GatewayModel = {
  readonly identity: GatewayIdentity;
  readonly connection?: ConnectionReport;
  /** The newest word of any kind from the gateway itself; what was read from disk does not count. */
  readonly heardAt?: number;
  readonly hello?: HelloFacts;
  readonly system?: SystemFacts;
  readonly systemAt?: number;
  readonly sessions: ReadonlyMap<string, SessionModel>;
  /** What the gateway says, also when we keep fewer. */
  readonly sessionTotal?: number;
  readonly sessionsAt?: number;
  readonly channels: readonly ChannelModel[];
  readonly channelIssues: readonly ChannelIssue[];
  readonly channelsAt?: number;
  readonly lanes: readonly LaneFacts[];
  readonly lanesAt?: number;
  readonly config?: ConfigFacts;
  readonly configAt?: number;
  /** The session nearest to its limit, by pressure and by usage: what the two vitals speak of. */
  readonly tightest?: { readonly pressure?: string; readonly usage?: string };
  /** Since when the saved configuration is not the applied one. */
  readonly configPendingSince?: number;
  readonly agents?: readonly string[];
  readonly memory?: MemoryFacts;
  readonly memoryAt?: number;
  readonly calls: readonly CallBucket[];
  readonly boots: readonly Boot[];
  /** When it last said that it is going to stop. */
  readonly goodbyeAt?: number;
  /** Another machine answered under this address: what we had learnt about the old one is void before this. */
  readonly replacedAt?: number;
  readonly happenings: readonly Happening[];
  readonly log: readonly LogLine[];
  readonly leaks: readonly LeakSighting[];
  /** The newest sign of work: a turn, or a session whose last activity moved. Our time. */
  readonly activeAt?: number;
  readonly missedFrames: number;
  readonly refusedFrames: number;
  /** Questions this gateway does not know. */
  readonly absent: readonly string[];
  readonly vitals: Vitals;
  readonly trail: Trail;
  /** Newest first. */
  readonly snapshots: readonly SnapshotSummary[];
  /** The moment of the cause for which each kind of snapshot was last asked. */
  readonly asked: { readonly [Cause in SnapshotCause]?: number };
  /** When the policy asked for restarts, the ones that still count. */
  readonly restartsAsked: readonly number[];
  /** Alive and recently resolved, most urgent first. */
  readonly alerts: readonly Alert[];
};

export const newGateway = (identity: GatewayIdentity): GatewayModel => ({
  identity,
  sessions: new Map(),
  channels: [],
  channelIssues: [],
  lanes: [],
  calls: [],
  boots: [],
  happenings: [],
  log: [],
  leaks: [],
  missedFrames: 0,
  refusedFrames: 0,
  absent: [],
  vitals: {},
  trail: emptyTrail,
  asked: {},
  restartsAsked: [],
  snapshots: [],
  alerts: [],
});
