import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporary } from "../support/places.ts";

const door = join(import.meta.dirname, "../../../src/core/index.ts");

/** What somebody else's process makes of a place: root sees everything, so it becomes nobody first. */
const asSomebodyElse = (stateDir: string): string => {
  const script = `
    const { openJournal, realPlace } = await import(${JSON.stringify(door)});
    if (process.getuid() === 0) process.setuid(65534);
    const stateDir = realPlace(${JSON.stringify(stateDir)});
    try { openJournal(stateDir); } catch ({ code, exit, hint }) { console.log(JSON.stringify({ stateDir, code, exit, hint })); }`;
  return spawnSync(process.execPath, ["--no-warnings", "--input-type=module", "-e", script], {
    encoding: "utf8",
  }).stdout;
};

describe("a state directory in the home of somebody else", () => {
  it("keeps the name it was given, and what lies there cannot be told, with the way out", () => {
    using place = temporary();
    mkdirSync(place.at("home/.openclaw"), { recursive: true });
    chmodSync(place.path, 0o755);
    chmodSync(place.at("home"), 0o000);
    try {
      expect(JSON.parse(asSomebodyElse(place.at("home/.openclaw")))).toEqual({
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
