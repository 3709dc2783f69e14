import { realpathSync } from "node:fs";
import { sep } from "node:path";
import { ExitCode, Problem } from "../../ground/index.ts";
import type { SourcePlan } from "../source/plan.ts";
import type { VaultStore } from "../store/blob-store.ts";

/** A vault below what it saves would save itself; a state directory below its vault would be mistaken for packs. */
export const refuseOverlap = (store: VaultStore, plan: SourcePlan): void => {
  if (store.directory === undefined) return;
  const vault = real(store.directory);
  for (const { path } of plan.roots) {
    const root = real(path);
    if (isInside(vault, root) || isInside(root, vault)) {
      throw new Problem(
        "VAULT_OVERLAPS_STATE",
        `The vault ${vault} and the directory ${root} lie one inside the other.`,
        {
          hint: "Put the vault somewhere else with --vault or `vault.path` in the configuration.",
          exit: ExitCode.usage,
        },
      );
    }
  }
};

const isInside = (path: string, directory: string): boolean =>
  path === directory || path.startsWith(directory + sep);

const real = (path: string): string => {
  try {
    return realpathSync(path);
  } catch {
    // It does not exist: the scan will say so in its own words.
    return path;
  }
};
