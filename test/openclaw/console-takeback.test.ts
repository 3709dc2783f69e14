import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openConsole, type OpenConsole } from "../support/terminal/index.ts";
import { startGateway, type RealGateway } from "./kit/index.ts";
import { killSession } from "./support/scenes.ts";
import { supervise, type Supervisor } from "./support/supervisor.ts";

const program = join(import.meta.dirname, "../../bin/clawback.cjs");
const key = "agent:main:console-big";
const run = promisify(execFile);

let gateway: RealGateway;
let supervisor: Supervisor;
let home = "";
const opened = new AsyncDisposableStack();

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "console-real-"));
  gateway = opened.use(await startGateway());
  supervisor = opened.use(await supervise(gateway));
  const token = join(home, "token");
  await writeFile(token, gateway.token, { mode: 0o600 });
  const real = {
    name: "real",
    url: gateway.url,
    labels: ["prod"],
    token: { file: token },
    stateDir: gateway.stateDir,
    service: supervisor.service,
  };
  await writeFile(join(home, "config.json5"), JSON.stringify({ gateways: [real] }));
});

afterAll(async () => {
  await opened.disposeAsync();
  await rm(home, { recursive: true, force: true });
});

const surroundings = (): Readonly<Record<string, string>> => ({
  HOME: home,
  XDG_STATE_HOME: join(home, "state"),
  XDG_DATA_HOME: join(home, "data"),
  XDG_CONFIG_HOME: join(home, "config"),
  USER: "tester",
});

const args = (): readonly string[] => ["--config", join(home, "config.json5")];

const open = (): Promise<OpenConsole> =>
  openConsole({
    command: [process.execPath, program],
    args: args(),
    env: surroundings(),
    cwd: home,
    columns: 80,
    rows: 24,
  });

/** What takes longer than one look: a gateway drains, stops and starts. */
const comesTo = (console: OpenConsole, goal: RegExp): Promise<void> =>
  vi.waitFor(
    () => {
      expect(console.screen().join("\n")).toMatch(goal);
    },
    { timeout: 240_000, interval: 200 },
  );

describe("somebody at a console with a really dead session", { timeout: 400_000 }, () => {
  it("finds the last good snapshot, compares it, restores it, reads that it is well, and accepts it", async () => {
    const admin = await gateway.admin();
    await admin.createSession(key);
    expect(await admin.turn(key, "hello")).toBe("ok");
    await run(process.execPath, [program, ...args(), "snapshots", "save", "--gateway", "real"], {
      env: { ...process.env, ...surroundings() },
    });
    await using console = await open();
    await console.seesMatch(/▸real .*● up/);
    await killSession(gateway, admin, key);
    await admin[Symbol.asyncDispose]();
    await console.seesMatch(/▸real .*✖ sick/);
    await console.sees("session-dead");
    console.press("c");
    await console.seesMatch(/~ agent:main:console-big +2 messages +\d+ messages/);
    console.press("r");
    await console.seesMatch(/\d+ fine, 0 to know, 0 in the way/);
    await console.seesMatch(/WILL BE GONE +\d+ messages/);
    console.press("r");
    await console.sees("Type real to do it");
    console.types("real");
    console.press("Enter");
    await comesTo(console, /A keeps it, u puts the old state back/);
    await console.seesMatch(/● same +sessions/);
    await console.seesMatch(/● same +messages +2 messages/);
    console.press("A");
    await console.sees("for good?");
    console.press("y");
    await console.sees("accepted: the old state is deleted");
    console.press("1");
    // An alert is over only after it has been well for a while.
    await comesTo(console, /▸real .*● up/);
  });

  it("has it put back and running when the gateway it started does not come up", async () => {
    await using console = await open();
    await comesTo(console, /▸real .*● up/);
    supervisor.failNextStarts(2);
    console.press("r");
    await console.seesMatch(/\d+ fine, 0 to know, 0 in the way/);
    console.press("r");
    await console.sees("Type real to do it");
    console.types("real");
    console.press("Enter");
    await comesTo(console, /all of the old state is in place, and it runs on it again/);
    await console.sees("put back: it ended while starting");
    expect(gateway.pid()).toBeDefined();
  });
});
