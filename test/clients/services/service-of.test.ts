import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ServiceSettings } from "../../../src/clients/index.ts";
import { type Service, type ServiceEvent, serviceOf } from "../../../src/clients/services/index.ts";
import { systemClock, type Clock } from "../../../src/ground/index.ts";
import { findOwner } from "../../../src/openclaw/index.ts";
import { parseLinuxStat } from "../../../src/openclaw/owner/process.ts";
import { hintOf } from "../../support/hint-of.ts";
import { type Fake, fakeLaunchctl, fakeSystemctl } from "./fakes.ts";

const holder = fileURLToPath(new URL("./holder.child.ts", import.meta.url));
const keeper = fileURLToPath(new URL("./keeper.child.ts", import.meta.url));

let dir = "";
let stateDir = "";
let children: ChildProcess[] = [];
const never = new AbortController().signal;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "clawback-services-"));
  stateDir = join(dir, "state");
  await mkdir(stateDir);
  children = [];
});

afterEach(async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const gone = once(child, "exit");
    // The keeper takes its child with it; the rest knows no such courtesy.
    child.kill(child.spawnargs.includes(keeper) ? "SIGINT" : "SIGKILL");
    await gone;
  }
  await rm(dir, { recursive: true, force: true });
});

const service = (
  kind: ServiceSettings,
  where: { readonly stateDir?: string } = { stateDir },
  clock: Clock = systemClock,
): Service =>
  serviceOf(
    { service: kind, ...where },
    {
      clock,
      env: { PATH: `${dir}${delimiter}${process.env["PATH"]}` },
      uid: 501,
      home: "/Users/me",
    },
  );

