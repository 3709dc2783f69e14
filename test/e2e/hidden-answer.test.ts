import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { diskStore, initVault } from "../../src/core/index.ts";
import { openConsole } from "../support/terminal/index.ts";

const program = join(import.meta.dirname, "../../bin/clawback.cjs");

let home = "";
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "clawback-hidden-"));
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

it("a passphrase that somebody types opens the vault and is never on the screen", async () => {
  const vault = join(home, "vault");
  await initVault(diskStore(vault), { passphrase: "open sesame" });
  await using shell = await openConsole({
    command: ["bash", "--norc", "--noprofile", "-i"],
    env: { PS1: "prompt> ", HISTFILE: "", HOME: home },
  });
  await shell.sees("prompt>");
  shell.types(`'${process.execPath}' '${program}' vault info --vault '${vault}'; echo "ended $?"\r`);
  await shell.sees("Passphrase of the vault:");
  shell.types("open sesamy\u007fe\r");
  await shell.sees("ended 0");
  const screen = shell.screen().join("\n");
  expect(screen).toContain("Passphrase of the vault:");
  expect(screen).not.toContain("sesam");
});
