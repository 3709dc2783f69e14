/**
 * What is done to a vault now and then, loaded together when it is asked for. One piece rather than eight: the program
 * is split along such borders, and every further file costs each command that crosses it.
 */
export { exportBundle } from "./bundle/export-bundle.ts";
export { importBundle } from "./bundle/import-bundle.ts";
export { collect, everyRecord } from "./upkeep/collect.ts";
export { repairVault } from "./upkeep/repair-vault.ts";
export { deleteSnapshots } from "./vault/delete-snapshots.ts";
export { exportRecoveryKey, rekey } from "./vault/rekey.ts";
export { vaultInfo, vaultStats } from "./vault/stats.ts";
export { verifySnapshots } from "./verify/verify-snapshots.ts";
