import type { Alert } from "./alerts/alert.ts";
import type { Silence } from "./alerts/silence.ts";
import type { Incident } from "./incidents/incident.ts";
import type { Mark, RestoreEnd } from "./model.ts";
import type { SnapshotKind } from "./snapshot-summary.ts";
import type { TrailRow } from "./vitals/trail.ts";

/** What `update` asks the world for, as data. The runner in effects/ does it and answers with events. */
export type Effect =
  | {
      readonly kind: "take-snapshot";
      readonly gateway: string;
      readonly as: SnapshotKind;
      readonly reason: string;
    }
  /** The policy allows this much to be done about a gateway that does not come back. */
  | {
      readonly kind: "recover";
      readonly gateway: string;
      readonly deed: "restart";
      readonly reason: string;
    }
  /** Tell people: the configured outputs decide who hears of it. */
  | {
      readonly kind: "announce";
      readonly change: "fired" | "resolved" | "escalated";
      readonly alert: Alert;
    }
  | { readonly kind: "record-samples"; readonly rows: readonly SampleRow[] }
  | { readonly kind: "record-alert"; readonly alert: Alert }
  | { readonly kind: "record-incident"; readonly incident: Incident }
  | { readonly kind: "record-mark"; readonly mark: Mark }
  | { readonly kind: "record-restore"; readonly restore: RestoreEnd }
  | { readonly kind: "record-silence"; readonly silence: Silence }
  | { readonly kind: "forget-silence"; readonly id: string };

/** One gateway's numbers at one moment of the ten-second grid. */
export type SampleRow = { readonly gateway: string; readonly row: TrailRow };
