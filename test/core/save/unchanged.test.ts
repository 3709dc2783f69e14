import { chmodSync, mkdirSync, readFileSync, renameSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { diskStore, initVault, openVault, type FileRow, type VaultStore } from "../../../src/core/index.ts";
import { everything, temporary } from "../support/places.ts";

/** A vault on disk that remembers what was read from it. */
const listening = async (directory: string) => {
  const read: string[] = [];
  const disk = diskStore(directory);
  const store: VaultStore = {
    ...disk,
    get: async (key, ...rest) => {
      read.push(key.split("/")[0] ?? key);
      return await disk.get(key, ...rest);
    },
  };
  const keys = { keyFile: `${directory}.key` };
  await initVault(store, keys);
  return { read, vault: await openVault(store, { keys }) };
};

// What was written just before a save is looked at again by the next one; here every save comes a minute late.
beforeEach(() => {
  const now = Date.now.bind(Date);
  vi.spyOn(Date, "now").mockImplementation(() => now() + 60_000);
});
afterEach(() => {
  vi.restoreAllMocks();
});

const place = () => {
  const made = temporary();
  mkdirSync(made.at("state/deep/er"), { recursive: true });
  for (const name of ["a", "b", "deep/c", "deep/er/d"]) writeFileSync(made.at(`state/${name}`), name);
  return made;
};

describe("a save of a state in which nothing has changed", () => {
  it("reads neither packs nor index, and says the same", async () => {
    using here = place();
    const { read, vault } = await listening(here.at("vault"));
    const first = await vault.save(everything(here.at("state")), { kind: "full" });
    read.length = 0;
    const second = await vault.save(everything(here.at("state")), { kind: "full" });
    expect(read).not.toContain("packs");
    expect(read).not.toContain("cache");
    expect(second.snapshot).toMatchObject({ files: first.snapshot.files, newBytes: 0, storedBytes: 0 });
    expect(Buffer.from(second.record.tree.ids)).toEqual(Buffer.from(first.record.tree.ids));
    await vault.restoreTo(second.snapshot.id, here.at("out"));
    expect(readFileSync(here.at("out/deep/er/d"), "utf8")).toBe("deep/er/d");
  });

  it("reads no packs for a database that a gateway holds open", async () => {
    using here = place();
    using database = new DatabaseSync(here.at("state/db.sqlite"));
    database.exec("PRAGMA journal_mode=WAL; CREATE TABLE t(x); INSERT INTO t VALUES(1)");
    const { read, vault } = await listening(here.at("vault"));
    await vault.save(everything(here.at("state")), { kind: "full" });
    // SQLite gives the log to whoever owns the database when it is first opened, by the first save here.
    await vault.save(everything(here.at("state")), { kind: "full" });
    read.length = 0;
    // A reader touches what lies beside the database, and nothing else.
    utimesSync(here.at("state/db.sqlite-shm"), new Date(), new Date());
    await vault.save(everything(here.at("state")), { kind: "full" });
    expect(read).not.toContain("packs");
    database.exec("INSERT INTO t VALUES(2)");
    const third = await vault.save(everything(here.at("state")), { kind: "full" });
    expect(third.snapshot.newBytes).toBeGreaterThan(0);
  });
});

describe("a save notices", () => {
  const changes: readonly (readonly [string, (state: string) => void])[] = [
    [
      "other bytes of the same length, with the old time put back",
      (state) => {
        const { atime, mtime } = statSync(`${state}/a`);
        writeFileSync(`${state}/a`, "A");
        utimesSync(`${state}/a`, atime, mtime);
      },
    ],
    [
      "another mode",
      (state) => {
        chmodSync(`${state}/deep/c`, 0o640);
      },
    ],
    [
      "another name",
      (state) => {
        renameSync(`${state}/b`, `${state}/e`);
      },
    ],
    [
      "a file that is named like the journal of another",
      (state) => {
        writeFileSync(`${state}/a-journal`, "not one");
      },
    ],
  ];
  it.each(changes)("%s", async (_, change) => {
    using here = place();
    const state = here.at("state");
    const { vault } = await listening(here.at("vault"));
    await vault.save(everything(state), { kind: "full" });
    await vault.save(everything(state), { kind: "full" });
    change(state);
    const { snapshot } = await vault.save(everything(state), { kind: "full" });
    const files: FileRow[] = [];
    for await (const row of vault.files(snapshot.id)) if (row.type === "file") files.push(row);
    for (const { path, mode } of files) {
      expect(await vault.readFile(snapshot.id, path)).toEqual(readFileSync(`${state}/${path}`));
      expect(mode).toBe(statSync(`${state}/${path}`).mode & 0o7777);
    }
    expect(files.map(({ path }) => path).includes("a-journal")).toBe(change.toString().includes("a-journal"));
  });

  it("a changed file that is named like the journal of another", async () => {
    using here = place();
    const state = here.at("state");
    writeFileSync(`${state}/a-journal`, "one");
    const { vault } = await listening(here.at("vault"));
    await vault.save(everything(state), { kind: "full" });
    await vault.save(everything(state), { kind: "full" });
    writeFileSync(`${state}/a-journal`, "two");
    const { snapshot } = await vault.save(everything(state), { kind: "full" });
    expect(String(await vault.readFile(snapshot.id, "a-journal"))).toBe("two");
  });
});
