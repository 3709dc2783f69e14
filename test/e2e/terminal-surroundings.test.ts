import { beforeAll, describe, expect, it } from "vitest";
import {
  buildFixture,
  type ConsoleOptions,
  openConsole,
  type OpenConsole,
} from "../support/terminal/index.ts";

let fixture = "";
beforeAll(async () => {
  fixture = await buildFixture();
});

const open = (options: ConsoleOptions = {}): Promise<OpenConsole> =>
  openConsole({ ...options, command: [process.execPath, fixture, ...(options.args ?? [])], args: [] });

// oxlint-disable-next-line no-control-regex -- escape sequences are what is looked for
const colours = /\u001b\[[\d;]*(?:3[0-7]|4[0-7]|9[0-7]|[34]8;)/;

describe("the terminal's surroundings", () => {
  it("leave a dumb terminal alone", async () => {
    await using console = await open({ env: { TERM: "dumb" } });
    await console.sees("plain: TERM=dumb");
    expect((await console.ended()).code).toBe(0);
    expect(console.transcript()).not.toContain("\u001b");
  });

  it("draw in a real terminal even where CI is set", async () => {
    await using console = await open({ env: { CI: "true" } });
    await console.sees("ready");
    expect(console.isAlternate()).toBe(true);
  });

  it("use no colour with NO_COLOR, and still show what is selected and what is bad", async () => {
    await using console = await open({ env: { NO_COLOR: "1" } });
    await console.sees("ready");
    expect(console.transcript()).not.toMatch(colours);
    expect(console.cell(3, 1)).toMatchObject({ inverse: true, textColour: undefined });
    expect(console.cell(0, 1).text).toBe("✖");
  });

  it("use the terminal's depth of colour", async () => {
    await using console = await open();
    await console.sees("utf8 truecolor");
    expect(console.transcript()).toContain("38;2;");
    await using old = await open({ env: { TERM: "xterm", COLORTERM: "" } });
    await old.sees("utf8 16");
    expect(old.transcript()).not.toContain("38;");
    expect(old.transcript()).toMatch(colours);
  });

  it.each([
    ["--ascii", { args: ["--ascii"] }],
    ["LANG=C", { env: { LANG: "C" } }],
    ["TERM=linux", { env: { TERM: "linux" } }],
    ["TERM=vt100", { env: { TERM: "vt100" } }],
  ])("draw in seven bits with %s", async (_what, options: ConsoleOptions) => {
    await using console = await open(options);
    await console.sees("ascii");
    await console.sees("ready");
    // oxlint-disable-next-line no-control-regex -- seven bits are what is asked for
    expect(console.transcript()).toMatch(/^[\u0000-\u007f]*$/);
    expect(console.cell(0, 1).text).toBe("x");
    console.press("q");
    expect((await console.ended()).after).toMatchObject({ alternateScreen: false, cursorShown: true });
  });

  it.each([
    [59, 14],
    [20, 5],
    [2, 2],
    [1, 1],
  ])("may be as small as %ix%i", async (columns, rows) => {
    await using console = await open({ columns, rows, probe: true });
    await console.until("a frame", () => (console.probe()?.frames ?? 0) > 0);
    console.press("q");
    expect((await console.ended()).code).toBe(0);
  });

  it("may change their size as often as they like", async () => {
    await using console = await open({ env: { FIXTURE_HZ: "50" }, probe: true });
    await console.sees("fixture 80x24");
    for (let step = 0; step < 60; step += 1) console.resize(40 + ((step * 37) % 160), 8 + ((step * 13) % 50));
    console.resize(100, 30);
    await console.sees("fixture 100x30");
    await console.seesThat("a whole frame", (lines) => {
      const first = lines[1] ?? "";
      return first.endsWith("╮") && first.length === 100 && (lines[29] ?? "").includes("ready");
    });
    expect(console.screen()).toHaveLength(30);
    expect(console.screen()[28]).toMatch(/╯$/);
    // It reports on itself every so often: the first report may still be on its way.
    await console.until("a report", () => console.probe() !== undefined);
    expect(console.probe()?.misfits).toBe(0);
  });

  it("may shrink under a dialog", async () => {
    await using console = await open({ env: { FIXTURE_HZ: "50" }, probe: true });
    await console.sees("ready");
    console.press("d");
    await console.sees("really?");
    console.resize(60, 10);
    await console.sees("fixture 60x10");
    // The frame of the pane below ran through here.
    await console.sees("│really?                     │");
    console.press("Esc");
    await console.seesNot("really?");
    await console.until("a report", () => console.probe() !== undefined);
    expect(console.probe()?.misfits).toBe(0);
    console.press("q");
    expect((await console.ended()).code).toBe(0);
  });

  it("take a screen back that somebody scribbled on, with ctrl-l", async () => {
    await using console = await open();
    await console.sees("ready");
    const before = console.screen();
    await console.scribble("\u001b[H\u001b[31mgarbage\u001b[2;1H\u001b[2K");
    expect(console.screen()).not.toEqual(before);
    console.press("ctrl-l");
    await console.sees("fixture 80x24");
    await console.sees("row-0");
    await console.seesNot("garbage");
  });
});
