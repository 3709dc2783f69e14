import type { Onset, Priority } from "../alerts/alert.ts";
import type { Sentence, Told } from "../sentences/index.ts";

/** What went wrong in one word: it chooses the runbook. */
export type IncidentKind =
  | "gateway-down"
  | "start-fails"
  | "crash-loop"
  | "frozen"
  | "context-overflow"
  | "channel-down"
  | "provider-down"
  | "disk-full"
  | "config-broken"
  | "memory-growth"
  | "secret-leak"
  | "slow"
  | "other";

export type TimelineKind =
  | "alert"
  | "resolved"
  | "restart"
  | "connection"
  | "version"
  | "config"
  | "mark"
  | "snapshot"
  | "log"
  | "operator"
  | "operation"
  | "onset";

export type TimelineEntry = Told & {
  readonly at: number;
  readonly kind: TimelineKind;
  /** Absent where it is about everything. */
  readonly gateway?: string;
};

/** The newest snapshot to go back to for one gateway, and why it is believed. */
export type LastGood = {
  readonly gateway: string;
  readonly snapshot: string;
  readonly at: number;
  readonly verified: boolean;
  readonly reasons: readonly string[];
  /** The same for readers of other languages; absent in what an older clawback wrote down. */
  readonly said?: readonly Sentence[] | undefined;
};

export type Note = { readonly at: number; readonly by: string; readonly text: string };

/** Of every text of ours the sentence stands beside it, for readers of other languages. */
export type Incident = {
  readonly id: string;
  readonly kind: IncidentKind;
  readonly title: string;
  readonly titleSaid?: Sentence | undefined;
  readonly priority: Priority;
  readonly priorityReason: string;
  readonly prioritySaid?: Sentence | undefined;
  readonly state: "open" | "resolved";
  readonly openedAt: number;
  readonly resolvedAt?: number;
  /** The newest change to one of its alerts: a quiet incident no longer takes new ones in. */
  readonly movedAt: number;
  readonly onset: Onset;
  /** A mark, change or restart shortly before the onset. */
  readonly suspect?: string;
  readonly suspectSaid?: Sentence | undefined;
  /** In the order they were hit. */
  readonly gateways: readonly string[];
  /** Alerts that belong to it, by id, in the order they joined; as they were last seen. */
  readonly alerts: readonly IncidentAlert[];
  readonly timeline: readonly TimelineEntry[];
  readonly lastGood: readonly LastGood[];
  readonly notes: readonly Note[];
  /** Runbook steps that somebody ticked off, by step id. */
  readonly ticks: Readonly<Record<string, { readonly at: number; readonly by: string }>>;
};

export type IncidentAlert = {
  readonly id: string;
  readonly rule: string;
  readonly gateway: string;
  readonly subject?: string;
  readonly priority: Priority;
  readonly firedAt: number;
  readonly resolvedAt?: number;
  /** When its own trouble began, as the numbers tell it. */
  readonly onset?: Onset;
  readonly evidence: string;
  readonly said?: Sentence | undefined;
  readonly next: string;
};

export const incidentLimits = {
  /** Resolved ones; the open ones are kept on top of that, up to the same number. */
  kept: 100,
  alerts: 400,
  timeline: 500,
  notes: 100,
} as const;
