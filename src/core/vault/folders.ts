/** What lies in a vault beside `vault.json`, and `tmp` for what is not there yet; FORMAT.md says what each is. */
export const vaultFolders = [
  "snapshots",
  "packs",
  "notes",
  "marks",
  "gone",
  "keys",
  "cache",
  "quarantine",
] as const;
