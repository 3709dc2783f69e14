import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pathOfText } from "../../../src/core/manifest/byte-path.ts";
import { Reach } from "../../../src/core/source/reach.ts";
import { PresentFiles } from "../../../src/core/tree/present-file.ts";
import { idOf } from "../../../src/core/chunk/chunk-id.ts";
import type { Vault } from "../../../src/core/index.ts";
import { everything, newVault, temporary } from "../support/places.ts";
import { lookAt, makeTree, noise, tree } from "../support/trees.ts";

type Place = ReturnType<typeof temporary>;

const textBytes = 600_000;

/** A transcript of several chunks, a database of several blocks, a note. */
const makeState = (place: Place): void => {
  mkdirSync(place.at("state/notes"), { recursive: true });
  writeFileSync(place.at("state/talk.jsonl"), noise(textBytes, 1));
  writeFileSync(place.at("state/notes/today.md"), "remembered");
  using database = new DatabaseSync(place.at("state/facts.sqlite"));
  database.exec("PRAGMA page_size = 4096; CREATE TABLE facts(id INTEGER PRIMARY KEY, what TEXT)");
  const insert = database.prepare("INSERT INTO facts(what) VALUES(?)");
  database.exec("BEGIN");
  for (let row = 0; row < 4_000; row += 1) insert.run(`${row} `.repeat(20));
  database.exec("COMMIT");
};

const saved = async (place: Place) => {
  makeState(place);
  const vault = await newVault(place.at("vault"));
  const { snapshot } = await vault.save(everything(place.at("state")), { kind: "manual" });
  cpSync(place.at("state"), place.at("was"), { recursive: true, preserveTimestamps: true });
  return { vault, id: snapshot.id, bytes: snapshot.bytes };
};

const restore = (vault: Vault, id: string, place: Place) =>
  vault.restoreTo(id, place.at("target"), { present: [{ prefix: "", path: place.at("state") }] });

/** Every byte of content in the vault, but not its list of files, which comes last in a pack. */
const hurtContent = (place: Place): void => {
  const packs = place.at("vault/packs");
  for (const name of readdirSync(packs)) {
    const bytes = readFileSync(join(packs, name));
    bytes.fill(0, 60, 4_000);
    writeFileSync(join(packs, name), bytes);
  }
};

const contents = (place: Place, of: string) =>
  ["talk.jsonl", "notes/today.md", "facts.sqlite"].map((name) =>
    readFileSync(join(place.at(of), name)).toString("hex"),
  );

describe("a restore beside a state that is still as it was", () => {
  it("takes all of it from there", async () => {
    using place = temporary();
    const { vault, id, bytes } = await saved(place);
    expect(await restore(vault, id, place)).toMatchObject({ presentBytes: bytes, findings: [] });
    expect(contents(place, "target")).toEqual(contents(place, "was"));
  });

  it("does so when the vault can no longer give it", async () => {
    using place = temporary();
    const { vault, id } = await saved(place);
    hurtContent(place);
    expect((await restore(vault, id, place)).findings).toEqual([]);
    expect(contents(place, "target")).toEqual(contents(place, "was"));
  });

  it("does so when the vault no longer knows how long its pieces are", async () => {
    using place = temporary();
    const { vault } = await saved(place);
    const first = readdirSync(place.at("vault/packs"));
    writeFileSync(place.at("state/notes/later.md"), "a list of files of its own");
    const { snapshot } = await vault.save(everything(place.at("state")), { kind: "manual" });
    for (const name of first) rmSync(place.at(`vault/packs/${name}`));
    expect((await restore(vault, snapshot.id, place)).findings).toEqual([]);
    expect(contents(place, "target")).toEqual(contents(place, "was"));
  });
});

