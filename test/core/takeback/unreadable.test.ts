import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporary } from "../support/places.ts";

const door = join(import.meta.dirname, "../../../src/core/index.ts");

/** What somebody else's process makes of a place: root sees everything, so it becomes nobody first. */
const asSomebodyElse = (names: string, script: string): string =>
  spawnSync(
    process.execPath,
    [
      "--no-warnings",
      "--input-type=module",
      "-e",
      `const { ${names} } = await import(${JSON.stringify(door)});
       if (process.getuid() === 0) process.setuid(65534);
       ${script}`,
    ],
    { encoding: "utf8" },
  ).stdout;

const journalOf = (stateDir: string): string =>
  asSomebodyElse(
    "openJournal, realPlace",
    `const stateDir = realPlace(${JSON.stringify(stateDir)});
     try { openJournal(stateDir); } catch ({ code, exit, hint }) { console.log(JSON.stringify({ stateDir, code, exit, hint })); }`,
  );

describe("a state directory in the home of somebody else", () => {
  it("keeps the name it was given, and what lies there cannot be told, with the way out", () => {
    using place = temporary();
    mkdirSync(place.at("home/.openclaw"), { recursive: true });
    chmodSync(place.path, 0o755);
    chmodSync(place.at("home"), 0o000);
    try {
      expect(JSON.parse(journalOf(place.at("home/.openclaw")))).toEqual({
        stateDir: place.at("home/.openclaw"),
        code: "STATE_DIR_UNREADABLE",
        exit: 5,
        hint: "Run as the user who owns the state directory, or as root.",
      });
    } finally {
      chmodSync(place.at("home"), 0o700);
    }
  });
});

describe("a state that was laid out by somebody who may not read all of it", () => {
  it("is made ready, and what is closed to him is left as it is", () => {
    using place = temporary();
    mkdirSync(place.at("state/closed"), { recursive: true });
    writeFileSync(place.at("state/closed.sqlite"), "SQLite format 3\0");
    chmodSync(place.path, 0o755);
    chmodSync(place.at("state/closed"), 0o000);
    chmodSync(place.at("state/closed.sqlite"), 0o000);
    const cleaned = asSomebodyElse(
      "cleanStaged",
      `console.log(JSON.stringify(await cleanStaged(${JSON.stringify(place.at("state"))}, "this-one")));`,
    );
    expect(cleaned).toBe("[]\n");
  });
});
