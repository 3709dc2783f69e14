import { beforeAll, describe, expect, it } from "vitest";
import { buildFixture, type Ended, openConsole, type OpenConsole } from "../support/terminal/index.ts";

let fixture = "";
beforeAll(async () => {
  fixture = await buildFixture();
});

const openFixture = (env: Record<string, string> = {}): Promise<OpenConsole> =>
  openConsole({ command: [process.execPath, fixture], env });

const expectClean = ({ after }: Ended): void => {
  expect({ ...after, lines: undefined }).toEqual({
    alternateScreen: false,
    cursorShown: true,
    pointing: false,
    raw: false,
    echoing: true,
    lines: undefined,
  });
};

describe("a terminal is given back", () => {
  it("when the user quits", async () => {
    await using console = await openFixture();
    await console.sees("ready");
    expect(console.isAlternate()).toBe(true);
    expect(console.isCursorShown()).toBe(false);
    expect(console.isPointing()).toBe(true);
    console.press("q");
    const end = await console.ended();
    expectClean(end);
    expect(end).toMatchObject({ code: 0, signal: null });
    expect(end.after.lines.join("").trim()).toBe("");
  });

  it.each([
    ["something throws", "t", "thrown on purpose"],
    ["a rejection is nobody's", "r", "rejected on purpose"],
  ])("when %s, and then says what it was", async (_what, key, message) => {
    await using console = await openFixture();
    await console.sees("ready");
    console.press(key);
    const end = await console.ended();
    expectClean(end);
    expect(end.code).toBe(7);
    expect(end.after.lines.join("\n")).toContain(message);
  });

  it("when somewhere process.exit is called", async () => {
    await using console = await openFixture();
    await console.sees("ready");
    console.press("x");
    const end = await console.ended();
    expectClean(end);
    expect(end.code).toBe(5);
  });

  it.each(["SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT"] as const)(
    "on %s, which is still the reason it ended",
    async (signal) => {
      await using console = await openFixture({ FIXTURE_HZ: "50" });
      await console.sees("ready");
      await console.signal(signal);
      const end = await console.ended();
      expectClean(end);
      expect(end).toMatchObject({ code: null, signal });
    },
  );
});
