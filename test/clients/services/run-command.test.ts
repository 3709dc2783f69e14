import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCommand } from "../../../src/clients/services/run-command.ts";
import { soon } from "../../support/soon.ts";

const world = { env: process.env, signal: new AbortController().signal };

describe("a command that is run", () => {
  it("has ended when it has, whatever it left running with its output", async () => {
    const ran = await runCommand(["sh", "-c", "sleep 60 & echo $!; exit 3"], world);
    expect(ran).toMatchObject({ kind: "ended", code: 3 });
    process.kill(Number(ran.kind === "ended" ? ran.stdout : ""));
  });

  it("is made to end when it does not want to, and a program it waits for holds nobody up", async () => {
    const ignoring = join(await mkdtemp(join(tmpdir(), "clawback-run-")), "ignoring");
    const stubborn = `trap '' TERM; sleep 60 & echo $! >&2; touch ${ignoring}; wait; wait; sleep 60`;
    const enough = new AbortController();
    const running = runCommand(["sh", "-c", stubborn], { ...world, signal: enough.signal });
    await soon(() => {
      expect(existsSync(ignoring)).toBe(true);
    });
    enough.abort();
    const ran = await running;
    expect(ran).toMatchObject({ kind: "killed", signal: "SIGKILL" });
    process.kill(Number(ran.kind === "killed" ? ran.stderr : ""), "SIGKILL");
    await rm(dirname(ignoring), { recursive: true });
  });

  it("is asked to end when it takes too long", async () => {
    const ran = await runCommand(["sleep", "60"], { ...world, withinMs: 100 });
    expect(ran).toMatchObject({ kind: "killed", signal: "SIGTERM" });
  });

  it("is called off before it is begun", async () => {
    const ran = await runCommand(["sleep", "60"], { ...world, signal: AbortSignal.abort() });
    expect(ran).toMatchObject({ kind: "killed", signal: "SIGTERM" });
  });

  it("whose name no program can have is a failure that is told", async () => {
    expect(await runCommand([""], world)).toMatchObject({ kind: "failed" });
    expect(await runCommand(["true", "a\u0000b"], world)).toMatchObject({ kind: "failed" });
    expect(await runCommand(["/nowhere/at/all"], world)).toEqual({
      kind: "missing",
      program: "/nowhere/at/all",
    });
  });
});
