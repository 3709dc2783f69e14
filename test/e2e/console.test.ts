import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { openConsole, type Ended } from "../support/terminal/index.ts";

const demo = ["demo", "--speed", "30"];

const expectTerminalGivenBack = ({ after }: Ended): void => {
  expect({ ...after, lines: undefined }).toEqual({
    alternateScreen: false,
    cursorShown: true,
    pointing: false,
    raw: false,
    echoing: true,
    lines: undefined,
  });
};

describe("somebody opens the console", () => {
  it("sees the fleet, and watches the incident of the demo unfold", async () => {
    await using console = await openConsole({ args: demo });
    await console.sees("DEMO");
    await console.seesMatch(/prod-eu +● up/);
    await console.sees("deploy");
    await console.seesMatch(/prod-eu.*10[0-9]%/);
    await console.seesMatch(/WARN .*compaction/);
    await console.seesMatch(/edge-1 +✖/);
    await console.seesMatch(/prod-eu.* 2\/3/);
  });

  it("moves, filters, asks for help and leaves, with keys typed in one burst", async () => {
    await using console = await openConsole({ args: demo });
    await console.seesMatch(/▸prod-eu/);
    console.sends("jj");
    await console.seesMatch(/▸staging/);
    console.sends("/edge\r");
    await console.seesMatch(/▸edge-1/);
    await console.seesNot("prod-us");
    console.press("Esc");
    await console.sees("prod-us");
    console.press("?");
    await console.sees("keys of every screen");
    console.press("q");
    await console.sees("Esc goes back");
    console.press("Esc");
    await console.sees("[Enter] open");
    const end = await console.leaves();
    expect(end.code).toBe(0);
    expectTerminalGivenBack(end);
  });

  it("finds a command by its name in the palette, over the live panes", async () => {
    await using console = await openConsole({ args: demo });
    await console.sees("[:] command");
    console.types(":help");
    await console.seesMatch(/▸ help +\?/);
    console.press("Enter");
    await console.sees("every key of this screen");
  });

  it("resizes to a line of summary and back", async () => {
    await using console = await openConsole({ args: demo, columns: 120, rows: 40 });
    await console.sees("VERSION");
    console.resize(50, 10);
    await console.seesThat("one line of summary", (lines) => lines[0]?.includes("prod-eu") === true);
    await console.seesNot("CONTEXT");
    console.resize(200, 60);
    await console.sees("MEMORY");
    expect(console.screen()).toHaveLength(60);
  });

  it.each(["SIGTERM", "SIGHUP", "SIGINT"] as const)(
    "is killed by %s, and has a clean terminal and nothing of the demo left",
    async (signal) => {
      const folder = mkdtempSync(join(tmpdir(), "clawback-test-"));
      onTestFinished(() => {
        rmSync(folder, { recursive: true });
      });
      const left = (): readonly string[] => readdirSync(folder).filter((name) => name.includes("demo"));
      await using console = await openConsole({ args: demo, env: { TMPDIR: folder } });
      await console.sees("prod-eu");
      expect(left()).toHaveLength(1);
      await console.signal(signal);
      expectTerminalGivenBack(await console.ended());
      expect(left()).toEqual([]);
    },
  );

  it("looks at a fleet that is not there, and is told so", async () => {
    await using console = await openConsole({ args: ["--gateway", "ws://127.0.0.1:9"] });
    await console.seesMatch(/127\.0\.0\.1:9.*✖ down/);
  });
});

describe("a terminal that can do little", () => {
  it("shows plain letters and no colour where that is asked for", async () => {
    await using console = await openConsole({ args: [...demo, "--ascii", "--no-color"] });
    await console.seesMatch(/>prod-eu +\* up/);
    expect(console.transcript()).not.toMatch(/\u001b\[[\d;]*3[0-9]m/);
    expect(console.screen().join("")).toMatch(/^[\x20-\x7e]*$/);
  });

  it("prints the status once where no full screen is possible", async () => {
    await using console = await openConsole({ args: ["demo"], env: { TERM: "dumb" } });
    await console.sees("Status:");
    expect((await console.ended()).code).toBe(0);
  });
});
