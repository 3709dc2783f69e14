import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { diskStore, initVault, openVault } from "../../../src/core/index.ts";
import { systemClock } from "../../../src/ground/index.ts";

/** A vault as months of snapshots leave it: many small ones of one gateway, most of them like the one before. */
export const makeLargeVault = async (
  folder: string,
  gateway: string,
  snapshots: number,
): Promise<{ readonly path: string; readonly keyFile: string }> => {
  const path = join(folder, "vault");
  const keyFile = join(folder, "vault.key");
  const state = join(folder, "state");
  await mkdir(state);
  await writeFile(join(state, "openclaw.json"), "{}\n");
  await initVault(diskStore(path), { keyFile });
  const everyMs = 300_000;
  let now = Date.now() - snapshots * everyMs;
  const vault = await openVault(path, {
    keys: { keyFile },
    clock: { ...systemClock, now: () => now },
    hands: "this-one",
  });
  for (let taken = 0; taken < snapshots; taken += 1) {
    if (taken % 20 === 0) await writeFile(join(state, "notes.md"), `note ${taken}\n`);
    await vault.save(
      { roots: [{ prefix: "", path: state }], excludes: () => false },
      {
        kind: taken % 12 === 0 ? "full" : "critical",
        gateway,
        describe: () =>
          Promise.resolve({
            vitals: { contextPressure: 0.3 + (taken % 50) / 100, sessions: 41, agents: 5 },
            sessions: [],
          }),
      },
    );
    now += everyMs;
  }
  return { path, keyFile };
};
