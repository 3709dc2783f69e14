import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { diskStore, initVault, openVault } from "../src/core/index.ts";
import { systemClock } from "../src/ground/index.ts";

/**
 * Makes snapshots-fixtures/: small vaults as files, one healthy, one per way of damage, and things that are no vault of
 * ours. What is saved, when, and what is damaged is fixed; keys, salts and names of packs are random, as they must be.
 */
const root = join(import.meta.dirname, "../snapshots-fixtures");
const work = join(tmpdir(), `clawback-fixtures-${process.pid}`);
const state = join(work, "state");
const healthy = join(root, "healthy/two-snapshots");

const text = (name: string, content: string) => {
  const path = join(state, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, content, { mode: 0o600 });
  utimesSync(path, 1_772_448_960, 1_772_448_960);
};

const makeHealthy = async (): Promise<void> => {
  let minutes = 0;
  const clock = { ...systemClock, now: () => Date.UTC(2026, 2, 2, 10, 56 + minutes) };
  const keys = { keyFile: join(root, "healthy/two-snapshots.key") };
  await initVault(diskStore(healthy), { ...keys, clock });
  const vault = await openVault(healthy, { keys, clock });
  const plan = { roots: [{ prefix: "", path: state }], excludes: () => false };
  const facts = { kind: "full", gateway: "prod-eu", host: "fixture", gatewayVersion: "2026.9.6" } as const;

  text("openclaw.json", `{ "gateway": { "port": 18789 } }\n`);
  text("workspace/MEMORY.md", "# Memory\n\n- the harbour opens at six\n");
  text("agents/main/sessions/one.jsonl", `{"type":"session"}\n`.repeat(40));
  mkdirSync(join(state, "state"), { recursive: true });
  const database = new DatabaseSync(join(state, "state/openclaw.sqlite"));
  database.exec("CREATE TABLE devices(id TEXT, name TEXT); INSERT INTO devices VALUES('d1', 'laptop')");
  database.close();
  await vault.save(plan, {
    ...facts,
    name: "before",
    describe: async () => ({ vitals: { agents: 1, memoryKeys: 1 }, sessions: {} }),
  });

  minutes = 2;
  text("workspace/MEMORY.md", "# Memory\n\n- the harbour opens at six\n- the key is under the stone\n");
  text("workspace/notes.md", "only in the second\n");
  await vault.save(plan, {
    ...facts,
    describe: async () => ({ vitals: { agents: 1, memoryKeys: 2 }, sessions: {} }),
  });
};

const largestPack = (vault: string): string =>
  readdirSync(join(vault, "packs"))
    .map((name) => join(vault, "packs", name))
    .toSorted((a, b) => statSync(b).size - statSync(a).size)[0] ?? "";

const flip = (path: string, at: (length: number) => number): void => {
  const bytes = readFileSync(path);
  const place = at(bytes.length);
  bytes[place] = (bytes[place] ?? 0) ^ 0x10;
  rmSync(path);
  writeFileSync(path, bytes, { mode: 0o600 });
};

/** Names say what is wrong; README.md says what must be found. */
const damages: Readonly<Record<string, (vault: string) => void>> = {
  "flipped-byte-in-frame": (vault) => {
    flip(largestPack(vault), () => 200);
  },
  "flipped-byte-in-footer": (vault) => {
    flip(largestPack(vault), (length) => length - 40);
  },
  "truncated-pack": (vault) => {
    truncateSync(largestPack(vault), Math.floor(statSync(largestPack(vault)).size * 0.5));
  },
  "missing-pack": (vault) => {
    rmSync(largestPack(vault));
  },
  "half-written-snapshot": (vault) => {
    truncateSync(join(vault, "snapshots/2026-03-02-10-58"), 100);
  },
  "swapped-snapshots": (vault) => {
    cpSync(join(vault, "snapshots/2026-03-02-10-56"), join(vault, "snapshots/2026-03-02-10-58"));
  },
  "damaged-index": (vault) => {
    mkdirSync(join(vault, "cache"), { recursive: true, mode: 0o700 });
    writeFileSync(join(vault, "cache/index-00112233aabbccdd"), "not an index", { mode: 0o600 });
  },
  "damaged-key-slot": (vault) => {
    for (const name of readdirSync(join(vault, "keys"))) {
      const path = join(vault, "keys", name);
      const slot = readFileSync(path, "utf8");
      if (slot.includes(`"kind":"recovery"`))
        writeFileSync(path, slot.replace(/"shown":"../, `"shown":"AA`), { mode: 0o600 });
    }
  },
};

const foreign: Readonly<Record<string, (directory: string) => void>> = {
  "future-format": (directory) => {
    cpSync(healthy, directory, { recursive: true });
    const path = join(directory, "vault.json");
    writeFileSync(path, readFileSync(path, "utf8").replace(`"version": 1`, `"version": 7`), { mode: 0o600 });
  },
  "not-a-vault": (directory) => {
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, "vault.json"), `{ "format": "somebody else's" }\n`);
  },
  "not-json": (directory) => {
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, "vault.json"), "\u0000\u0001 binary");
  },
  "other-directory": (directory) => {
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, "holiday.txt"), "no vault.json here\n");
  },
};

const makeFrom = (
  folder: string,
  made: Readonly<Record<string, (directory: string) => void>>,
  from?: string,
): void => {
  for (const [name, make] of Object.entries(made)) {
    const directory = join(root, folder, name);
    if (from !== undefined) cpSync(from, directory, { recursive: true });
    make(directory);
  }
};

try {
  for (const folder of ["healthy", "damaged", "foreign"])
    rmSync(join(root, folder), { recursive: true, force: true });
  mkdirSync(state, { recursive: true });
  await makeHealthy();
  // Git keeps no empty directories; leave none that a clone would lack.
  if (existsSync(join(healthy, "tmp"))) rmSync(join(healthy, "tmp"), { recursive: true });
  makeFrom("damaged", damages, healthy);
  makeFrom("foreign", foreign);
} finally {
  rmSync(work, { recursive: true, force: true });
}
