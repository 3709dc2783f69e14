import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  beginTakeback,
  laidOut,
  lastRecords,
  openJournal,
  recoverPending,
  thisRun,
  type Journal,
} from "../../../src/core/index.ts";
import { systemClock as clock } from "../../../src/ground/index.ts";
import { temporary } from "../support/places.ts";

/** A process that is over. */
const gone = { pid: 4_194_303, startTime: 1 };

const begin = (stateDir: string, runBy: Parameters<typeof beginTakeback>[0]["runBy"] = gone): Journal => {
  mkdirSync(stateDir, { recursive: true });
  const what = { id: "s1", snapshot: "s1", stateDir, roots: [], scope: "session agent:main:gone" };
  return beginTakeback({ ...what, session: "agent:main:gone", runBy, clock });
};

const note = (journal: Journal, what: string, detail: string): void => {
  journal.append({ step: "noted", at: clock.now(), what, detail });
};

/** The lock of a process that lives: this one. */
const holdAs = async (role: string, stateDir: string): Promise<void> => {
  const { pid, startTime } = await thisRun();
  const directory = join(stateDir, "tmp", `openclaw-${process.getuid?.() ?? 0}`);
  mkdirSync(directory, { recursive: true });
  const lock = { pid, startTime, stateDir, role, createdAt: new Date().toISOString() };
  writeFileSync(join(directory, "gateway.state.lock"), JSON.stringify(lock));
};

describe("bringing a session back, cut off in the middle", () => {
  it("is cleared up after by whoever comes next, who says that the gateway was stopped", async () => {
    using place = temporary();
    const stateDir = place.at("state");
    const journal = begin(stateDir);
    note(journal, "stopping", "systemd");
    const [transcript, own] = [join(stateDir, "one.jsonl"), join(stateDir, "own.jsonl")];
    note(journal, laidOut, transcript);
    for (const path of [transcript, own]) writeFileSync(path, "{}");

    const found = await recoverPending(stateDir, { clock });
    expect(found).toMatchObject({ kind: "abandoned", gatewayStopped: true });
    expect("words" in found ? found.words : "").toMatch(
      /^The undeleting of agent:main:gone begun .* was interrupted.*`clawback session list`/,
    );
    expect([existsSync(transcript), existsSync(own), openJournal(stateDir)]).toEqual([
      false,
      true,
      undefined,
    ]);
    // The last restore still answers for what it did.
    expect([lastRecords(stateDir), readdirSync(place.at("."))]).toEqual([[], ["state"]]);
  });

  it("had not stopped a gateway that it had started again", async () => {
    using place = temporary();
    const journal = begin(place.at("state"));
    note(journal, "stopping", "systemd");
    note(journal, "started", "systemd");
    expect(await recoverPending(place.at("state"), { clock })).toMatchObject({ gatewayStopped: false });
  });

  it("keeps everybody out while OpenClaw's own import goes on without us", async () => {
    using place = temporary();
    const stateDir = place.at("state");
    const journal = begin(stateDir);
    const transcript = join(stateDir, "one.jsonl");
    note(journal, laidOut, transcript);
    writeFileSync(transcript, "{}");
    await holdAs("sqlite-maintenance", stateDir);
    const before = openJournal(stateDir)?.records.length;
    expect(await recoverPending(stateDir, { clock })).toMatchObject({ kind: "running", pid: process.pid });
    expect([existsSync(transcript), openJournal(stateDir)?.records.length]).toEqual([true, before]);

    await holdAs("gateway", stateDir);
    expect(await recoverPending(stateDir, { clock })).toMatchObject({ kind: "abandoned" });
    expect(existsSync(transcript)).toBe(false);
  });

  it("is no restore: one that waits is not overwritten by it, and two do not go on at once", async () => {
    using place = temporary();
    const journal = begin(place.at("state"), await thisRun());
    expect(() => begin(place.at("state"))).toThrow("has not ended");
    journal.close();
    expect(readdirSync(place.at("."))).toEqual(["state"]);
  });
});
