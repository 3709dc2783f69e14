import { cpSync, existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { startDemoFleet, type DemoFleet } from "../../src/demo/index.ts";
import { manualClock, type ManualClock } from "./manual-clock.ts";
import { at, connectTo, openSocket, type TestClient } from "./test-client.ts";
import { soon } from "../support/soon.ts";

const hero = "agent:main:console-big";
const adminScopes = ["operator.read", "operator.write", "operator.admin"];

const first = (fleet: DemoFleet) => {
  const [gateway] = fleet.gateways;
  if (gateway === undefined) throw new Error("no gateway");
  return gateway;
};

const startOne = async (scenario: "incident" | "healthy" = "healthy") => {
  const clock = manualClock();
  const fleet = await startDemoFleet({ clock, gateways: 1, scenario });
  return { clock, fleet, gateway: first(fleet), control: fleet.control("prod-eu") };
};

const probe = async (url: string, path: string): Promise<number> =>
  (await fetch(`${url.replace("ws:", "http:")}/${path}`)).status;

const ready = async (clock: ManualClock): Promise<void> => clock.advance(2_500);

const keysOf = async (client: TestClient): Promise<ReadonlySet<unknown>> => {
  const rows = at(await client.ask("sessions.list"), "payload.sessions");
  return new Set((Array.isArray(rows) ? rows : []).map((row: unknown) => at(row, "key")));
};

/** Plays the incident until the session is dead, with the deploy in between. */
const deadSession = async () => {
  const one = await startOne("incident");
  await one.clock.advance(12_000);
  await soon(async () => {
    await expect(probe(one.gateway.url, "healthz")).rejects.toThrow("fetch failed");
  });
  await one.clock.advance(1_500);
  await soon(() => {
    expect(one.control.status()).toBe("starting");
  });
  await one.clock.advance(45_000);
  return { ...one, client: await connectTo(one.gateway, adminScopes) };
};

describe("a gateway of the demo", () => {
  test("says goodbye when it is stopped, and serves again what stands on disk", async () => {
    const { clock, fleet, gateway, control } = await startOne();
    await using _fleet = fleet;
    const client = await connectTo(gateway);
    const before = await keysOf(client);
    await control.stop();
    expect(client.frames.at(-1)).toMatchObject({
      event: "shutdown",
      payload: { reason: "gateway stopping" },
    });
    expect(await client.closed).toEqual({ code: 1012, reason: "service restart" });
    await expect(probe(gateway.url, "healthz")).rejects.toThrow("fetch failed");
    const lock = join(gateway.stateDir, "tmp", `openclaw-${process.getuid?.() ?? 0}`, "gateway.state.lock");
    expect(existsSync(lock)).toBe(false);

    await control.start();
    expect([await probe(gateway.url, "startupz"), await probe(gateway.url, "readyz")]).toEqual([503, 503]);
    const early = await openSocket(gateway.url);
    expect(at(await early.ask("connect", {}), "error")).toMatchObject({
      code: "UNAVAILABLE",
      retryable: true,
      details: { reason: "startup-sidecars" },
    });
    await ready(clock);
    expect([await probe(gateway.url, "startupz"), await probe(gateway.url, "readyz")]).toEqual([200, 200]);
    expect(await keysOf(await connectTo(gateway))).toEqual(before);
  });

  test("goes without a word when it is killed, and leaves the lock of nobody", async () => {
    const { clock, fleet, gateway, control } = await startOne();
    await using _fleet = fleet;
    const client = await connectTo(gateway);
    await clock.advance(20_000);
    await control.kill();
    expect((await client.closed).code).toBe(1006);
    expect(client.frames.some(({ event }) => event === "shutdown")).toBe(false);
    const lock = join(gateway.stateDir, "tmp", `openclaw-${process.getuid?.() ?? 0}`, "gateway.state.lock");
    expect(at(JSON.parse(readFileSync(lock, "utf8")), "pid")).toBe(process.pid);
    expect(statSync(join(gateway.stateDir, "state/openclaw.sqlite-wal")).size).toBeGreaterThan(0);
    const state = new DatabaseSync(join(gateway.stateDir, "state/openclaw.sqlite"), { readOnly: true });
    expect(
      state.prepare("SELECT count(*) AS open FROM gateway_boot_lifecycle WHERE outcome IS NULL").get(),
    ).toEqual({
      open: 1,
    });
    state.close();
    await control.start();
    await ready(clock);
    expect(control.status()).toBe("running");
  });

  test("accepts and never answers while it is frozen", async () => {
    const { clock, fleet, gateway, control } = await startOne();
    await using _fleet = fleet;
    const client = await connectTo(gateway);
    control.freeze();
    const seen = client.frames.length;
    await clock.advance(70_000);
    expect(client.frames.length).toBe(seen);
    const question = client.ask("system.info");
    const request = fetch(`${gateway.url.replace("ws:", "http:")}/healthz`);
    const outcome = await Promise.race([
      request.then(
        () => "answered",
        () => "cut",
      ),
      clock.advance(5_000).then(() => "silence"),
    ]);
    expect(outcome).toBe("silence");
    expect(client.frames.length).toBe(seen);
    // Heard before it happens: it is refused while the kill still goes on.
    await Promise.all([expect(question).rejects.toThrow("closed"), control.kill()]);
    await expect(request).rejects.toThrow("fetch failed");
    await control.start();
    await ready(clock);
    expect(await probe(gateway.url, "readyz")).toBe(200);
  });

  test("refuses to start with a broken configuration, and starts once it is mended", async () => {
    const { clock, fleet, gateway, control } = await startOne();
    await using _fleet = fleet;
    const client = await connectTo(gateway);
    const path = join(gateway.stateDir, "openclaw.json");
    const good = readFileSync(path);
    writeFileSync(path, '{ "gateway": { "mode": ');
    const config = await client.ask("config.get");
    expect(at(config, "payload.valid")).toBe(false);
    expect(at(config, "payload.issues")).toHaveLength(1);
    await control.stop();
    await expect(control.start()).rejects.toThrow("prod-eu does not start");
    expect(control.status()).toBe("stopped");
    writeFileSync(path, good);
    await control.start();
    await ready(clock);
    expect(control.status()).toBe("running");
  });

  test("refuses to start on a database that is gone", async () => {
    const { fleet, gateway, control } = await startOne();
    await using _fleet = fleet;
    await control.stop();
    rmSync(join(gateway.stateDir, "agents/ops/agent/openclaw-agent.sqlite"));
    await expect(control.start()).rejects.toThrow("cannot be read");
    expect(control.status()).toBe("stopped");
    await expect(probe(gateway.url, "healthz")).rejects.toThrow("fetch failed");
  });

  test("applies a changed configuration at once and tells everybody", async () => {
    const { fleet, gateway } = await startOne();
    await using _fleet = fleet;
    const client = await connectTo(gateway);
    const before = await client.ask("config.get");
    const path = join(gateway.stateDir, "openclaw.json");
    writeFileSync(path, readFileSync(path, "utf8").replace('"default"', '"safeguard"'));
    const after = await client.ask("config.get");
    expect(client.frames.find(({ event }) => event === "config.changed")).toMatchObject({
      payload: { path },
    });
    expect(at(after, "payload.appliedConfigHash")).not.toBe(at(before, "payload.appliedConfigHash"));
    expect(at(after, "payload.appliedConfigHash")).toBe(at(after, "payload.configRevisionHash"));
  });

  test("stands still under a lease, answers nothing else meanwhile, and goes on when the lease runs out", async () => {
    const { clock, fleet, gateway } = await startOne();
    await using _fleet = fleet;
    const client = await connectTo(gateway, adminScopes);
    const granted = await client.ask("gateway.suspend.prepare", { requestId: "r" });
    expect(at(granted, "payload")).toMatchObject({ status: "ready", activeCount: 0 });
    expect(at(await client.ask("health"), "error")).toEqual({
      code: "UNAVAILABLE",
      message: "health unavailable during gateway suspension",
      retryable: true,
      retryAfterMs: 1_000,
      details: { method: "health", reason: "gateway-suspending", phase: "prepared" },
    });
    expect([await probe(gateway.url, "healthz"), await probe(gateway.url, "readyz")]).toEqual([200, 503]);
    const chats = () => client.frames.filter(({ event }) => event === "chat").length;
    const before = chats();
    await clock.advance(119_000);
    expect(chats()).toBe(before);
    await clock.advance(1_000);
    expect(at(await client.ask("health"), "ok")).toBe(true);
    const phases = client.frames.filter(({ event }) => event === "gateway.suspension");
    expect(phases.map((frame) => at(frame, "payload.phase"))).toEqual(["preparing", "prepared", "accepting"]);
  });

  test("is busy while somebody is being answered", async () => {
    const { clock, fleet, gateway } = await startOne();
    await using _fleet = fleet;
    const client = await connectTo(gateway, adminScopes);
    await client.ask("sessions.subscribe");
    while (!client.frames.some((frame) => at(frame, "payload.reason") === "send")) {
      await clock.advance(100);
      await client.ask("last-heartbeat");
    }
    expect(at(await client.ask("gateway.suspend.prepare", { requestId: "r" }), "payload")).toMatchObject({
      status: "busy",
      reason: "active-work",
    });
    expect(at(await client.ask("gateway.restart.preflight"), "payload.safe")).toBe(false);
  });
});

describe("a dead session", () => {
  test("lives again after a rewind, and the rewind can be undone", async () => {
    const { clock, fleet, client } = await deadSession();
    await using _fleet = fleet;
    const row = async () => at(await client.ask("sessions.describe", { key: hero }), "payload.session");
    const branches = async () =>
      at(await client.ask("sessions.branches.list", { sessionKey: hero }), "payload.branches");
    expect(at(await row(), "contextBudgetStatus.route")).toBe("compact_only");
    const history = at(await client.ask("chat.history", { sessionKey: hero }), "payload.messages");
    const users = (Array.isArray(history) ? history : []).filter(
      (message: unknown) => at(message, "role") === "user",
    );
    const oldLeaf = at(Array.isArray(history) ? history.at(-1) : undefined, "__openclaw.id");
    const sessionId = at(await row(), "sessionId");

    // Before the question whose answer went over the reserve.
    const answer = await client.ask("sessions.rewind", {
      sessionKey: hero,
      entryId: at(users.at(-2), "__openclaw.id"),
    });
    expect(at(answer, "payload.editorText")).toEqual(expect.any(String));
    expect(await row()).toMatchObject({ totalTokensFresh: false });
    expect(await row()).not.toHaveProperty("totalTokens");
    expect(at(await row(), "sessionId")).not.toBe(sessionId);
    expect(await branches()).toHaveLength(2);

    await clock.advance(15_000);
    expect(await row()).toMatchObject({ contextBudgetStatus: { route: "fits" }, totalTokensFresh: true });

    const undone = await client.ask("sessions.branches.switch", { sessionKey: hero, leafEntryId: oldLeaf });
    expect(undone["ok"]).toBe(true);
    const again = at(await client.ask("chat.history", { sessionKey: hero }), "payload.messages");
    expect(again).toHaveLength(Array.isArray(history) ? history.length : 0);
  });

  test("refuses ways back that do not exist, in the real gateway's words", async () => {
    const { fleet, gateway } = await startOne();
    await using _fleet = fleet;
    const client = await connectTo(gateway, adminScopes);
    const history = at(await client.ask("chat.history", { sessionKey: hero }), "payload.messages");
    const messages = Array.isArray(history) ? history : [];
    const [user, assistant] = messages.map((message: unknown) => String(at(message, "__openclaw.id")));
    const leaf = String(at(messages.at(-1), "__openclaw.id"));
    const refusal = async (method: string, params: object) =>
      at(await client.ask(method, { sessionKey: hero, ...params }), "error.message");
    expect(await refusal("sessions.rewind", { entryId: "none" })).toBe("message entry not found: none");
    expect(await refusal("sessions.rewind", { entryId: assistant })).toBe(
      `entry is not a user message: ${assistant}`,
    );
    expect(await refusal("sessions.branches.switch", { leafEntryId: user })).toBe(
      `entry is not a branch tip: ${user}`,
    );
    expect(await refusal("sessions.branches.switch", { leafEntryId: leaf })).toBe(
      `branch is already active: ${leaf}`,
    );
  });

  test("is mended by putting the directory of before the deploy back, and so is the channel", async () => {
    const { clock, fleet, gateway, control } = await startOne("incident");
    await using _fleet = fleet;
    // A snapshot while nothing runs.
    await control.stop();
    const { stateDir } = gateway;
    const saved = join(dirname(stateDir), "saved");
    cpSync(stateDir, saved, { recursive: true });
    await control.start();
    await ready(clock);
    await clock.advance(10_000);
    await soon(() => {
      expect(control.status()).toBe("stopped");
    });
    await soon(async () => {
      await expect(probe(gateway.url, "healthz")).rejects.toThrow("fetch failed");
    });
    await clock.advance(1_500);
    await soon(() => {
      expect(control.status()).toBe("starting");
    });
    await clock.advance(80_000);
    const sick = await connectTo(gateway);
    const route = async (client: TestClient) =>
      at(await client.ask("sessions.describe", { key: hero }), "payload.session.contextBudgetStatus.route");
    expect(await route(sick)).toBe("compact_only");
    expect(await probe(gateway.url, "readyz")).toBe(503);
    await control.stop();
    await control.start();
    await ready(clock);
    // A restart alone mends nothing.
    expect(await probe(gateway.url, "readyz")).toBe(503);

    await control.stop();
    renameSync(stateDir, `${stateDir}.displaced`);
    renameSync(saved, stateDir);
    await control.start();
    await ready(clock);
    const well = await connectTo(gateway);
    expect(await route(well)).toBe("fits");
    expect(await probe(gateway.url, "readyz")).toBe(200);
    expect(at(await well.ask("config.get"), "payload.config.agents.defaults.compaction.mode")).toBe(
      "default",
    );
  });
});
