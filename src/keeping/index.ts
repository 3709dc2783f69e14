/**
 * What can be done with snapshots, without a screen: console, command line and guard all do it through here. It joins
 * what the core can (bytes, packs, manifests) with what is known of a state directory (what belongs in a snapshot, its
 * sessions and numbers). It promises that nothing it reads of a live state directory leaves a mark there. It opens no
 * vault (keys are the caller's), asks no person and watches nothing: a command on the vault must start in an instant,
 * so nothing of the watch, of gateways or of the configuration may be reached from here.
 */
export { stateSource, pathWithin, type StateSource, type StateSourceOptions } from "./state-source.ts";
export { saveSnapshot, type SaveRequest, type SavedSnapshot } from "./save-snapshot.ts";
export { findSnapshot, findSnapshots, type FoundSnapshot, type RefScope } from "./find-snapshot.ts";
export { belongingTo, type Whose } from "./whose.ts";
export { compareSnapshots, type ComparedSide, type ComparedSnapshots } from "./compare-snapshots.ts";
export { compareFile, type FileDifference } from "./compare-file.ts";
export { nextToGo, planCleanup, rulesOf, type CleanupPlan, type CleanupRules } from "./plan-cleanup.ts";
export { isInPlaceOfLost, refuseTarget } from "./refuse-target.ts";
export { choosePaths, pathsChosen } from "./choose-paths.ts";
export { copyVault, type CopiedVault } from "./copy-vault.ts";
export { numbersOf, sessionsCarried } from "./carried-words.ts";
