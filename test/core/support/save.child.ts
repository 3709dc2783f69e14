import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openVault } from "../../../src/core/index.ts";
import { noise } from "./trees.ts";

/**
 * Saves a directory again and again, changing it in between, until it is killed. Arguments: vault, directory, how many
 * files to change each time, their size, how many times. Says the id of each snapshot when it is done.
 */
const [, , vaultPath = "", state = "", files = "3", size = "50000", rounds = "1000000"] = process.argv;

const vault = await openVault(vaultPath, { keys: { keyFile: `${vaultPath}.key` } });
for (let round = 1; round <= Number(rounds); round += 1) {
  for (let at = 0; at < Number(files); at += 1) {
    writeFileSync(join(state, `file-${at}`), noise(Number(size), process.pid * 1_000 + round * 31 + at));
    appendFileSync(join(state, "log"), `${process.pid} round ${round}\n`);
  }
  const { snapshot } = await vault.save(
    { roots: [{ prefix: "", path: state }], excludes: () => false },
    { kind: "full" },
  );
  process.send?.(snapshot.id);
}
process.disconnect?.();
