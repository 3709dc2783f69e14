/**
 * Where the watch touches the world: gateways, the history, outputs. A door of its own, because what only draws or
 * reckons must not load sockets and databases. It promises to do what `update` asked for, to answer with events, and to
 * end in good order.
 */
export type { RecoveryAsked, SnapshotAsked } from "./deeds.ts";
export { identityOf, startWatching, type Watching, type WatchingOptions } from "./watching.ts";
export { openHistory, type History } from "./history/index.ts";
export { workUnderWay } from "./work-elsewhere.ts";
export { tryOutputs, type OutputTrial } from "./outputs/index.ts";
export { openEffects, type Effects, type EffectsOptions } from "./run-effects.ts";
export { openAlertDesk, type AlertDesk, type Firing } from "./alert-desk.ts";
export { summaryOf, watchVault, type VaultPort } from "./vault.ts";
export { lastGoodIn } from "./last-good-in-vault.ts";
export { planRestore, type PlanRestoreOptions, type PreparedRestore } from "./takeback/plan-restore.ts";
export { refusedBy, restoreInPlace } from "./takeback/restore-in-place.ts";
export type { RestoreInPlaceOptions, RestoreResult } from "./takeback/under-way.ts";
export { rollBackRestore, type RollBackOptions, type RolledBack } from "./takeback/roll-back-restore.ts";
export {
  branchTips,
  lastGoodOfSession,
  planSessionRollback,
  probeSession,
  rollBackSession,
  sessionIn,
  sessionMoveUnknown,
  type Probe,
  type RolledSession,
  type SessionDesk,
  type WayToTake,
} from "./takeback/session-rollback.ts";
export { waitReady, type Readiness } from "./takeback/wait-ready.ts";
export { importArchive, keysOfSessions } from "./takeback/undelete-session.ts";
export { isStillDraining, stopGateway, type Draining } from "./takeback/drive-gateway.ts";
export { afterStop, withState } from "./takeback/way-back.ts";
export { teller } from "./takeback/under-way.ts";
