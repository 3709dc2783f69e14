import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import {
  type Service,
  type ServiceEvent,
  serviceOf,
  type ServiceStatus,
} from "../../../src/clients/services/index.ts";
import { systemClock } from "../../../src/ground/index.ts";
import { findOwner } from "../../../src/openclaw/index.ts";
import { hintOf } from "../../support/hint-of.ts";
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

/** A unit that dies at once for as long as a file is missing. `interval` 0: systemd never gives it up. */
const installLoop = async (name: string, ready: string, interval: string): Promise<void> => {
  const script = `test -e ${ready} && exec ${process.execPath} ${holder} ${stateDir} 0; exit 1`;
  await systemd?.install(
    `${name}.service`,
    [
      `[Unit]\nStartLimitBurst=3\nStartLimitIntervalSec=${interval}`,
      `[Service]\nExecStart=/bin/sh -c "${script}"\nRestart=always\nRestartSec=50ms\n`,
    ].join("\n"),
  );
};

const until = async (service: Service, shows: (status: ServiceStatus) => boolean): Promise<ServiceStatus> => {
  for (;;) {
    const status = await service.status(never);
    if (shows(status)) return status;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

const told = (service: Service, state: ServiceStatus["state"]): Promise<ServiceStatus> =>
  until(service, (status) => status.state === state);

const held = async (than?: number): Promise<number> => {
  for (;;) {
    const { kind, pid } = await findOwner(stateDir, { now: Date.now() });
    if (kind === "alive" && pid !== undefined && pid !== than) return pid;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

describe.runIf(systemd !== undefined)("a gateway under a real systemd", () => {
  it("is started, asked about, stopped with its draining told, and stays stopped", async () => {
    await installHolder("whole", 600_000, "TimeoutStopSec=5min 30s\n");
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
    let hasDrained = false;
    const stopped = await service.stop({
      signal: never,
      settleMs: 500,
      onEvent: (event) => {
        events.push(event);
        if (event.kind !== "waiting" || hasDrained) return;
        hasDrained = true;
        process.kill(pid, "SIGUSR2");
      },
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
    expect(hintOf(refused)).toContain('service: { kind: "systemd-user", unit: "kept.service" }');
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
    const result = await unit("broken").start({ signal: never });
    expect(result.outcome).toBe("failed");
    expect(result.evidence.join()).toMatch(/its last result was exit-code/);
  });

  it("that died at its start until systemd gave up is started again once it can", async () => {
    const ready = join(dir, "ready");
    await installLoop("given-up", ready, "300");
    const service = unit("given-up");
    await service.start({ signal: never, withinMs: 200 });
    const given = await told(service, "failed");
    expect(given.evidence.join()).toMatch(/systemd has given up starting it.*exit code 1/);
    await writeFile(ready, "");
    expect((await service.start({ signal: never })).outcome).toBe("done");
    expect((await held()) > 0).toBe(true);
    expect((await service.stop({ signal: never, settleMs: 0 })).outcome).toBe("done");
  });

  it("that dies at its start again and again is stopped for good, and how often it died is known", async () => {
    await installLoop("looping", join(dir, "never"), "0");
    const service = unit("looping");
    await service.start({ signal: never, withinMs: 200 });
    const looping = await until(service, ({ deaths }) => (deaths ?? 0) >= 3);
    expect(looping.state).toMatch(/running|starting/);
    expect((await service.stop({ signal: never, settleMs: 500 })).outcome).toBe("done");
  });

  it("that has no unit is not known to systemd", async () => {
    const service = serviceOf({ service: { kind: "systemd-user", unit: "nobody" } }, ports());
    const status = await service.status(never);
    expect(status.state).toBe("unknown");
    expect(status.evidence.join()).toContain("no such unit: nobody.service (not-found)");
    const result = await service.start({ signal: never });
    expect(result.outcome).toBe("failed");
    expect(hintOf(result)).toContain("unit's name");
  });
});
