import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { vaultFolders } from "../core/index.ts";
import { errnoOf, ExitCode, harmlessLine, Problem } from "../ground/index.ts";

/** What a vault that was begun and not finished may have left. */
const ownNames: ReadonlySet<string> = new Set([...vaultFolders, "tmp"]);

/**
 * For a new vault or a new copy: a directory in which something else lies is more likely a slip, and packs and keys strewn
 * among somebody's files are hard to tell from them later. What the system puts into a fresh disk does not count.
 */
export const refuseTaken = (path: string): void => {
  if (existsSync(join(path, "vault.json"))) return;
  const others = namesIn(path).filter(
    (name) => !ownNames.has(name) && !name.startsWith(".") && name !== "lost+found",
  );
  const [first] = others;
  if (first === undefined) return;
  const more = others.length === 1 ? "" : ` and ${others.length - 1} more`;
  throw new Problem("VAULT_PLACE_TAKEN", `${path} holds something else: ${harmlessLine(first, 80)}${more}.`, {
    hint: `A vault has its directory for itself. Name an empty place, or a new one: ${join(path, "vault")}`,
    exit: ExitCode.usage,
  });
};

/** A place that cannot be listed is none yet, or says what is wrong with it when it is written to. */
export const namesIn = (directory: string): readonly string[] => {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (errnoOf(error) !== undefined) return [];
    throw error;
  }
};
