/**
 * Which snapshots stay and which go, and why. Pure: it is told the time and the snapshots, and only says what should
 * happen. Rules only ever keep; protected ones always stay, and each gateway keeps its last verified snapshot unless
 * that is forced.
 */
export { durationText, parseDuration } from "./duration.ts";
export {
  planRetention,
  type KeepReason,
  type RetentionOptions,
  type RetentionPolicy,
  type RetentionRules,
  type RetentionSubject,
  type RetentionVerdict,
} from "./plan.ts";
