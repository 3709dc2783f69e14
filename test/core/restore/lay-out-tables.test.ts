import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { everything, newVault, temporary } from "../support/places.ts";

type Place = ReturnType<typeof temporary>;

const tables = ["kept", "keyed", "longer"];
const queries = [
  "SELECT * FROM kept ORDER BY id",
  "SELECT * FROM kept WHERE label = 'label 1999'",
  "SELECT count(*) FROM kept",
  "SELECT * FROM keyed ORDER BY key",
  "SELECT id, length(body), substr(body, -9) FROM longer ORDER BY id",
  // What stands behind something long is reached by leaping over it.
  "SELECT behind FROM longer ORDER BY id",
];

const answers = (path: string) => {
  using database = new DatabaseSync(path, { readOnly: true });
  return queries.map((query) => database.prepare(query).all());
};

/** Tables of every shape, and one that is most of the file and that nobody asks for. */
const makeDatabase = (path: string, pageBytes: number, { log }: { readonly log: boolean }): void => {
  const database = new DatabaseSync(path);
  // As a gateway's own are: such a file has pages that say who refers to each of the others.
  database.exec(`PRAGMA page_size = ${pageBytes}; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = ${log ? "WAL" : "DELETE"};
    PRAGMA wal_autocheckpoint = 0;
    CREATE TABLE said(id INTEGER PRIMARY KEY, body TEXT);
    CREATE TABLE kept(id INTEGER PRIMARY KEY, label TEXT); CREATE INDEX by_label ON kept(label);
    CREATE TABLE keyed(key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
    CREATE TABLE longer(id INTEGER PRIMARY KEY, body TEXT, behind TEXT DEFAULT 'here');
    BEGIN`);
  const [said, kept, keyed, longer] = ["said(body)", "kept(label)", "keyed(key, value)", "longer(body)"].map(
    (into) => database.prepare(`INSERT INTO ${into} VALUES(${into.includes(",") ? "?, ?" : "?"})`),
  );
  for (let row = 0; row < 6_000; row += 1) said?.run("what was said ".repeat(60));
  for (let row = 0; row < 3_000; row += 1) {
    kept?.run(`label ${row}`);
    keyed?.run(`key ${row}`, "value ".repeat(row % 40));
    if (row % 300 === 0) longer?.run(`${"long ".repeat(10_000)}the end ${row % 10}`);
  }
  database.exec("COMMIT; ANALYZE");
  if (log) {
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    database.exec(
      "UPDATE kept SET label = label || ' again' WHERE id % 7 = 0; DELETE FROM keyed WHERE key > 'key 5'",
    );
    database.exec("INSERT INTO kept(label) SELECT label || ' twice' FROM kept");
    // A process that was killed leaves its log behind.
    for (const suffix of ["", "-wal"]) cpSync(`${path}${suffix}`, `${path}${suffix}.left`);
  }
  database.close();
  if (!log) return;
  for (const suffix of ["", "-wal"]) {
    cpSync(`${path}${suffix}.left`, `${path}${suffix}`);
    rmSync(`${path}${suffix}.left`);
  }
};

const wanted = {
  select: (path: string) => /\.sqlite(?:-wal)?$/.test(path),
  isWanted: (table: string) => tables.includes(table),
  signal: new AbortController().signal,
};

const saved = async (place: Place, pageBytes: number, log: boolean) => {
  mkdirSync(place.at("state/agents"), { recursive: true });
  const path = place.at("state/agents/some.sqlite");
  makeDatabase(path, pageBytes, { log });
  const vault = await newVault(place.at("vault"));
  const { snapshot } = await vault.save(everything(place.at("state")), { kind: "manual" });
  return { vault, id: snapshot.id, path };
};

describe("tables of a database that is in a snapshot", () => {
  it.each([
    [512, false],
    [4_096, false],
    [4_096, true],
    [65_536, false],
  ])("are laid out without the rest of it (pages of %i bytes, with a log: %s)", async (pageBytes, log) => {
    using place = temporary();
    const { vault, id, path } = await saved(place, pageBytes, log);
    expect(await vault.layOutTables(id, place.at("out"), wanted)).toBe(true);
    const out = place.at("out/agents/some.sqlite");
    const before = answers(path);
    expect(before[0]?.length).toBeGreaterThan(0);
    expect(answers(out)).toEqual(before);
    expect(statSync(out).size).toBe(statSync(path).size);
    // The one that nobody asked for takes most of the file.
    expect(statSync(out).blocks).toBeLessThan(statSync(path).blocks * 0.7);
  });

  it("are not taken in part when one of them is a view", async () => {
    using place = temporary();
    const path = place.at("state/some.sqlite");
    mkdirSync(place.at("state"));
    {
      using database = new DatabaseSync(path);
      database.exec("CREATE TABLE said(id INTEGER); CREATE VIEW kept AS SELECT id FROM said");
    }
    const vault = await newVault(place.at("vault"));
    const { snapshot } = await vault.save(everything(place.at("state")), { kind: "manual" });
    expect(await vault.layOutTables(snapshot.id, place.at("out"), wanted)).toBe(false);
  });

  it("are not taken from a vault that has lost them", async () => {
    using place = temporary();
    const { vault, id } = await saved(place, 4_096, false);
    const packs = place.at("vault/packs");
    for (const name of readdirSync(packs)) {
      const bytes = readFileSync(join(packs, name));
      bytes.fill(0, 60, 4_000);
      writeFileSync(join(packs, name), bytes);
    }
    expect(await vault.layOutTables(id, place.at("out"), wanted)).toBe(false);
  });
});
