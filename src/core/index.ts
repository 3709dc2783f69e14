/**
 * The snapshot core: takes, keeps, checks, compares and gives back points in time of a state directory. It knows files
 * and bytes; what they mean to a gateway, who is told about it and how it is shown is for others. FORMAT.md, beside
 * this file, says what lies on disk.
 *
 * It promises: nothing in a vault is ever overwritten; a save that is interrupted anywhere leaves the vault as it was;
 * a length is believed only after it was authenticated; what a check finds is data, and what a person must act on is a
 * Problem with a way out.
 */
export { openVault, type FileRow, type OpenOptions, type Vault } from "./open-vault.ts";
export { initVault, type Initialised, type InitOptions } from "./vault/vault.ts";
export { diskStore } from "./store/disk-store.ts";
