/**
 * Taking a live state directory back to a snapshot, in place: stage beside it, check, change places by renaming, keep
 * the old one until somebody accepts. Files and bytes only; stopping and starting the gateway and judging whether it
 * came up well are for others.
 *
 * It promises: killed at any instant, `recoverPending` leaves all of the old state or all of the new, and says which;
 * nothing of the old state is deleted before `accept`; nothing moves while a gateway owns the directory.
 */
export { everything, type TakebackScope } from "./scope.ts";
export { planFiles, type FilePlan, type StageFacts } from "./file-plan.ts";
export { placesOf, type RootPlaces, type TakebackRoot } from "./places.ts";
export { stage, type Staged, type StageOptions } from "./stage.ts";
export { cleanStaged } from "./clean-staged.ts";
export type { CleanedDatabase } from "./clean-databases.ts";
export { journalMark, lastRecords, openJournal, type Journal } from "./journal.ts";
export {
  endIn,
  laidOut,
  phaseOf,
  workOf,
  type EndRecord,
  type Phase,
  type TakebackRecord,
} from "./records.ts";
export { abandon, accept, beginTakeback, keptBeside, putBack, swapIn, type Guard } from "./takeback.ts";
export { recoverPending, type Recovered } from "./recover.ts";
export { claimOrRefuse, holderOf, release } from "./holder.ts";
export { acceptedAt, lastRoots, sweepKept, type Swept } from "./sweep.ts";
export { movePaths, type MovedRows, type PathMove } from "./move-paths.ts";
export { realPlace } from "./real-place.ts";
export { fateOf, thisRun, type RunBy } from "./run-by.ts";
export type { Exchange } from "./exchange.ts";
