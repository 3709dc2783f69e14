import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { openJournal, phaseOf, recoverPending } from "../../../src/core/index.ts";
import { systemClock, type Clock } from "../../../src/ground/index.ts";
import { demoService } from "../../../src/ui/demo-service.ts";
import { openStage, type Stage } from "./support/stage.ts";

const sessionKeys = async (stage: Stage): Promise<readonly string[]> =>
  (await (await stage.source()).read()).sessions.map(({ key }) => key);

/** What an accident does to a gateway that stands still. */
const loseSession = (stage: Stage, key: string): void => {
  const agent = key.split(":")[1] ?? "main";
  const database = new DatabaseSync(join(stage.stateDir, "agents", agent, "agent/openclaw-agent.sqlite"));
  database.prepare("DELETE FROM session_nodes WHERE session_key = ?").run(key);
  database.close();
};

/** Two snapshots, of which the vault has lost everything that the first one brought. */
const loseFirst = async (stage: Stage): Promise<Awaited<ReturnType<Stage["save"]>>> => {
  await stage.fleet.control(stage.settings.name).stop();
  await stage.save();
  const packs = join(stage.vaultPath, "packs");
  const first = readdirSync(packs);
  writeFileSync(join(stage.stateDir, "later.json"), "{}");
  const snapshot = await stage.save();
  for (const name of first) rmSync(join(packs, name));
  await stage.vault.verify("all", { depth: "structure" });
  return snapshot;
};

/** Something that passes keeps it from starting, so many times. */
const failingToStart = (service: Stage["service"], times: number): Stage["service"] => {
  let starts = 0;
  return {
    ...service,
    start: (how) => {
      starts += 1;
      return starts <= times
        ? Promise.resolve({ outcome: "failed", tookMs: 1, evidence: ["port in use"] })
        : service.start(how);
    },
  };
};

/** Rests are short here. */
const restless: Clock = { ...systemClock, after: (ms, go) => systemClock.after(Math.min(ms, 20), go) };