describe("a restore beside a state that has changed", () => {
  it.each<[string, (place: Place) => void]>([
    [
      "appended to",
      (place) => {
        appendFileSync(place.at("state/talk.jsonl"), "more");
      },
    ],
    [
      "grown to several times its length",
      (place) => {
        appendFileSync(place.at("state/talk.jsonl"), noise(2 * textBytes, 3));
      },
    ],
    [
      "closed to writing",
      (place) => {
        chmodSync(place.at("state/talk.jsonl"), 0o400);
        chmodSync(place.at("state/facts.sqlite"), 0o400);
      },
    ],
    [
      "cut short",
      (place) => {
        truncateSync(place.at("state/talk.jsonl"), textBytes / 2);
      },
    ],
    [
      "of the same size with other bytes",
      (place) => {
        writeFileSync(place.at("state/talk.jsonl"), noise(textBytes, 2));
      },
    ],
    [
      "pushed along by a line on top",
      (place) => {
        writeFileSync(
          place.at("state/talk.jsonl"),
          Buffer.concat([Buffer.from("top\n"), noise(textBytes, 1)]),
        );
      },
    ],
    [
      "gone",
      (place) => {
        rmSync(place.at("state/talk.jsonl"));
      },
    ],
    [
      "a link to something else",
      (place) => {
        rmSync(place.at("state/talk.jsonl"));
        writeFileSync(place.at("elsewhere"), noise(textBytes, 3));
        symlinkSync(place.at("elsewhere"), place.at("state/talk.jsonl"));
      },
    ],
    [
      "a link to the same bytes",
      (place) => {
        renameSync(place.at("state/talk.jsonl"), place.at("elsewhere"));
        symlinkSync(place.at("elsewhere"), place.at("state/talk.jsonl"));
      },
    ],
    [
      "a pipe that nobody writes to",
      (place) => {
        rmSync(place.at("state/talk.jsonl"));
        expect(spawnSync("mkfifo", [place.at("state/talk.jsonl")]).status).toBe(0);
      },
    ],
    [
      "a directory",
      (place) => {
        rmSync(place.at("state/talk.jsonl"));
        mkdirSync(place.at("state/talk.jsonl"));
      },
    ],
  ])("brings a file back as it was that is now %s", async (_what, change) => {
    using place = temporary();
    const { vault, id } = await saved(place);
    change(place);
    expect((await restore(vault, id, place)).findings).toEqual([]);
    expect(contents(place, "target")).toEqual(contents(place, "was"));
  });

  it("asks the vault for the pages of a database that differ, and no others", async () => {
    using place = temporary();
    const { vault, id, bytes } = await saved(place);
    {
      using database = new DatabaseSync(place.at("state/facts.sqlite"));
      database.exec("UPDATE facts SET what = 'other' WHERE id IN (7, 3000)");
    }
    const { presentBytes, findings } = await restore(vault, id, place);
    expect(findings).toEqual([]);
    expect(contents(place, "target")).toEqual(contents(place, "was"));
    const pages = (bytes - presentBytes) / 4_096;
    expect(pages).toBeGreaterThan(0);
    expect(pages).toBeLessThan(6);
  });

  it("says which files it could not bring back when the vault has lost them, too", async () => {
    using place = temporary();
    const { vault, id } = await saved(place);
    hurtContent(place);
    writeFileSync(place.at("state/talk.jsonl"), noise(textBytes, 2));
    const { findings } = await restore(vault, id, place);
    expect(findings.map(({ code, path }) => [code, path])).toEqual([["NOT_RESTORED", "talk.jsonl"]]);
  });

  it("gives what was saved, whatever lies there now", async () => {
    using place = temporary();
    const vault = await newVault(place.at("vault"));
    let run = 0;
    await fc.assert(
      fc.asyncProperty(tree, tree, async (then, now) => {
        run += 1;
        const [was, is, target] = ["was", "is", "target"].map((name) => place.at(`${name}-${run}`));
        if (was === undefined || is === undefined || target === undefined) throw new Error("three places");
        makeTree(was, then);
        const { snapshot } = await vault.save(everything(was), { kind: "manual" });
        makeTree(is, now);
        const { findings } = await vault.restoreTo(snapshot.id, target, {
          present: [{ prefix: "", path: is }],
        });
        expect(findings).toEqual([]);
        expect(lookAt(target)).toEqual(lookAt(was));
      }),
      { numRuns: 12 },
    );
  });
});

describe("a file that is present", () => {
  const content = {
    layout: "chunks",
    database: false,
    list: { kind: "inline", ids: new Uint8Array() },
  } as const;
  const length = 50_000;

  const opened = (place: Place) => {
    writeFileSync(place.at("file"), noise(length, 1));
    const file = new PresentFiles(new Reach()).open(pathOfText(place.at("file")));
    if ("reason" in file) throw new Error(file.reason);
    return file;
  };

  it("holds what hashes to the id, and nothing else", () => {
    using place = temporary();
    using file = opened(place);
    const found = file.unit(idOf(noise(length, 1)), 0, content, 0, length, undefined);
    expect(found === undefined ? undefined : Buffer.from(found)).toEqual(noise(length, 1));
    expect(file.unit(idOf(noise(length, 2)), 0, content, 0, length, undefined)).toBeUndefined();
    expect(file.heldBytes).toBe(length);
  });

  it.each<[string, (path: string) => void]>([
    [
      "is cut short after it was opened",
      (path) => {
        truncateSync(path, 10);
      },
    ],
    [
      "is written over after it was opened",
      (path) => {
        writeFileSync(path, noise(length, 9));
      },
    ],
  ])("holds nothing when it %s", (_what, change) => {
    using place = temporary();
    using file = opened(place);
    change(place.at("file"));
    expect(file.unit(idOf(noise(length, 1)), 0, content, 0, length, undefined)).toBeUndefined();
  });
});
