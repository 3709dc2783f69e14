import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { type Service, type ServiceEvent, serviceOf } from "../../../src/clients/services/index.ts";
import { systemClock } from "../../../src/ground/index.ts";
import { findOwner } from "../../../src/openclaw/index.ts";
import { startUserSystemd } from "../../support/user-systemd.ts";

const holder = fileURLToPath(new URL("./holder.child.ts", import.meta.url));
const never = new AbortController().signal;
/** Undefined where none can be run: the recorded one (service-of.test.ts) stands in alone there. */
const systemd = await startUserSystemd();

let dir = "";
let stateDir = "";

afterAll(async () => {
  await systemd?.[Symbol.asyncDispose]();
  await rm(dir, { recursive: true, force: true });
});

beforeEach(async () => {
  await rm(dir, { recursive: true, force: true });
  dir = await mkdtemp(join(tmpdir(), "clawback-units-"));
  stateDir = join(dir, "state");
  await mkdir(stateDir);
});

const ports = () => ({
  clock: systemClock,
  env: systemd?.env ?? {},
  uid: process.getuid?.() ?? 0,
  home: dir,
});

const unit = (name: string): Service =>
  serviceOf({ service: { kind: "systemd-user", unit: name }, stateDir }, ports());

/** A unit that holds the state directory as a gateway does, and drains for a while when it is asked to stop. */
const installHolder = async (name: string, drainMs: number, more = ""): Promise<void> => {
  const command = `${process.execPath} ${holder} ${stateDir} ${drainMs}`;
  const text = `[Service]\nExecStart=${command}\nRestart=always\nRestartSec=100ms\n${more}`;
  await systemd?.install(`${name}.service`, text);
};

const held = async (than?: number): Promise<number> => {
  for (;;) {
    const { kind, pid } = await findOwner(stateDir, { now: Date.now() });
    if (kind === "alive" && pid !== undefined && pid !== than) return pid;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

describe.runIf(systemd !== undefined)("a gateway under a real systemd", () => {
  it("is started, asked about, stopped with its draining told, and stays stopped", async () => {
    await installHolder("whole", 800, "TimeoutStopSec=5min 30s\n");
    const service = unit("whole");
    expect((await service.status(never)).state).toBe("stopped");
    expect((await service.start({ signal: never })).outcome).toBe("done");
    const pid = await held();
    expect(await service.status(never)).toMatchObject({
      state: "running",
      pid,
      restarts: true,
      supervisorKillsAfterMs: 330_000,
    });
    const events: ServiceEvent[] = [];
    const stopped = await service.stop({
      signal: never,
      settleMs: 500,
      onEvent: (event) => events.push(event),
    });
    expect(stopped.outcome).toBe("done");
    expect(events).toContainEqual(
      expect.objectContaining({ kind: "waiting", for: "stop", status: expect.objectContaining({ pid }) }),
    );
    expect((await service.status(never)).state).toBe("stopped");
  });

  it("that is killed is started again by systemd, and a stop past systemd is refused with the unit's name", async () => {
    await installHolder("kept", 0);
    await unit("kept").start({ signal: never });
    const first = await held();
    process.kill(first, "SIGKILL");
    const second = await held(first);
    expect(await unit("kept").status(never)).toMatchObject({ state: "running", pid: second });
    const bare = serviceOf({ service: { kind: "none" }, stateDir }, ports());
    const refused = await bare.stop({ signal: never });
    expect(refused.outcome).toBe("refused");
    expect(refused.hint).toContain('service: { kind: "systemd-user", unit: "kept.service" }');
    expect((await unit("kept").stop({ signal: never, settleMs: 0 })).outcome).toBe("done");
  });

  it("is killed only when that was allowed and its budget is over", async () => {
    await installHolder("slow", 60_000);
    await unit("slow").start({ signal: never });
    const pid = await held();
    expect((await unit("slow").stop({ signal: never, drainBudgetMs: 500 })).outcome).toBe("timed-out");
    expect(await held()).toBe(pid);
    const options = { signal: never, drainBudgetMs: 500, settleMs: 0, whenOver: "kill" } as const;
    expect((await unit("slow").stop(options)).outcome).toBe("killed");
  });

  it("that ends while starting has failed, in systemd's own words", async () => {
    await systemd?.install("broken.service", "[Service]\nType=exec\nExecStart=/nowhere/openclaw\n");
    const result = await unit("broken").start({ signal: never, withinMs: 5_000 });
    expect(result.outcome).toBe("failed");
    expect(result.evidence.join()).toMatch(/its last result was exit-code/);
  });

  it("that has no unit is not known to systemd", async () => {
    const service = serviceOf({ service: { kind: "systemd-user", unit: "nobody" } }, ports());
    const status = await service.status(never);
    expect(status.state).toBe("unknown");
    expect(status.evidence.join()).toContain("no such unit: nobody.service (not-found)");
    const result = await service.start({ signal: never });
    expect(result.outcome).toBe("failed");
    expect(result.hint).toContain("unit's name");
  });
});
