/**
 * The full-screen console. It draws the model and turns keys into actions; it promises that nothing a gateway, a slow
 * link or a small terminal does can hold it up or tear it apart. What is known and what it means comes from watch.
 */
export { auditLog } from "./effects/audit-log.ts";
export { showText } from "./effects/show-text.ts";
export { writeReport } from "./effects/write-report.ts";
export { textsIn } from "./language/index.ts";
export { failedBy } from "./state/failed.ts";
export { timeWords, utcWords, type TimeWords } from "./state/time.ts";
export { capabilitiesOf, makeLook, type Capabilities } from "./theme/index.ts";
export {
  comparisonKey,
  differenceKey,
  live,
  type HostFigures,
  type Pair,
  type ShownDifference,
  type StoredSnapshot,
  type VaultAccess,
  type VaultNews,
  type VaultRequest,
} from "./state/vault.ts";
export {
  planKey,
  rollbackKey,
  scopeWords,
  type Goal,
  type Planned,
  type Rollback,
  type SessionGoal,
  type TakebackNews,
  type TakebackRequest,
} from "./state/takeback.ts";
export { begunRun, withRestoreEvent, type RestoreRun, type RunEnd } from "./state/restore-run.ts";
export type { TakebackDesk, VaultDesk } from "./open-console.ts";
