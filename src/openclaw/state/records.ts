/**
 * What a state directory tells about a gateway, as data. A number that is not known is absent, never 0 and never the
 * last one. Session keys, table names and paths are exact, because they name things; make them harmless before they
 * are printed. What was said in a conversation is never read, so it cannot stand here.
 */

/** The gateway's own estimate of whether the next turn will fit. */
export type SessionBudget = {
  readonly estimatedPromptTokens: number;
  readonly promptBudgetTokens: number;
  readonly overflowTokens: number;
  readonly route: string;
  readonly shouldCompact: boolean;
};

export type SessionRecord = {
  readonly key: string;
  readonly agentId: string;
  /** Changes with every rewind or reset: compare sessions by key and leaf, never by this. */
  readonly sessionId?: string;
  readonly status?: string;
  /** The id of the last entry on the active path: where a rewind would come back to. */
  readonly leaf?: string;
  /** Messages on the active path. */
  readonly messages?: number;
  /** The window of the model: the denominator of usage. */
  readonly windowTokens?: number;
  /** Only when the gateway calls it fresh. */
  readonly usedTokens?: number;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly budget?: SessionBudget;
  readonly lastActivityAt?: number;
  readonly updatedAt?: number;
  readonly archivedAt?: number;
  readonly model?: string;
  readonly provider?: string;
  readonly costUsd?: number;
  readonly lastError?: string;
};

export type AgentRecord = {
  readonly id: string;
  /** Absolute; absent when nothing is on disk yet. */
  readonly database?: string;
  readonly schemaVersion?: number;
  readonly sizeBytes?: number;
  readonly kind: "sqlite" | "legacy" | "configured";
};

/** Whether memory files and the gateway's index of them agree. */
export type MemoryRecord = {
  readonly agentId: string;
  /** Pieces in the index. Absent: there is no index. */
  readonly indexed?: number;
  readonly indexedFiles?: number;
  /** Moves whenever the index does. */
  readonly revision?: number;
  /** Memory files in the workspace. Absent: where it is is not known, or it may not be read. */
  readonly files?: number;
  /** Files that the index does not know or knows in another size; only when there is an index in use. */
  readonly stale?: number;
  /** Files that the index knows and that are gone. */
  readonly gone?: number;
};

export type BootOutcome =
  | { readonly kind: "running" }
  | { readonly kind: "clean-stop" }
  | { readonly kind: "startup-failed" }
  /** It never said goodbye, and it is not the one that runs. */
  | { readonly kind: "crashed" }
  /** It never said goodbye, and whether it still runs is not known. */
  | { readonly kind: "open" }
  | { readonly kind: "other"; readonly outcome: string };

export type BootRecord = {
  readonly bootId: string;
  readonly pid?: number;
  readonly startedAt: number;
  readonly completedAt?: number;
  readonly outcome: BootOutcome;
  readonly reason?: string;
};

export type DeviceRecord = {
  readonly deviceId: string;
  readonly name?: string;
  readonly platform?: string;
  readonly role?: string;
  readonly approvedAt?: number;
  readonly lastSeenAt?: number;
};

export type CronRecord = {
  readonly jobId: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly agentId?: string;
  readonly nextRunAt?: number;
};

export type DeliveryRecord = { readonly queue: string; readonly status: string; readonly count: number };

export type BackupRecord = { readonly id: string; readonly createdAt: number; readonly status: string };

/** A database that the gateway itself has set aside as damaged. */
export type QuarantineRecord = {
  readonly path: string;
  readonly kind?: string;
  readonly reason?: string;
  readonly at?: number;
};

export type TableCount = { readonly name: string; readonly rows: number };

export type DatabaseCounts = {
  readonly userVersion: number;
  /** By name; internal tables of full-text indexes are left out. */
  readonly tables: readonly TableCount[];
};
