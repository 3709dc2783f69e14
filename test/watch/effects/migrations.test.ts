import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openHistory } from "../../../src/watch/effects/history/index.ts";
import { currentVersion } from "../../../src/watch/effects/history/schema.ts";

/** When the fixtures were written. */
const thenMs = 1_763_596_800_000;
const fixtures = join(import.meta.dirname, "..", "..", "fixtures", "history");
const older = Array.from({ length: currentVersion - 1 }, (_, at) => at + 1);

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "clawback-migrations-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const written = (version: number): string => {
  const path = join(folder, "history.sqlite");
  const database = new DatabaseSync(path);
  database.exec("PRAGMA auto_vacuum = INCREMENTAL");
  database.exec(readFileSync(join(fixtures, `version-${version}.sql`), "utf8"));
  database.close();
  return path;
};

describe("a history of an older version", () => {
  it("is there as a file for each version that has been", () => {
    expect(readdirSync(fixtures).toSorted()).toEqual(older.map((version) => `version-${version}.sql`));
  });

  it.each(older)("%i is brought up with everything in it, and nobody is called again", (version) => {
    using history = openHistory({ path: written(version), now: thenMs, owner: "test" });
    const { samples, stories } = history;
    expect(history.putAside).toBeUndefined();
    expect(stories.firing()).toMatchObject([{ id: "a12345", acknowledged: { by: "ada" } }]);
    expect([...stories.untold()]).toEqual([]);
    expect(stories.incidents(10)).toMatchObject([{ id: "i12345", notes: [{ text: "looking" }] }]);
    expect(stories.marks(0, thenMs)).toMatchObject([{ text: "deploy" }]);
    expect(stories.silences(thenMs)).toMatchObject([{ id: "s1" }]);
    expect(stories.restores(0)).toHaveLength(version >= 2 ? 1 : 0);
    expect(
      samples.series({
        gateway: "prod-eu",
        name: "context_pressure",
        from: thenMs - 1_000,
        until: thenMs + 1_000,
        points: 10,
      }),
    ).toEqual([{ at: thenMs, value: 0.9 }]);

    // And it is used on: a new writer, a changed incident, a new firing.
    expect(history.claim(thenMs + 600_000, 3)).toBe(true);
    const [incident] = stories.incidents(1);
    if (incident !== undefined) stories.putIncident({ ...incident, title: "changed" });
    expect(stories.incidentsMoved(0).map((each) => each.incident.title)).toEqual(["changed"]);
  });

  it("comes out with the same tables as a new one", () => {
    const tablesOf = (path: string): readonly unknown[] => {
      openHistory({ path, now: thenMs, owner: "test" })[Symbol.dispose]();
      const database = new DatabaseSync(path);
      const columns = database
        .prepare(
          `SELECT m.name AS "table", c.name, c.type, c."notnull", c.pk FROM sqlite_schema m, pragma_table_info(m.name) c
           WHERE m.type = 'table' ORDER BY 1, 2`,
        )
        .all();
      const version = database.prepare("PRAGMA user_version").get();
      database.close();
      return [version, ...columns];
    };
    const fresh = tablesOf(join(folder, "new.sqlite"));
    for (const version of older) {
      expect(tablesOf(written(version))).toEqual(fresh);
      rmSync(join(folder, "history.sqlite"));
    }
  });

  it("that broke off in the middle of being brought up is brought up the next time", () => {
    const path = written(1);
    const database = new DatabaseSync(path);
    // What is in its way makes the second step fail: all of it is undone, and nothing is put aside.
    database.exec("CREATE TABLE restores (other TEXT)");
    database.close();
    expect(() => openHistory({ path, now: thenMs, owner: "test" })).toThrow(/cannot be opened/);
    const again = new DatabaseSync(path);
    expect(again.prepare("PRAGMA user_version").get()).toEqual({ user_version: 1 });
    again.exec("DROP TABLE restores");
    again.close();
    using history = openHistory({ path, now: thenMs, owner: "test" });
    expect(history.stories.firing()).toHaveLength(1);
  });
});
