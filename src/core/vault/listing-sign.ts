import { statSync } from "node:fs";
import { errnoOf } from "../../ground/index.ts";
import type { VaultStore } from "../store/blob-store.ts";
import type { vaultFolders } from "./folders.ts";

/** What a list is made of. */
const listed: readonly (typeof vaultFolders)[number][] = ["snapshots", "notes"];

/**
 * What is put into a folder or taken out of it leaves its time there, on any file system; what lies in one never changes.
 * Two changes within one tick of the system's clock can look like one: who watches lists now and then all the same.
 */
export const listingSign = ({ directory }: VaultStore): string =>
  directory === undefined ? "" : listed.map((folder) => changedAt(`${directory}/${folder}`)).join(" ");

/** A folder that cannot be looked at gives a sign as well: to say why is up to the list. */
const changedAt = (folder: string): string => {
  try {
    return String(statSync(folder, { bigint: true, throwIfNoEntry: false })?.mtimeNs);
  } catch (error) {
    return String(errnoOf(error));
  }
};
