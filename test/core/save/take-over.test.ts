import {
  appendFileSync,
  chmodSync,
  linkSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { diskStore, type Vault } from "../../../src/core/index.ts";
import { idBytes } from "../../../src/core/manifest/entry.ts";
import { FrameCache } from "../../../src/core/pack/frame-cache.ts";
import { Meter } from "../../../src/core/progress.ts";
import { takeOver } from "../../../src/core/save/take-over.ts";
import { scanDigest } from "../../../src/core/source/scan-digest.ts";
import { scan } from "../../../src/core/source/scan.ts";
import { ChunkReader } from "../../../src/core/tree/chunk-reader.ts";
import { loadIndex } from "../../../src/core/vault/chunk-index.ts";
import { unlockVault } from "../../../src/core/vault/vault.ts";
import { systemClock } from "../../../src/ground/index.ts";
import { randomFrom } from "../support/random.ts";
import { everything, newVault, temporary } from "../support/places.ts";
import { lookAt } from "../support/trees.ts";

// What was written just before a save is looked at again by the next one; here every save comes a minute late.
beforeEach(() => {
  const now = Date.now.bind(Date);
  vi.spyOn(Date, "now").mockImplementation(() => now() + 60_000);
});
afterEach(() => {
  vi.restoreAllMocks();
});

const folders = 10;

const makeState = (state: string, filesEach: number): void => {
  for (let folder = 0; folder < folders; folder += 1) {
    mkdirSync(`${state}/${folder}`, { recursive: true });
    for (let file = 0; file < filesEach; file += 1)
      writeFileSync(`${state}/${folder}/${file}.md`, `${folder} ${file}`);
  }
  symlinkSync("nowhere", `${state}/3/link`);
  linkSync(`${state}/1/1.md`, `${state}/5/also-1.md`);
  writeFileSync(`${state}/7/a-journal`, "no journal");
  using database = new DatabaseSync(`${state}/9/db.sqlite`);
  database.exec("PRAGMA journal_mode=WAL; CREATE TABLE t(x)");
};

const save = async (vault: Vault, state: string) =>
  (await vault.save(everything(state), { kind: "full" })).record;

type Record = Awaited<ReturnType<typeof save>>;
const treeOf = ({ tree, entries, summary: { files, bytes } }: Record) => ({
  ids: Buffer.from(tree.ids).toString("hex"),
  entries,
  files,
  bytes,
});

describe("a save on top of another", () => {
  test("makes the very list of files that a save into an empty vault makes, whatever has changed", async () => {
    using place = temporary();
    const state = place.at("state");
    makeState(state, 60);
    const number = randomFrom(7);
    const below = (limit: number): number => Math.floor(number() * limit);
    const vault = await newVault(place.at("vault"));
    await save(vault, state);
    const any = (): string => {
      const folder = `${state}/${below(folders)}`;
      const names = readdirSync(folder).filter((name) => name.endsWith(".md"));
      return `${folder}/${names[below(names.length)] ?? ""}`;
    };
    const changes: readonly (() => void)[] = [
      () => appendFileSync(any(), "more"),
      () => chmodSync(any(), 0o640),
      () => rmSync(any()),
      () => renameSync(any(), `${state}/${below(folders)}/renamed-${below(1_000)}.md`),
      () => writeFileSync(`${state}/${below(folders)}/new-${below(1_000)}.md`, "new"),
      () => linkSync(any(), `${state}/${below(folders)}/linked-${below(1_000_000)}.md`),
      () => symlinkSync("somewhere", `${state}/${below(folders)}/link-${below(1_000_000)}`),
      () => utimesSync(any(), 1_000_000, 1_000_000),
      () => mkdirSync(`${state}/${below(folders)}/folder-${below(1_000_000)}`),
      () => writeFileSync(`${state}/7/a-journal`, `still none ${below(1_000)}`),
      () => {
        using database = new DatabaseSync(`${state}/9/db.sqlite`);
        database.exec("INSERT INTO t VALUES(1)");
      },
      () => undefined,
    ];
    for (let round = 0; round < 16; round += 1) {
      const many = round % 4 === 3 ? 6 : 1;
      for (let each = 0; each < many; each += 1) changes[(round + each * 5) % changes.length]?.();
      const onTop = await save(vault, state);
      const anew = await save(await newVault(place.at(`fresh-${round}`)), state);
      expect(treeOf(onTop), `round ${round}`).toEqual(treeOf(anew));
    }
    const last = await save(vault, state);
    await vault.restoreTo(last.summary.id, place.at("out"));
    rmSync(`${state}/9/db.sqlite-shm`, { force: true });
    expect(lookAt(place.at("out"))).toEqual(lookAt(state));
  });

  test("looks into no segment but those in which something has changed, or may have", async () => {
    using place = temporary();
    const state = place.at("state");
    makeState(state, 150);
    const vault = await newVault(place.at("vault"));
    const base = await save(vault, state);
    const store = diskStore(place.at("vault"));
    const { master } = await unlockVault(store, { keyFile: place.at("vault.key") }, systemClock);
    const index = await loadIndex(store, master);
    const reader = new ChunkReader(index, new FrameCache(store, master, 1 << 20));
    const segments = (await reader.ids(base.tree)).length / idBytes;
    const takenNow = async (of = base) => {
      const { items } = await scan(
        everything(state),
        new Meter(systemClock, undefined, "scan", "files"),
        new AbortController().signal,
      );
      const taken = await takeOver(reader, of, items, scanDigest(items).parts);
      return { taken: taken.segments.size, others: taken.others.length / idBytes };
    };
    // The two names of one file, what is named like a journal, and the database with its log may lie in four.
    const untouched = await takenNow();
    expect(untouched.taken + untouched.others).toBe(segments);
    expect(untouched.others).toBeLessThanOrEqual(4);
    expect(untouched.taken).toBeGreaterThan(4);

    appendFileSync(`${state}/2/7.md`, "more");
    const changed = await takenNow();
    expect(changed.others - untouched.others).toBeLessThanOrEqual(1);
    expect(changed.taken).toBe(segments - changed.others);
    // What was touched right before the walk that made it is looked into.
    expect(await takenNow({ ...base, scannedAtNs: 0n })).toEqual({ taken: 0, others: segments });
    // Without what was seen, as after a collection that put packs together, everything is.
    expect(await takenNow({ ...base, seenSegments: undefined })).toEqual({ taken: 0, others: segments });
    const elsewhere = Buffer.alloc(idBytes, 7).toString("base64");
    expect(await takenNow({ ...base, seenSegments: elsewhere })).toEqual({ taken: 0, others: segments });
  });

  test("does not build on a segment that is in no pack any more", async () => {
    using place = temporary();
    const state = place.at("state");
    makeState(state, 150);
    const vault = await newVault(place.at("vault"));
    await save(vault, state);
    for (const pack of readdirSync(place.at("vault/packs"))) rmSync(place.at(`vault/packs/${pack}`));
    appendFileSync(`${state}/3/7.md`, "more");
    const { summary } = await save(vault, state);
    expect((await vault.verify([summary.id], { depth: "full" })).findings).toEqual([]);
  });
});
