import { beforeAll, describe, expect, it } from "vitest";
import { buildFixture, openConsole, type OpenConsole } from "../support/terminal/index.ts";

let fixture = "";
beforeAll(async () => {
  fixture = await buildFixture();
});

/** The fixture started by a person from an interactive shell with job control. */
const startFromShell = async (): Promise<OpenConsole> => {
  const shell = await openConsole({
    command: ["bash", "--norc", "--noprofile", "-i"],
    env: { PS1: "prompt> ", FIXTURE_HZ: "20", HISTFILE: "" },
  });
  await shell.sees("prompt>");
  shell.types(`'${process.execPath}' '${fixture}'; echo "ended $?"\r`);
  await shell.sees("ready");
  return shell;
};

describe("beside a shell", () => {
  it("stops on ctrl-z like any program, and comes back whole", async () => {
    await using shell = await startFromShell();
    shell.press("j");
    await shell.sees("keys=1");
    shell.press("ctrl-z");
    await shell.sees("Stopped");
    expect(shell.isAlternate()).toBe(false);
    expect(shell.isCursorShown()).toBe(true);
    expect(shell.isPointing()).toBe(false);
    shell.types("stty -a | grep -o -- '-\\?icanon'; echo ty''ped\r");
    await shell.sees("typed");
    expect(shell.screen()).toContain("icanon");
    // A shell that leaves the line otherwise than it found it is what makes raw mode get lost.
    shell.types('stty cooked echo; fg; echo "back $?"\r');
    await shell.sees("ready");
    expect(shell.isAlternate()).toBe(true);
    shell.press("j");
    await shell.sees("keys=3");
    expect(shell.isCursorShown()).toBe(false);
    expect(shell.isPointing()).toBe(true);
    shell.press("q");
    await shell.sees("back 0");
    expect(shell.isAlternate()).toBe(false);
  });

  it("stops and goes on when told to from elsewhere", async () => {
    await using shell = await startFromShell();
    shell.press("ctrl-z");
    await shell.sees("Stopped");
    shell.types("kill -TERM %1; fg\r");
    await shell.seesMatch(/Terminated|ended 143/);
    expect(shell.isAlternate()).toBe(false);
    shell.types("stty -a | grep -o -- '-\\?icanon'\r");
    await shell.seesThat("a line as shells like it", (lines) => lines.includes("icanon"));
  });

  it("hands the terminal to another program and takes it back", async () => {
    await using shell = await startFromShell();
    shell.press("e");
    await shell.sees("edit: ");
    expect(shell.isAlternate()).toBe(false);
    expect(shell.isPointing()).toBe(false);
    expect(shell.screen()).toContain("icanon");
    shell.types("q some words\r");
    await shell.sees("ready");
    expect(shell.isAlternate()).toBe(true);
    expect(shell.isPointing()).toBe(true);
    shell.press("j");
    // What was typed to the other program is none of ours.
    await shell.sees("keys=2");
    shell.press("q");
    await shell.sees("ended 0");
  });

  it("goes on at once when no shell is there that could stop it", async () => {
    await using console = await openConsole({ command: [process.execPath, fixture] });
    await console.sees("ready");
    console.press("ctrl-z");
    await console.sees("keys=1");
    console.press("j");
    await console.sees("keys=2");
    expect(console.isAlternate()).toBe(true);
    console.press("q");
    expect((await console.ended()).code).toBe(0);
  });
});
