import { beforeAll, describe, expect, it } from "vitest";
import type { ProbeReport } from "../../src/ui/console/terminal/index.ts";
import { buildFixture, openConsole, type OpenConsole } from "../support/terminal/index.ts";

let fixture = "";
beforeAll(async () => {
  fixture = await buildFixture();
});

/** A console with something new to show a hundred times a second. */
const openBusy = async (): Promise<OpenConsole> => {
  const console = await openConsole({
    command: [process.execPath, fixture],
    columns: 200,
    rows: 60,
    env: { FIXTURE_HZ: "100" },
    probe: true,
  });
  await console.sees("ready");
  await console.until("a first report", () => console.probe() !== undefined);
  return console;
};

const reportOf = (console: OpenConsole): ProbeReport & { readonly ticks: number } => {
  const report = console.probe();
  if (typeof report?.["ticks"] !== "number") throw new Error("no report yet");
  return { ...report, ticks: report["ticks"] };
};

/** Stops taking anything until the program has noticed and thrown frames away. */
const stalled = async (console: OpenConsole): Promise<void> => {
  const before = reportOf(console);
  console.stall();
  await console.until("frames to be dropped", () => reportOf(console).dropped > before.dropped + 100);
};

describe("a link that takes nothing", () => {
  it("never stops the program, and costs one frame to catch up", async () => {
    await using console = await openBusy();
    await stalled(console);
    const before = reportOf(console);
    expect(before.backlogged).toBe(true);
    await console.until("three seconds of work", () => reportOf(console).ticks > before.ticks + 300);
    const during = reportOf(console);
    // The program published all the while, and nothing was drawn or queued for it.
    expect(during.frames).toBe(before.frames);
    expect(during.bytesWritten).toBe(before.bytesWritten);
    expect(during.pace).toBe("stalled");
    const receivedBefore = console.received();
    console.press("F1");
    console.resume();
    await console.sees("F1");
    await console.until("a live pace again", () => reportOf(console).pace === "live");
    // What lay between us, the frame that was under way and those since: far from one for each of 300 changes.
    expect(console.received() - receivedBefore).toBeLessThan(300 * 800);
    expect(console.probe()?.misfits).toBe(0);
  });

  it("does not hold up a program that is told to quit", async () => {
    await using console = await openBusy();
    await stalled(console);
    console.press("q");
    await console.until("the program to be gone", console.isGone);
    console.resume();
    expect(await console.ended()).toMatchObject({
      code: 0,
      signal: null,
      after: { raw: false, echoing: true },
    });
  });

  it.each(["SIGTERM", "SIGHUP"] as const)("does not hold up %s", async (signal) => {
    await using console = await openBusy();
    await stalled(console);
    await console.signal(signal);
    await console.until("the program to be gone", console.isGone);
    console.resume();
    expect(await console.ended()).toMatchObject({
      code: null,
      signal,
      after: { raw: false, echoing: true },
    });
  });

  it("does not hold up a program that crashes", async () => {
    await using console = await openBusy();
    await stalled(console);
    console.press("t");
    await console.until("the program to be gone", console.isGone);
    console.resume();
    expect(await console.ended()).toMatchObject({ code: 7, after: { raw: false, echoing: true } });
  });
});
