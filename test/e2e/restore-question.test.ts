import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hashOf } from "../core/takeback/support/scene.ts";
import { openConsole, type OpenConsole } from "../support/terminal/index.ts";
import { openHouse, type House } from "../ui/cli/support/house.ts";

const program = join(import.meta.dirname, "../../bin/clawback.cjs");

let house: House;
beforeEach(async () => {
  house = await openHouse();
});
afterEach(() => {
  house[Symbol.dispose]();
});

/** Somebody at a terminal reads the plan of a restore, and is asked for the name of the gateway. */
const askedAtTerminal = async (): Promise<OpenConsole> => {
  const shell = await openConsole({
    command: ["bash", "--norc", "--noprofile", "-i"],
    env: { PS1: "prompt> ", HISTFILE: "", HOME: house.path("."), XDG_STATE_HOME: house.path("state") },
  });
  await shell.sees("prompt>");
  const config = house.path("clawback.json5");
  shell.types(
    `'${process.execPath}' '${program}' --config '${config}' snapshots restore ${house.id}; echo "ended $?"\r`,
  );
  await shell.sees("Type prod to do it:");
  return shell;
};

describe("a person who is asked before a restore", () => {
  it("leaves with ctrl-d, is told that nothing was done, and is offered no way around the question", async () => {
    const before = hashOf(house.scene);
    await using shell = await askedAtTerminal();
    shell.press("ctrl-d");
    await shell.sees("ended 5");
    expect(shell.screen()).toContain("clawback: Nothing was done.");
    expect(shell.screen()).not.toContain("--yes");
    expect(hashOf(house.scene)).toBe(before);
  });

  it("calls it off with ctrl-c, and is told that it was early enough", async () => {
    const before = hashOf(house.scene);
    await using shell = await askedAtTerminal();
    shell.press("ctrl-c");
    await shell.sees("ended 130");
    expect(shell.screen()).toContain("clawback: Nothing was done.");
    expect(hashOf(house.scene)).toBe(before);
  });
});

it("an answer that was typed before the question could be read is none", async () => {
  const [config, go] = [house.path("clawback.json5"), house.path("go")];
  const command = `'${process.execPath}' '${program}' --config '${config}' vault key rotate`;
  await using shell = await openConsole({
    command: ["sh", "-c", `until [ -e '${go}' ]; do sleep 0.05; done; ${command}; echo "ended $?"`],
    env: { HOME: house.path("."), XDG_STATE_HOME: house.path("state") },
  });
  shell.types("y\r");
  // The terminal shows what it takes in, and keeps it for whoever reads next.
  await shell.sees("y");
  writeFileSync(go, "");
  await shell.sees("[y/N]");
  shell.types("n\r");
  await shell.sees("ended 5");
  expect(shell.screen()).toContain("clawback: Nothing was done.");
});