const owner = () => findOwner(stateDir, { now: Date.now() });
const held = async (): Promise<number> => {
  for (;;) {
    const { kind, pid } = await owner();
    if (kind === "alive" && pid !== undefined) return pid;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

/** Until a child of ours has ended, nothing else happens here; nor is it cleared away meanwhile. */
const waitStandingStill = (pid: number): void => {
  const still = new Int32Array(new SharedArrayBuffer(4));
  while (parseLinuxStat(readFileSync(`/proc/${pid}/stat`, "utf8")).kind === "running")
    Atomics.wait(still, 0, 0, 5);
};

const run = async (...args: readonly string[]): Promise<number> => {
  children.push(spawn(process.execPath, args, { stdio: "ignore" }));
  return held();
};

describe("a gateway under systemd", () => {
  const unit = { kind: "systemd-user", unit: "openclaw-gateway" } as const;

  it("is stopped through its unit, without waiting in systemctl, and the draining is told", async () => {
    const fake = await fakeSystemctl(dir);
    await fake.set({ active: "active", mainPid: 4242, slow: 6 });
    const events: ServiceEvent[] = [];
    const result = await service(unit).stop({
      signal: never,
      settleMs: 0,
      onEvent: (event) => events.push(event),
    });
    expect(result.outcome).toBe("done");
    const asked = [
      "systemctl",
      "--user",
      "--no-pager",
      "--no-ask-password",
      "stop",
      "--no-block",
      "--",
      "openclaw-gateway.service",
    ];
    expect(events[0]).toMatchObject({ kind: "asked", argv: asked });
    expect(await fake.calls()).toContainEqual(asked.slice(1));
    expect(events).toContainEqual(expect.objectContaining({ kind: "waiting", for: "stop" }));
  });

  /** Of its pauses, not of what a look takes on a busy machine: three seconds of looking are a dozen looks. */
  const pausesOnly = (): Clock => {
    let passedMs = 0;
    const after: Clock["after"] = (delayMs, run) =>
      systemClock.after(delayMs, () => {
        passedMs += delayMs;
        run();
      });
    return { ...systemClock, steady: () => passedMs, after };
  };
  const oftenLooked = 4;
  const looksAfterStop = async (fake: Fake): Promise<number> => {
    const verbs = (await fake.calls()).map((args) => args.find((each) => !each.startsWith("-")));
    return verbs.slice(verbs.lastIndexOf("stop")).filter((verb) => verb === "show").length;
  };

  it("is looked at once more when it has ended, not for seconds: its own systemd starts it only when asked", async () => {
    const fake = await fakeSystemctl(dir);
    await fake.set({ active: "active", mainPid: 4242 });
    expect((await service(unit).stop({ signal: never })).outcome).toBe("done");
    expect(await looksAfterStop(fake)).toBeLessThan(oftenLooked);
  });

  it("is watched for a while where the process was another's: nobody knows who starts that one again", async () => {
    const fake = await fakeSystemctl(dir);
    await fake.set({ active: "active", mainPid: 4242 });
    const pid = await run(holder, stateDir);
    const status = await service(unit).status(never);
    expect(status).toMatchObject({ state: "running" });
    expect(status).not.toHaveProperty("staysStopped");
    const result = await service(unit, { stateDir }, pausesOnly()).stop({
      signal: never,
      onEvent: ({ kind }) => {
        if (kind === "asked") process.kill(pid, "SIGKILL");
      },
    });
    expect(result.outcome).toBe("done");
    expect(await looksAfterStop(fake)).toBeGreaterThanOrEqual(oftenLooked);
  });

  it("tells its process, who restarts it, and when systemd would kill", async () => {
    const fake = await fakeSystemctl(dir);
    await fake.set({ active: "active", mainPid: 4242, restart: "always" });
    expect(await service(unit).status(never)).toMatchObject({
      state: "running",
      pid: 4242,
      restarts: true,
      supervisorKillsAfterMs: 330_000,
    });
  });

  it("is left alone when it does not drain within the budget, unless killing was allowed", async () => {
    const fake = await fakeSystemctl(dir);
    await fake.set({ active: "active", mainPid: 4242, slow: 1_000 });
    const left = await service(unit).stop({ signal: never, drainBudgetMs: 600 });
    expect(left.outcome).toBe("timed-out");
    expect((await fake.calls()).flat()).not.toContain("kill");
    const killed = await service(unit).stop({
      signal: never,
      drainBudgetMs: 600,
      settleMs: 0,
      whenOver: "kill",
    });
    expect(killed.outcome).toBe("killed");
    expect((await fake.calls()).flat()).toContain("--signal=SIGKILL");
  });

  it("is killed at once when a person does not wait any longer, through its unit", async () => {
    const fake = await fakeSystemctl(dir);
    await fake.set({ active: "active", mainPid: 4242, slow: 1_000 });
    const hurry = new AbortController();
    const events: ServiceEvent[] = [];
    const result = await service(unit).stop({
      signal: never,
      settleMs: 0,
      cutShort: hurry.signal,
      onEvent: (event) => {
        events.push(event);
        if (event.kind === "waiting") hurry.abort();
      },
    });
    expect(result.outcome).toBe("killed");
    expect(events.map(({ kind }) => kind)).toEqual(["asked", "waiting", "killing"]);
    expect(events[1]).toMatchObject({ killable: true });
    expect((await fake.calls()).flat()).toContain("--signal=SIGKILL");
  });

  it("is not killed when it has ended by the time somebody lost patience", async () => {
    const fake = await fakeSystemctl(dir);
    await fake.set({ active: "inactive" });
    const impatient = AbortSignal.abort();
    expect((await service(unit).stop({ signal: never, cutShort: impatient })).outcome).toBe("already");
    expect((await fake.calls()).flat()).not.toContain("--signal=SIGKILL");
  });

  it("starts again through its unit", async () => {
    const fake = await fakeSystemctl(dir);
    await fake.set({ active: "inactive", slow: 2 });
    expect((await service(unit).start({ signal: never })).outcome).toBe("done");
    expect((await service(unit).start({ signal: never })).outcome).toBe("already");
  });

  it("is restarted by a stop and a start", async () => {
    const fake = await fakeSystemctl(dir);
    await fake.set({ active: "active", mainPid: 4242, slow: 1 });
    expect((await service(unit).restart({ signal: never, settleMs: 0 })).outcome).toBe("done");
    const verbs = (await fake.calls()).map((args) => args.find((each) => !each.startsWith("-")));
    expect(verbs.filter((verb) => verb !== "show")).toEqual(["stop", "reset-failed", "start"]);
  });

  it.each([
    ["Failed to stop x.service: Unit x.service not loaded.", 5, "unit's name"],
    ["Failed to stop x.service: Interactive authentication required.", 1, "root, or a polkit rule"],
    ["Failed to connect to bus: No medium found", 1, "XDG_RUNTIME_DIR"],
  ])("says what to do when systemctl answers %j", async (message, code, hint) => {
    const fake = await fakeSystemctl(dir);
    await fake.set({ active: "active", mainPid: 4242, refusal: { message, code } });
    const result = await service(unit).stop({ signal: never });
    expect(result.outcome).toBe("failed");
    expect(result.evidence[0]).toContain(message);
    expect(hintOf(result)).toContain(hint);
  });

  it("does not believe a unit that is not there, nor one whose systemctl is missing", async () => {
    const fake = await fakeSystemctl(dir);
    await fake.set({ active: "inactive", load: "not-found" });
    expect(await service(unit, {}).status(never)).toMatchObject({ state: "unknown" });
    await rm(join(dir, "systemctl"));
    const without = serviceOf(
      { service: unit },
      { clock: systemClock, env: { PATH: dir }, uid: 1, home: "/" },
    );
    const status = await without.status(never);
    expect(status.state).toBe("unknown");
    expect(status.evidence.join()).toContain("no systemctl on this machine");
    const started = await without.start({ signal: never });
    expect(started.outcome).toBe("failed");
    expect(hintOf(started)).toContain("`service`");
  });

  it("is not stopped while somebody holds its state directory, whatever the unit says", async () => {
    const fake = await fakeSystemctl(dir);
    await fake.set({ active: "inactive" });
    const pid = await run(holder, stateDir);
    expect(await service(unit).status(never)).toMatchObject({ state: "running", pid });
  });

  it("can be left in the middle of the draining", async () => {
    const fake = await fakeSystemctl(dir);
    await fake.set({ active: "active", mainPid: 4242, slow: 1_000 });
    const leaving = new AbortController();
    const stopping = service(unit).stop({
      signal: leaving.signal,
      onEvent: (event) => {
        if (event.kind === "waiting") leaving.abort(new Error("left"));
      },
    });
    await expect(stopping).rejects.toThrow("left");
  });
});

describe("a gateway under launchd", () => {
  it("is booted out and bootstrapped in the user's own domain", async () => {
    const fake = await fakeLaunchctl(dir);
    await fake.set({ active: "active" });
    const agent = service({ kind: "launchd", unit: "ai.openclaw.gateway" });
    expect(await agent.status(never)).toMatchObject({ state: "running", pid: 4242, restarts: true });
    expect((await agent.stop({ signal: never, settleMs: 0 })).outcome).toBe("done");
    expect((await agent.start({ signal: never })).outcome).toBe("done");
    expect((await fake.calls()).filter(([verb]) => verb !== "print")).toEqual([
      ["bootout", "gui/501/ai.openclaw.gateway"],
      ["bootstrap", "gui/501", "/Users/me/Library/LaunchAgents/ai.openclaw.gateway.plist"],
    ]);
  });
});

describe("a gateway with commands of its own", () => {
  const script = async (name: string, body: string): Promise<readonly string[]> => {
    const path = join(dir, name);
    await writeFile(path, body);
    return [process.execPath, path];
  };

  it("is stopped and started by them, as real processes", async () => {
    const start = await script(
      "start.mjs",
      `import { spawn } from "node:child_process"; import { writeFileSync } from "node:fs";
       const child = spawn(process.execPath, ["-e", "setInterval(() => 0, 1000)"], { detached: true, stdio: "ignore" });
       writeFileSync(${JSON.stringify(join(dir, "pid"))}, String(child.pid)); child.unref();`,
    );
    const pidOf = `Number(readFileSync(${JSON.stringify(join(dir, "pid"))}, "utf8"))`;
    const status = await script(
      "status.mjs",
      `import { readFileSync } from "node:fs"; try { process.kill(${pidOf}, 0); } catch { process.exit(3); }`,
    );
    const stop = await script(
      "stop.mjs",
      `import { readFileSync } from "node:fs"; process.kill(${pidOf}, "SIGTERM");`,
    );
    const own = service({ kind: "command", start, stop, status }, {});
    expect((await own.start({ signal: never })).outcome).toBe("done");
    expect((await own.status(never)).state).toBe("running");
    expect((await own.stop({ signal: never, settleMs: 0 })).outcome).toBe("done");
    expect((await own.stop({ signal: never })).outcome).toBe("already");
  });

  it("has stopped although single looks of its status command saw it once more", async () => {
    const looks = join(dir, "looks");
    await writeFile(looks, "");
    const stop = await script("stop.mjs", "");
    // Running; then gone and there in turns, for a while.
    const status = await script(
      "status.mjs",
      `import { appendFileSync, readFileSync } from "node:fs";
      appendFileSync(${JSON.stringify(looks)}, "x");
      const { length } = readFileSync(${JSON.stringify(looks)});
      process.exit(length < 9 && length % 2 === 1 ? 0 : 1);`,
    );
    const own = service({ kind: "command", start: [], stop, status }, {});
    expect((await own.stop({ signal: never, settleMs: 500 })).outcome).toBe("done");
  });

  it("tells what a command said when it failed", async () => {
    const stop = await script(
      "stop.mjs",
      `console.error("no such container: \\u001b[31mgw\\u001b[0m"); process.exit(1);`,
    );
    const status = await script("status.mjs", "");
    const result = await service({ kind: "command", start: [], stop, status }, {}).stop({
      signal: never,
    });
    expect(result.outcome).toBe("failed");
    expect(result.evidence[0]).toContain("no such container: gw (exit code 1)");
  });
});

describe("a gateway handled by openclaw itself", () => {
  it("is stopped with --force, which only skips the question, and under its own profile", async () => {
    const rescue = join(dir, ".openclaw-rescue");
    stateDir = rescue;
    const pid = await run(holder, rescue);
    await writeFile(
      join(dir, "openclaw"),
      `#!${process.execPath}\nrequire("node:fs").writeFileSync(${JSON.stringify(join(dir, "args"))}, process.argv.slice(2).join(" "));process.kill(${pid}, "SIGTERM");`,
      { mode: 0o755 },
    );
    const events: ServiceEvent[] = [];
    const result = await service({ kind: "openclaw" }).stop({
      signal: never,
      settleMs: 0,
      onEvent: (event) => events.push(event),
    });
    expect(result.outcome).toBe("done");
    expect(events[0]).toMatchObject({
      argv: ["openclaw", "--profile", "rescue", "gateway", "stop", "--force", "--json"],
    });
  });
});

describe("a gateway that is just a process", () => {
  const bare = { kind: "none" } as const;

  it("is asked with SIGTERM and waited for while it drains", async () => {
    const pid = await run(holder, stateDir, "600000");
    const events: ServiceEvent[] = [];
    const result = await service(bare).stop({
      signal: never,
      settleMs: 0,
      onEvent: (event) => {
        events.push(event);
        if (event.kind === "waiting") children[0]?.kill("SIGUSR2");
      },
    });
    expect(result.outcome).toBe("done");
    expect(events).toContainEqual(
      expect.objectContaining({ kind: "waiting", status: expect.objectContaining({ pid }) }),
    );
    expect((await owner()).kind).toBe("nobody");
  });

  it("is never killed unless that was asked for, and then only once the budget is over", async () => {
    const pid = await run(holder, stateDir, "60000");
    expect((await service(bare).stop({ signal: never, drainBudgetMs: 500 })).outcome).toBe("timed-out");
    expect(await held()).toBe(pid);
    const events: ServiceEvent[] = [];
    const options = { signal: never, drainBudgetMs: 500, settleMs: 0, whenOver: "kill" } as const;
    const result = await service(bare).stop({ ...options, onEvent: (event) => events.push(event) });
    expect(result.outcome).toBe("killed");
    expect(events.map((event) => event.kind)).toEqual(["asked", "waiting", "killing"]);
  });

  it("that ended while its budget ran out is not taken for one that could not be killed", async () => {
    await run(holder, stateDir, "600000");
    const [child] = children;
    let heldUpMs = 0;
    const clock: Clock = { ...systemClock, steady: () => systemClock.steady() + heldUpMs };
    const result = await service(bare, { stateDir }, clock).stop({
      signal: never,
      settleMs: 0,
      drainBudgetMs: 60_000,
      whenOver: "kill",
      onEvent: ({ kind }) => {
        if (kind !== "waiting" || child === undefined) return;
        // We are held up for longer than the budget, and meanwhile it ends.
        heldUpMs = 90_000;
        child.kill("SIGKILL");
        waitStandingStill(child.pid ?? 0);
      },
    });
    expect(result.outcome).toBe("done");
  });

  it("is killed at once when a person does not wait any longer: the process that holds its state", async () => {
    const pid = await run(holder, stateDir, "60000");
    const hurry = new AbortController();
    const told: ServiceEvent[] = [];
    const result = await service(bare).stop({
      signal: never,
      settleMs: 0,
      cutShort: hurry.signal,
      onEvent: (event) => {
        told.push(event);
        if (event.kind === "waiting") hurry.abort();
      },
    });
    expect(result.outcome).toBe("killed");
    expect(told).toContainEqual(
      expect.objectContaining({ kind: "waiting", killable: true, status: expect.objectContaining({ pid }) }),
    );
    expect((await owner()).kind).not.toBe("alive");
  });

  it("is found out when a supervisor starts it again", async () => {
    await run(keeper, holder, stateDir);
    // It is seen when it is there; how long a busy machine takes for that is nothing that is asked here.
    const result = await service(bare).stop({ signal: never, settleMs: 60_000 });
    expect(result.outcome).toBe("respawned");
    expect(hintOf(result)).toContain("supervises it");
  });

  it("cannot be started, and says why", async () => {
    expect(await service(bare).start({ signal: never })).toMatchObject({ outcome: "refused" });
  });

  it("is refused when nobody knows where it is", async () => {
    expect((await service(bare, {}).stop({ signal: never })).outcome).toBe("refused");
  });

  it("that was killed has stopped, although its lock is still there", async () => {
    const pid = await run(holder, stateDir);
    process.kill(pid, "SIGKILL");
    await Promise.all(children.map((child) => once(child, "exit")));
    expect((await owner()).kind).toBe("dead");
    expect((await service(bare).stop({ signal: never })).outcome).toBe("already");
  });
});
