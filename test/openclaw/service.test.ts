import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Service, serviceOf } from "../../src/clients/index.ts";
import { systemClock } from "../../src/ground/index.ts";
import { startUserSystemd } from "../support/user-systemd.ts";
import { hintOf } from "../support/hint-of.ts";
import { createGateway, type RealGateway, until } from "./kit/index.ts";
import { observe, settingsOf } from "./support/observer.ts";
import { itemOf, setScene } from "./support/scene.ts";

const never = new AbortController().signal;
const unit = "openclaw-gateway";
/** Undefined where none can be run. */
const systemd = await startUserSystemd();

let gateway: RealGateway;
let service: Service;

beforeAll(async () => {
  if (systemd === undefined) return;
  gateway = await createGateway();
  service = serviceOf(
    { ...settingsOf(gateway), service: { kind: "systemd-user", unit } },
    { clock: systemClock, env: systemd.env, uid: process.getuid?.() ?? 0, home: gateway.home },
  );
  const { argv, env, cwd } = gateway.command;
  await systemd.install(
    `${unit}.service`,
    [
      "[Unit]",
      "StartLimitIntervalSec=300",
      "StartLimitBurst=6",
      "[Service]",
      ...Object.entries(env).map(([name, value]) => `Environment="${name}=${value}"`),
      `WorkingDirectory=${cwd}`,
      `ExecStart=${argv.join(" ")}`,
      "Restart=always",
      "RestartSec=500ms",
      "TimeoutStopSec=330",
      "",
    ].join("\n"),
  );
});

afterAll(async () => {
  await systemd?.[Symbol.asyncDispose]();
  await gateway?.[Symbol.asyncDispose]();
});

describe.runIf(systemd !== undefined)("a real gateway that a real systemd keeps alive", () => {
  it("is started by its unit and killed again and again: a crash loop, also for who comes late", async () => {
    expect((await service.start({ signal: never })).outcome).toBe("done");
    await using eye = observe(gateway);
    await eye.state("up", 150_000);
    for (let boot = 0; boot < 3; boot += 1) {
      const before = eye.gateway().hello?.bootId;
      const { pid } = await service.status(never);
      if (pid === undefined) throw new Error("a running unit has a process");
      process.kill(pid, "SIGKILL");
      await eye.sees("the new boot", (it) => it.hello?.bootId !== before, 150_000);
    }
    expect((await eye.state("crash-loop")).evidence).toMatch(/3 new boots/);

    await using late = observe(gateway);
    const alert = await late.alert("gateway-crash-loop");
    expect(alert.evidence).toMatch(/^4 starts within/);
    // Its starts are on the disk, and may be known before it has answered.
    await late.state("up");
  });

  it("rests once its unit is stopped: it drains, ends, and is not started again", async () => {
    await using eye = observe(gateway);
    await eye.state("up");
    const stopped = await service.stop({ signal: never, settleMs: 2_000 });
    expect(stopped.outcome).toBe("done");
    expect((await eye.state("stopping")).evidence).toMatch(/goodbye|as announced/);
    expect(await service.status(never)).toMatchObject({ state: "stopped", restarts: true });
  });

  it("is not stopped past its supervisor", async () => {
    expect((await service.start({ signal: never })).outcome).toBe("done");
    const bare = serviceOf(settingsOf(gateway), {
      clock: systemClock,
      env: systemd?.env ?? {},
      uid: process.getuid?.() ?? 0,
      home: gateway.home,
    });
    await until("its lock", async () => (await bare.status(never)).state === "running", {
      withinMs: 150_000,
    });
    const refused = await bare.stop({ signal: never });
    expect(refused.outcome).toBe("refused");
    expect(hintOf(refused)).toContain(`unit: "${unit}.service"`);
  });

  it("is taken back where systemd has given it up after a crash loop, and lives under its unit again", async () => {
    const scene = await setScene(gateway);
    await until(
      "an answer",
      async () => (await fetch(`${gateway.httpUrl}/readyz`).catch(() => undefined))?.ok,
      {
        withinMs: 150_000,
      },
    );
    await scene.talk("agent:main:kept");
    const { id } = await scene.save();
    await gateway.writeConfig('{ "gateway": {');
    const { pid } = await service.status(never);
    if (pid === undefined) throw new Error("a running unit has a process");
    process.kill(pid, "SIGKILL");
    await until("the end of its tries", async () => (await service.status(never)).state === "failed", {
      withinMs: 120_000,
    });
    const { prepared, result } = await scene.restore(id, {}, { service });
    expect(itemOf(prepared.plan, "state as it is now").evidence).toMatch(
      /openclaw\.json is not a configuration/,
    );
    expect(itemOf(prepared.plan, "gateway can be stopped")).toMatchObject({
      verdict: "pass",
      evidence: expect.stringMatching(
        /does not run; systemd .* will start it; it dies and is started again: \d times/,
      ),
    });
    expect(result).toMatchObject({ outcome: "restored", recovery: { ok: true } });
    expect(await service.status(never)).toMatchObject({ state: "running", restarts: true });
    expect(await scene.talk("agent:main:kept")).toBeGreaterThan(2);
    await scene.accept();
  });
});
