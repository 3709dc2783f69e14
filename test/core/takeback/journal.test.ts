import { spawnSync } from "node:child_process";
import { appendFileSync, lstatSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { beginTakeback, openJournal, phaseOf, recoverPending, thisRun } from "../../../src/core/index.ts";
import { systemClock as clock } from "../../../src/ground/index.ts";
import { temporary } from "../support/places.ts";

const begun = async (stateDir: string) => {
  mkdirSync(stateDir, { recursive: true });
  const roots = [{ prefix: "", live: stateDir }];
  const what = { id: "t1", snapshot: "s1", stateDir, roots, scope: "everything", runBy: await thisRun() };
  return beginTakeback({ ...what, clock });
};

describe("the journal of a restore", () => {
  it("announces nothing that the disk did not take whole", () => {
    using place = temporary();
    const stateDir = place.at("state");
    mkdirSync(stateDir);
    const child = join(import.meta.dirname, "support/journal.child.ts");
    // A limit on the size of files stands for a full disk: writes fall short in the same way.
    const limited = ["-c", 'ulimit -f 4; exec "$0" "$@"', process.execPath, "--no-warnings", child, stateDir];
    const { stdout } = spawnSync("bash", limited, { encoding: "utf8" });
    expect(stdout).toBe("refused");
    const journal = openJournal(stateDir);
    expect(journal === undefined ? "none" : phaseOf(journal.records)).toBe("preparing");
  });

  it("loses no line behind one that was cut short", async () => {
    using place = temporary();
    const journal = await begun(place.at("state"));
    appendFileSync(journal.path, '{"step":"swapping","at":1,"exch');
    journal.append({ step: "noted", at: 2, what: "a test", detail: "" });
    journal.reload();
    expect(journal.records.map(({ step }) => step)).toEqual(["begun", "noted"]);
  });

  it("that another process puts away this very moment leaves nothing to recover", async () => {
    using place = temporary();
    const { path } = await begun(place.at("state"));
    const putAway = (point: string): void => {
      if (point === "before claimed") renameSync(path, `${path}.away`);
    };
    expect(await recoverPending(place.at("state"), { clock, onStep: putAway })).toEqual({ kind: "nothing" });
  });

  it("is never mistaken for that of a later restore under the same name", async () => {
    using place = temporary();
    const first = await begun(place.at("state"));
    renameSync(first.path, `${first.path}.away`);
    const second = await begun(place.at("state"));
    const before = readFileSync(second.path, "utf8");
    expect(() => {
      first.append({ step: "abandoned", at: 1, reason: "a test" });
    }).toThrow("brought the restore of s1 to an end");
    expect(first.isOpen).toBe(false);
    expect(readFileSync(second.path, "utf8")).toBe(before);
  });
});

test("A restore that the power cut off is finished where devices have other numbers after the start", async () => {
  using place = temporary();
  const { path } = await begun(place.at("state"));
  const staged = place.at("state.clawback-t1-new");
  mkdirSync(staged);
  const identity = (at: string): string => `9999:${String(lstatSync(at, { bigint: true }).ino)}`;
  const exchange = {
    kind: "swap" as const,
    live: place.at("state"),
    staged,
    newOne: identity(staged),
    displaced: place.at("state.clawback-t1-old"),
    oldOne: identity(place.at("state")),
    undone: place.at("state.clawback-t1-undone"),
  };
  appendFileSync(path, `${JSON.stringify({ step: "swapping", at: 1, exchanges: [exchange] })}\n`);
  const came = identity(staged);
  expect((await recoverPending(place.at("state"), { clock })).kind).toBe("swapped");
  expect(identity(place.at("state"))).toBe(came);
});