describe("a restore on a running gateway", () => {
  it("stops it, brings back what was, starts it, and compares what runs with the snapshot", async () => {
    await using stage = await openStage();
    const [lost = ""] = await sessionKeys(stage);
    const snapshot = await stage.save();
    await stage.fleet.control(stage.settings.name).stop();
    loseSession(stage, lost);
    await stage.fleet.control(stage.settings.name).start();
    const prepared = await stage.plan(snapshot);
    expect(prepared.plan.preflight.filter(({ verdict }) => verdict === "stop")).toEqual([]);
    expect(prepared.plan.sessions?.back.map(({ key }) => key)).toEqual([lost]);
    expect(prepared.plan.how).toBe("stop-and-start");

    const { result, events } = await stage.restore(prepared);
    expect(result.outcome).toBe("restored");
    expect(result).toMatchObject({ recovery: { ok: true }, readiness: { kind: "ready" } });
    expect(await sessionKeys(stage)).toContain(lost);
    expect(stage.fleet.control(stage.settings.name).status()).toBe("running");
    expect(events.filter(({ state }) => state === "done").map(({ step }) => step)).toEqual([
      "safety-snapshot",
      "stage",
      "stop",
      "swap",
      "start",
      "ready",
      "verify",
    ]);
    const journal = openJournal(stage.stateDir);
    expect(journal === undefined ? "none" : phaseOf(journal.records)).toBe("in-place");
    expect((await recoverPending(stage.stateDir, { clock: systemClock })).kind).toBe("waiting");
    // Asked again before that is settled, it is refused with the way out.
    const again = await stage.plan(snapshot);
    expect(again.plan.preflight.find(({ verdict }) => verdict === "stop")?.wayOut).toContain(
      "restore accept",
    );
  });

  it("takes from the live state what the vault has lost, and says so", async () => {
    await using stage = await openStage();
    const snapshot = await loseFirst(stage);
    rmSync(join(stage.stateDir, "later.json"));
    const prepared = await stage.plan(snapshot);
    const whole = prepared.plan.preflight.find(({ check }) => check === "snapshot is whole");
    expect(whole).toMatchObject({ verdict: "warn", evidence: expect.stringContaining("still has") });
    const { result, events } = await stage.restore(prepared);
    expect(result.outcome).toBe("restored");
    expect(readFileSync(join(stage.stateDir, "later.json"), "utf8")).toBe("{}");
    // Only that file was not there any more.
    const written = events.find(({ step, state }) => step === "stage" && state === "done");
    expect(written).toMatchObject({
      detail: expect.stringMatching(
        / written and read back, 2 B of it out of the vault; \d+ databases checked, /,
      ),
      said: { say: "written-beside", fromVault: 2 },
    });
  });

  it("is not begun when neither the vault nor the live state has what it needs", async () => {
    await using stage = await openStage();
    const snapshot = await loseFirst(stage);
    writeFileSync(join(stage.stateDir, "openclaw.json"), "{}");
    const { plan } = await stage.plan(snapshot);
    const whole = plan.preflight.find(({ check }) => check === "snapshot is whole");
    expect(whole).toMatchObject({ verdict: "stop", evidence: expect.stringContaining("openclaw.json") });
  });

  it("is not begun onto a configuration that no gateway starts on, unless that is left out", async () => {
    await using stage = await openStage();
    const config = join(stage.stateDir, "openclaw.json");
    const text = readFileSync(config, "utf8");
    writeFileSync(config, text.slice(0, 30));
    const unparsable = await stage.save();
    writeFileSync(config, JSON.stringify({ gateway: { mode: "remote" } }));
    const remote = await stage.save();
    writeFileSync(config, text);
    const arriving = async (...[snapshot, choice]: Parameters<Stage["plan"]>) =>
      (await stage.plan(snapshot, choice)).plan.preflight.find(
        ({ check }) => check === "state as it will be",
      );
    expect(await arriving(unparsable)).toMatchObject({
      verdict: "stop",
      evidence: `the openclaw.json of ${unparsable.id} cannot be parsed: no gateway starts on it`,
      wayOut: expect.stringContaining("--except config"),
    });
    expect(await arriving(unparsable, { except: ["config"] })).toMatchObject({ verdict: "pass" });
    expect(await arriving(remote)).toMatchObject({
      verdict: "warn",
      evidence: expect.stringContaining('gateway.mode "remote"'),
    });
  });

  it("is not begun onto a database that was damaged when it was saved, and counts no session of it as lost", async () => {
    await using stage = await openStage();
    await stage.fleet.control(stage.settings.name).stop();
    const database = join(stage.stateDir, "agents/main/agent/openclaw-agent.sqlite");
    const whole = readFileSync(database);
    writeFileSync(database, Buffer.concat([whole.subarray(0, 100), Buffer.alloc(whole.length - 100, 0x41)]));
    const snapshot = await stage.save();
    writeFileSync(database, whole);
    const { plan } = await stage.plan(snapshot);
    expect(plan.preflight.find(({ check }) => check === "state as it will be")).toMatchObject({
      verdict: "stop",
      evidence: `agents/main/agent/openclaw-agent.sqlite is damaged in ${snapshot.id} itself: no gateway starts on it`,
    });
    expect(plan.sessions).toBeNull();
  });

  it("touches nothing when the live state changes after the plan and the vault has lost what it had", async () => {
    await using stage = await openStage();
    const snapshot = await loseFirst(stage);
    const prepared = await stage.plan(snapshot);
    writeFileSync(join(stage.stateDir, "openclaw.json"), "{}");
    await expect(stage.restore(prepared)).rejects.toMatchObject({
      code: "STAGED_INCOMPLETE",
      hint: expect.stringMatching(/Nothing live was changed\.$/) as string,
      exit: 5,
    });
    expect(readFileSync(join(stage.stateDir, "openclaw.json"), "utf8")).toBe("{}");
    expect(openJournal(stage.stateDir)).toBeUndefined();
  });

  it("puts the old state back, and runs on it again, when the gateway does not come up on the new one", async () => {
    await using stage = await openStage();
    const snapshot = await stage.save();
    writeFileSync(join(stage.stateDir, "since.json"), "{}");
    const prepared = await stage.plan(snapshot);
    let starts = 0;
    const { result, events } = await stage.restore(prepared, {
      clock: restless,
      service: {
        ...stage.service,
        start: (how) => {
          starts += 1;
          return starts <= 2
            ? Promise.resolve({ outcome: "failed", tookMs: 1, evidence: ["Gateway start blocked"] })
            : stage.service.start(how);
        },
      },
    });
    expect(result).toMatchObject({ outcome: "rolled-back", running: true });
    expect(existsSync(join(stage.stateDir, "since.json"))).toBe(true);
    expect(stage.fleet.control(stage.settings.name).status()).toBe("running");
    expect(openJournal(stage.stateDir)).toBeUndefined();
    expect(events.find(({ step }) => step === "put-back")?.detail).toContain("Gateway start blocked");
  });

  it("asks once more where something that passes kept it from starting on the new one", async () => {
    await using stage = await openStage();
    const prepared = await stage.plan(await stage.save());
    const { result, events } = await stage.restore(prepared, {
      clock: restless,
      service: failingToStart(stage.service, 1),
    });
    expect(result).toMatchObject({ outcome: "restored", readiness: { kind: "ready" } });
    expect(events.filter(({ said }) => said?.say === "starts-once-more")).toHaveLength(1);
  });

  it("asks for the old state's gateway once more when something that passes kept it from starting", async () => {
    await using stage = await openStage();
    const prepared = await stage.plan(await stage.save());
    const { result, events } = await stage.restore(prepared, {
      clock: restless,
      service: failingToStart(stage.service, 4),
    });
    expect(result).toMatchObject({ outcome: "rolled-back", running: true });
    expect(stage.fleet.control(stage.settings.name).status()).toBe("running");
    expect(events.filter(({ said }) => said?.say === "starts-once-more")).toHaveLength(3);
  });

  it("touches nothing when the gateway comes back by itself after it was stopped", async () => {
    await using stage = await openStage();
    const snapshot = await stage.save();
    const prepared = await stage.plan(snapshot);
    await expect(
      stage.restore(prepared, {
        service: {
          ...stage.service,
          stop: () =>
            Promise.resolve({
              outcome: "respawned",
              tookMs: 1,
              evidence: ["it ended, and somebody started it again"],
              advice: { say: "supervised-elsewhere" },
            }),
        },
      }),
    ).rejects.toMatchObject({
      code: "GATEWAY_NOT_STOPPED",
      exit: 5,
      advice: { first: { say: "supervised-elsewhere" } },
    });
    expect(openJournal(stage.stateDir)).toBeUndefined();
    expect(existsSync(`${stage.stateDir}.clawback-${snapshot.id}-new`)).toBe(false);
  });

  it("is called off by the operator without a trace, and the gateway runs", async () => {
    await using stage = await openStage();
    const snapshot = await stage.save();
    const prepared = await stage.plan(snapshot);
    const operator = new AbortController();
    const { result } = await stage.restore(prepared, {
      signal: operator.signal,
      onPoint: (point) => {
        if (point === "before noted") operator.abort();
      },
    });
    expect(result).toMatchObject({ outcome: "called-off", running: true });
    expect(stage.fleet.control(stage.settings.name).status()).toBe("running");
    expect(openJournal(stage.stateDir)).toBeUndefined();
  });

  it("sees a stop to its end that was called off half-way, and starts what has ended rather than what is about to", async () => {
    await using stage = await openStage();
    const snapshot = await stage.save();
    const prepared = await stage.plan(snapshot);
    const operator = new AbortController();
    const orders: string[] = [];
    const { result, events } = await stage.restore(prepared, {
      signal: operator.signal,
      service: {
        ...stage.service,
        stop: async (how) => {
          orders.push("stop");
          if (orders.length > 1) return await stage.service.stop(how);
          // It has the order and finishes its work, and whoever gave it does not look any more.
          how.onEvent?.({ kind: "asked", words: "asked it to stop" });
          operator.abort();
          return await Promise.reject<never>(operator.signal.reason);
        },
        start: async (how) => {
          const started = await stage.service.start(how);
          orders.push(`start: ${started.outcome}`);
          return started;
        },
      },
    });
    expect(orders).toEqual(["stop", "stop", "start: done"]);
    expect(result).toMatchObject({ outcome: "called-off", running: true });
    expect(events.map(({ said }) => said?.say)).toContain("sees-stop-out");
    expect(stage.fleet.control(stage.settings.name).status()).toBe("running");
    expect(openJournal(stage.stateDir)).toBeUndefined();
  });

  it("says that a gateway which still drains ends by itself, and asks for a person", async () => {
    await using stage = await openStage({ busy: true });
    const prepared = await stage.plan(await stage.save());
    await expect(stage.restore(prepared, { drainBudgetMs: 1 })).rejects.toMatchObject({
      code: "GATEWAY_STILL_DRAINS",
      hint: expect.stringMatching(/still drains.*clawback service start --gateway prod-eu$/) as string,
      exit: 7,
    });
    expect(openJournal(stage.stateDir)).toBeUndefined();
  });

  it("does not wait for turns when told so: killed, written down before, and only then exchanged", async () => {
    await using stage = await openStage({ busy: true });
    const snapshot = await stage.save();
    const prepared = await stage.plan(snapshot);
    const hurry = new AbortController();
    const { result } = await stage.restore(prepared, {
      cutShort: hurry.signal,
      onEvent: (event) => {
        if (event.drain?.killable === true) hurry.abort();
      },
    });
    expect(result).toMatchObject({ outcome: "restored", recovery: { ok: true } });
    const records = openJournal(stage.stateDir)?.records ?? [];
    expect(records.flatMap((record) => (record.step === "noted" ? [record.what] : [record.step]))).toEqual([
      "begun",
      "safety-snapshot",
      "stopping",
      "killing",
      "swapping",
      "swapped",
      "started",
      "verified",
      "released",
    ]);
  });

  it("exchanges nothing when it is not waited for and yet lives on", async () => {
    await using stage = await openStage({ busy: true });
    const snapshot = await stage.save();
    const prepared = await stage.plan(snapshot);
    const { kill: _kill, ...control } = stage.fleet.control(stage.settings.name);
    const hurry = new AbortController();
    const restored = stage.restore(prepared, {
      service: demoService(
        { ...control, kill: () => Promise.reject(new Error("no permission")) },
        systemClock,
      ),
      cutShort: hurry.signal,
      onEvent: (event) => {
        if (event.drain !== undefined) hurry.abort();
      },
    });
    await expect(restored).rejects.toThrow("no permission");
    expect(stage.fleet.control(stage.settings.name).status()).toBe("running");
    expect(openJournal(stage.stateDir)).toBeUndefined();
    expect(existsSync(`${stage.stateDir}.clawback-${snapshot.id}-new`)).toBe(false);
  });

  it("gives a running gateway its configuration back without a stop", async () => {
    await using stage = await openStage();
    const snapshot = await stage.save();
    const path = join(stage.stateDir, "openclaw.json");
    const good = readFileSync(path, "utf8");
    writeFileSync(path, good.replace(/\{/, '{"logging":{"level":"debug"},'));
    const prepared = await stage.plan(snapshot, { only: ["config"] });
    expect(prepared.plan).toMatchObject({ how: "hot", downtime: { expectedMs: 0 } });
    expect(prepared.plan.config.map((change) => change.path)).toContain("logging");
    const { result, events } = await stage.restore(prepared);
    expect(result).toMatchObject({ outcome: "restored", downtimeMs: 0 });
    expect(events.some(({ step }) => step === "stop")).toBe(false);
    expect(readFileSync(path, "utf8")).toBe(good);
    expect(existsSync(join(dirname(path), "openclaw.json"))).toBe(true);
  });
});
