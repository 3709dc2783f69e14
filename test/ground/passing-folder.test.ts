import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { makePassingFolder } from "../../src/ground/index.ts";

/** The number of a process that was there and is gone. */
const goneBy = (): number => spawnSync(process.execPath, ["-e", ""]).pid;

describe("a folder that passes", () => {
  let parent: string;

  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), "clawback-test-"));
    vi.stubEnv("TMPDIR", parent);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(parent, { recursive: true });
  });

  it("is its user's alone and says whose it is", () => {
    const folder = makePassingFolder("look");
    expect(folder.startsWith(join(parent, `clawback-look-${process.pid}-`))).toBe(true);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it("takes away what a killed process of its kind left, and nothing else", () => {
    const gone = goneBy();
    const left = [`clawback-look-${gone}-aaaaaa`, `clawback-demo-${gone}-bbbbbb`, `clawback-look-1-cccccc`];
    for (const name of [...left, "elsewhere"]) {
      mkdirSync(join(parent, name));
      writeFileSync(join(parent, name, "content"), "");
    }
    symlinkSync(join(parent, "elsewhere"), join(parent, `clawback-look-${gone}-dddddd`));
    makePassingFolder("look");
    const mine = new RegExp(`^clawback-look-${process.pid}-`);
    expect(readdirSync(parent).filter((name) => !mine.test(name))).toEqual(
      [
        `clawback-demo-${gone}-bbbbbb`,
        "clawback-look-1-cccccc",
        `clawback-look-${gone}-dddddd`,
        "elsewhere",
      ].toSorted(),
    );
    expect(readdirSync(join(parent, "elsewhere"))).toEqual(["content"]);
  });
});
