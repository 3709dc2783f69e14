import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, utimesSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import {
  accept,
  claimOrRefuse,
  everything,
  holderOf,
  openJournal,
  putBack,
  realPlace,
  recoverPending,
  release,
  type Journal,
} from "../../../src/core/index.ts";
import { touchEveryMs } from "../../../src/core/takeback/run-by.ts";
import { systemClock } from "../../../src/ground/index.ts";
import { newVault, temporary } from "../support/places.ts";
import { guard, takeBack } from "./support/drive.ts";
import { makeScene, planOf, ruin } from "./support/scene.ts";

const clock = systemClock;

const inPlace = async (place: ReturnType<typeof temporary>): Promise<Journal> => {
  const vault = await newVault(place.at("vault"));
  const scene = makeScene(place.at("home"));
  const { snapshot } = await vault.save(planOf(scene), { kind: "manual" });
  ruin(scene);
  return await takeBack({ vault, scene, snapshot: snapshot.id, scope: everything });
};

/** Somebody else who lives as long as the test wants. */
const somebody = (): ChildProcess => spawn("sleep", ["600"], { stdio: "ignore" });

const claimOf = (child: ChildProcess): { readonly pid: number; readonly startTime: number } => {
  const stat = readFileSync(`/proc/${child.pid}/stat`, "utf8");
  return {
    pid: child.pid ?? 0,
    startTime: Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]),
  };
};

describe("who is at a restore", () => {
  it("is the first of those that claimed it and live, for everybody who asks", async () => {
    using place = temporary();
    const journal = await inPlace(place);
    await release(journal, clock);
    const child = somebody();
    try {
      journal.append({ step: "claimed", at: clock.now(), runBy: claimOf(child) });
      await expect(accept(journal, "a test", clock)).rejects.toMatchObject({ code: "RESTORE_RUNNING" });
      await expect(putBack(journal, "a test", guard)).rejects.toMatchObject({ code: "RESTORE_RUNNING" });
      await expect(claimOrRefuse(journal, clock)).rejects.toMatchObject({ exit: 5 });
      expect(await recoverPending(journal.begun.stateDir, { clock })).toMatchObject({
        kind: "running",
        pid: child.pid,
      });
      // Whoever was refused has left no claim behind that would keep others out later.
      expect(await holderOf(journal)).toEqual(claimOf(child));
    } finally {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    expect(await holderOf(journal)).toBeUndefined();
    await accept(journal, "a test", clock);
    expect(openJournal(journal.begun.stateDir)).toBeUndefined();
  });

  describe("from another container", () => {
    const where = { host: "container", boot: readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim() };
    const foreign = { pid: 7, startTime: 7, where: { ...where, processes: "pid:[1]" } };
    const claimedBy = async (
      place: ReturnType<typeof temporary>,
      runBy: typeof foreign,
      silentMs: number,
    ): Promise<Journal> => {
      const journal = await inPlace(place);
      await release(journal, clock);
      journal.append({ step: "claimed", at: clock.now(), runBy });
      const touched = (Date.now() - silentMs) / 1_000;
      utimesSync(journal.path, touched, touched);
      return journal;
    };

    it("is somebody for as long as the journal is touched, whoever has that number here", async () => {
      using place = temporary();
      const journal = await claimedBy(place, foreign, 0);
      expect(await holderOf(journal)).toEqual(foreign);
      await expect(accept(journal, "a test", clock)).rejects.toMatchObject({ code: "RESTORE_RUNNING" });
      expect(await recoverPending(journal.begun.stateDir, { clock })).toMatchObject({
        kind: "running",
        pid: 7,
      });
    });

    it("is nobody any more when it was not touched for long, and asking does not make it look alive", async () => {
      using place = temporary();
      const journal = await claimedBy(place, foreign, 3_600_000);
      expect(await holderOf(journal)).toBeUndefined();
      await accept(journal, "a test", clock);
      expect(openJournal(journal.begun.stateDir)).toBeUndefined();
    });

    it("is nobody once this machine has been started again", async () => {
      using place = temporary();
      const before = { ...foreign, where: { ...foreign.where, host: hostname(), boot: "another" } };
      expect(await holderOf(await claimedBy(place, before, 0))).toBeUndefined();
    });

    it("sees that we are at one, because it is touched", async () => {
      using place = temporary();
      vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
      try {
        const journal = await inPlace(place);
        utimesSync(journal.path, 0, 0);
        vi.advanceTimersByTime(touchEveryMs);
        expect(journal.touchedAt).toBeGreaterThan(0);
        await release(journal, clock);
        utimesSync(journal.path, 0, 0);
        vi.advanceTimersByTime(touchEveryMs);
        expect(journal.touchedAt).toBe(0);
      } finally {
        vi.useRealTimers();
      }
    });
  });

  it("is nobody once it rests, also for the process that took it there", async () => {
    using place = temporary();
    const journal = await inPlace(place);
    expect(await holderOf(journal)).toMatchObject({ pid: process.pid });
    await release(journal, clock);
    expect(await holderOf(journal)).toBeUndefined();
    expect((await recoverPending(journal.begun.stateDir, { clock })).kind).toBe("waiting");
  });
});

describe("the place of a state directory", () => {
  it("is found through a link, and while the directory itself is missing between old and new", () => {
    using place = temporary();
    const home = place.at("home");
    mkdirSync(join(home, "data", "openclaw"), { recursive: true });
    symlinkSync(join(home, "data", "openclaw"), join(home, ".openclaw"));
    expect(realPlace(join(home, ".openclaw"))).toBe(join(home, "data", "openclaw"));
    renameSync(join(home, "data", "openclaw"), join(home, "data", "old"));
    expect(realPlace(join(home, ".openclaw"))).toBe(join(home, "data", "openclaw"));
    rmSync(join(home, ".openclaw"));
    expect(realPlace(join(home, ".openclaw"))).toBe(join(home, ".openclaw"));
  });
});
