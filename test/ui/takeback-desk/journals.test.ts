import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { accept, beginTakeback, openJournal, thisRun, type Journal } from "../../../src/core/index.ts";
import { systemClock } from "../../../src/ground/index.ts";
import { processState } from "../../../src/openclaw/index.ts";
import type { RestoreRun } from "../../../src/ui/console/index.ts";
import { watchJournals, type JournalPorts } from "../../../src/ui/takeback-desk/journals.ts";
import { manualClock, type ManualClock } from "../../demo/manual-clock.ts";
import { soon } from "../../support/soon.ts";

let home = "";
let stateDir = "";
let clock: ManualClock;
let told: (RestoreRun | undefined)[] = [];
/** What was brought to an end. */
let ended: (readonly string[])[] = [];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "journals-"));
  stateDir = join(home, ".openclaw");
  mkdirSync(stateDir);
  clock = manualClock();
  told = [];
  ended = [];
});

afterEach(async () => {
  await rm(home, { recursive: true, force: true });
});

/** A process that has ended, or never was. */
const gone = { pid: 4_194_303, startTime: 1 };

const begun = (runBy: { readonly pid: number; readonly startTime?: number }, session?: string): Journal =>
  beginTakeback({
    ...(session === undefined ? {} : { session }),
    id: "t1",
    snapshot: "2026-11-20-02-00",
    stateDir,
    roots: [{ prefix: "", live: stateDir }],
    scope: "everything",
    runBy,
    clock: systemClock,
  });

const inPlace = (journal: Journal): Journal => {
  const at = systemClock.now();
  journal.append({ step: "noted", at, what: "safety-snapshot", detail: "2026-11-20-02-19" });
  journal.append({ step: "swapping", at, exchanges: [] });
  journal.append({ step: "swapped", at });
  return journal;
};

const watching = (more: Partial<JournalPorts> = {}) => {
  const watch = watchJournals({
    clock,
    gateways: [{ name: "prod-eu", stateDir }],
    readOnly: () => false,
    recovered: new Map(),
    told: (_gateway, run) => told.push(run),
    ended: (gateway, { snapshot, session }, outcome) => {
      ended.push([gateway, session ?? snapshot, outcome]);
      return Promise.resolve();
    },
    ...more,
  });
  watch.start();
  return { ...watch, [Symbol.asyncDispose]: watch.stop };
};

const looksAgain = async (): Promise<void> => {
  await clock.advance(2_000);
};

const heard = (count: number): Promise<void> =>
  soon(() => {
    expect(told).toHaveLength(count);
  });

describe("a console that opens beside a restore", () => {
  it("shows one that waits, with the snapshot from right before, and hears when it is accepted elsewhere", async () => {
    const journal = inPlace(begun(gone));
    await using _ = watching();
    await heard(1);
    expect(told[0]).toMatchObject({
      snapshot: "2026-11-20-02-00",
      safetySnapshot: "2026-11-20-02-19",
      end: { kind: "waiting" },
      process: undefined,
    });
    await accept(journal, "a person", systemClock);
    await soon(async () => {
      await looksAgain();
      expect(told.at(-1)).toMatchObject({ end: { kind: "accepted" } });
    });
  });

  it("undoes one that was cut off before anything moved, and says so", async () => {
    begun(gone);
    await using _ = watching();
    await heard(1);
    expect(told[0]).toMatchObject({
      end: { kind: "called-off" },
      recovered: expect.stringContaining("interrupted before anything was touched"),
    });
    expect(openJournal(stateDir)).toBeUndefined();
    expect(ended).toEqual([["prod-eu", "2026-11-20-02-00", "abandoned"]]);
  });

  it("clears up after a session that was being brought back, which is no restore to be shown", async () => {
    begun(gone, "agent:main:gone");
    await using _ = watching();
    await soon(async () => {
      await looksAgain();
      expect(ended).toEqual([["prod-eu", "agent:main:gone", "abandoned"]]);
    });
    expect([openJournal(stateDir), told]).toEqual([undefined, []]);
  });

  it("shows what a process does that lives, and touches nothing of it", async () => {
    const other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
    try {
      const pid = other.pid ?? 0;
      const found = await soon(async () => {
        const state = await processState(pid);
        if (state.kind !== "running") throw new Error("not yet");
        return state;
      });
      begun({ pid, ...(found.startTime === undefined ? {} : { startTime: found.startTime }) });
      await using _ = watching();
      await heard(1);
      expect(told[0]).toMatchObject({ process: pid, end: undefined });
      expect(openJournal(stateDir)).toBeDefined();
    } finally {
      other.kill("SIGKILL");
    }
  });

  it("only tells where only looking is allowed", async () => {
    begun(gone);
    await using _ = watching({ readOnly: () => true });
    await heard(1);
    expect(openJournal(stateDir)?.records).toHaveLength(1);
  });

  it("says what the start of the program has undone already", async () => {
    const journal = begun(gone);
    journal.append({ step: "abandoned", at: systemClock.now(), reason: "interrupted" });
    journal.close();
    const words = "Undid the restore of 2026-11-20-02-00.";
    await using _ = watching({
      recovered: new Map([["prod-eu", { kind: "abandoned", words, gatewayStopped: true }]]),
    });
    await heard(1);
    expect(told[0]).toMatchObject({
      recovered: `${words} It had stopped the gateway: clawback service start --gateway prod-eu`,
      end: { kind: "called-off", running: false },
    });
  });

  it("tells why one cannot be read, and what to do, for readers of every language", async () => {
    begun(gone).close();
    writeFileSync(`${stateDir}.clawback-restore.jsonl`, "by hand\n");
    await using _ = watching();
    await heard(1);
    expect(told[0]).toMatchObject({
      end: {
        kind: "failed",
        said: { say: "problem", code: "RESTORE_JOURNAL_UNREADABLE" },
        advice: { say: "way-out", code: "RESTORE_JOURNAL_UNREADABLE" },
      },
    });
  });

  it("says nothing of one that ended before, and nothing of its own", async () => {
    inPlace(begun(await thisRun()));
    const watch = watching();
    watch.own("prod-eu", true);
    await watch.stop();
    expect(told).toEqual([]);
  });
});
