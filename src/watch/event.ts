import type { GatewayEvent } from "../clients/index.ts";
import type { AlertSettings } from "./alerts/settings.ts";
import type { Alert } from "./alerts/alert.ts";
import type { Silence } from "./alerts/silence.ts";
import type { GatewayIdentity, LeakSighting, MemoryFacts } from "./gateway-model.ts";
import type { Incident } from "./incidents/incident.ts";
import type { Mark, Operation, RestoreEnd, Trouble, VaultFacts } from "./model.ts";
import type { Policies } from "./policies/settings.ts";
import type { Trail } from "./vitals/trail.ts";
import type { SnapshotSummary, SnapshotVerification } from "./snapshot-summary.ts";

/**
 * Everything that can happen to the model. Plain data: what can happen can be recorded and played again.
 *
 * Rules are judged on ticks alone, so between two ticks the order of events from different sources does not matter;
 * the order within one gateway's stream is the gateway's and is kept.
 */
export type Event =
  | { readonly kind: "gateway"; readonly event: GatewayEvent }
  | {
      readonly kind: "tick";
      readonly at: number;
      /** Only every so many-th gateway is judged at this one; absent: all are. */
      readonly slice?: { readonly index: number; readonly of: number };
    }
  | {
      readonly kind: "settings";
      readonly at: number;
      readonly gateways: readonly GatewayIdentity[];
      readonly alerts: AlertSettings;
      /** Absent: as they are. */
      readonly policies?: Policies;
    }
  | { readonly kind: "mark"; readonly at: number; readonly mark: Mark }
  | {
      /** The vault was listed: replaces what was known of one gateway's snapshots. */
      readonly kind: "snapshots";
      readonly at: number;
      readonly gateway: string;
      readonly snapshots: readonly SnapshotSummary[];
    }
  | { readonly kind: "snapshot-taken"; readonly at: number; readonly snapshot: SnapshotSummary }
  | {
      readonly kind: "snapshot-removed";
      readonly at: number;
      readonly gateway: string;
      readonly id: string;
    }
  | {
      readonly kind: "snapshot-verified";
      readonly at: number;
      readonly gateway: string;
      readonly id: string;
      readonly verification: SnapshotVerification;
    }
  | { readonly kind: "vault"; readonly at: number; readonly vault: VaultFacts }
  | {
      readonly kind: "memory";
      readonly at: number;
      readonly gateway: string;
      readonly memory: MemoryFacts;
    }
  /** A log line carried a secret that we know by its hash; the line itself arrives with it taken out. */
  | {
      readonly kind: "leak";
      readonly at: number;
      readonly gateway: string;
      readonly leak: LeakSighting;
    }
  /** A restore in place ended, and what runs now was compared with what the snapshot promised. */
  | { readonly kind: "restore-ended"; readonly at: number; readonly restore: RestoreEnd }
  | { readonly kind: "operation"; readonly at: number; readonly operation: Operation }
  /** Somebody changed the configuration and wants it in force: whoever runs reads it again. */
  | { readonly kind: "reload"; readonly at: number; readonly by: string }
  | {
      readonly kind: "acknowledge";
      readonly at: number;
      readonly alert: string;
      readonly by: string;
      readonly note?: string;
    }
  | { readonly kind: "silence"; readonly at: number; readonly silence: Silence }
  | { readonly kind: "unsilence"; readonly at: number; readonly id: string }
  | {
      readonly kind: "note";
      readonly at: number;
      readonly incident: string;
      readonly by: string;
      readonly text: string;
    }
  | {
      readonly kind: "runbook";
      readonly at: number;
      readonly incident: string;
      readonly step: string;
      readonly done: boolean;
      readonly by: string;
    }
  | {
      /** What earlier runs left in the history: read once at the start. */
      readonly kind: "remembered";
      readonly at: number;
      readonly marks: readonly Mark[];
      readonly restores: readonly RestoreEnd[];
      readonly silences: readonly Silence[];
      readonly alerts: readonly Alert[];
      readonly incidents: readonly Incident[];
    }
  | {
      /** Rows of the time before, so that charts and trends do not begin at zero. */
      readonly kind: "trails";
      readonly at: number;
      readonly trails: readonly { readonly gateway: string; readonly trail: Trail }[];
    }
  /** Alerts that were firing when their last watcher wrote them down: they go on here as they were. */
  | { readonly kind: "adopted"; readonly at: number; readonly alerts: readonly Alert[] }
  /**
   * Of the processes that watch, this one leads from now on, or no longer does. `guarded`: the one that leads, whoever it
   * is, also acts; absent while that is not known.
   */
  | { readonly kind: "leads"; readonly at: number; readonly leads: boolean; readonly guarded?: boolean }
  /** Incidents as the leading process has them. */
  | { readonly kind: "incidents"; readonly at: number; readonly incidents: readonly Incident[] }
  | { readonly kind: "trouble"; readonly at: number; readonly trouble: Trouble };
