import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import { startDemoFleet, type DemoFleet, type DemoMark } from "../../src/demo/index.ts";
import { manualClock, type ManualClock } from "./manual-clock.ts";
import { at, connectTo, type Frame, type TestClient } from "./test-client.ts";
import { soon } from "../support/soon.ts";

const hero = "agent:main:console-big";

/** Plays the whole incident for one subscriber of prod-eu, who comes back after the deploy. */
const watchIncident = async (seed: number) => {
  const clock = manualClock();
  const fleet = await startDemoFleet({ clock, seed, speed: 1 });
  const marks: DemoMark[] = [];
  fleet.onMark((mark) => marks.push(mark));
  const before = await subscribe(fleet);
  await clock.advance(12_000);
  const goodbye = await before.closed;
  await soon(() => {
    expect(fleet.control("prod-eu").status()).toBe("stopped");
  });
  await restarted(fleet, clock, "prod-eu", 1_500);
  const booting = await probe(fleet, "prod-eu", "startupz");
  await clock.advance(3_000);
  const after = await subscribe(fleet);
  await clock.advance(54_000);
  await soon(() => {
    expect(fleet.control("edge-1").status()).toBe("stopped");
  });
  await clock.advance(20_000);
  // Round trips: whatever was sent before has arrived.
  const channels = await after.ask("channels.status");
  const logs = await after.ask("logs.tail", { limit: 200 });
  const ready = await probe(fleet, "prod-eu", "readyz");
  const all = normalised(fleet, [...before.frames, ...after.frames]);
  return { fleet, clock, marks, goodbye, booting, frames: all, after, channels, logs, ready };
};

const subscribe = async (fleet: DemoFleet): Promise<TestClient> => {
  const [gateway] = fleet.gateways;
  if (gateway === undefined) throw new Error("no gateway");
  const client = await connectTo(gateway);
  await client.ask("sessions.subscribe");
  return client;
};

/** Time goes on in small steps until the gateway has begun its next boot. */
const restarted = async (fleet: DemoFleet, clock: ManualClock, name: string, downMs: number) => {
  // The old listener is gone only when its last socket is; the story waits for it, and so does this.
  await soon(async () => {
    await expect(probe(fleet, name, "healthz")).rejects.toThrow("fetch failed");
  });
  await clock.advance(downMs);
  await soon(() => {
    expect(fleet.control(name).status()).toBe("starting");
  });
};

const probe = async (fleet: DemoFleet, name: string, path: string) => {
  const url = fleet.gateways.find((gateway) => gateway.name === name)?.url ?? "";
  const answer = await fetch(`${url.replace("ws:", "http:")}/${path}`);
  return { status: answer.status, body: await answer.json() };
};

/** Ports and the temporary folder are the two things that a seed does not decide. */
const normalised = (fleet: DemoFleet, frames: readonly Frame[]): string[] => {
  const [gateway] = fleet.gateways;
  const folder = gateway?.stateDir.replace(/\/prod-eu\/\.openclaw$/, "") ?? "";
  const port = new URL(gateway?.url ?? "ws://x").port;
  return frames.map((frame) =>
    JSON.stringify(frame)
      .replaceAll(folder, "/demo")
      .replaceAll(port, "18789")
      .replaceAll(/hmac-sha256:v1:[\w-]+/g, "hash"),
  );
};

describe("the incident", () => {
  test("unfolds step by step, and the same way for the same seed", async () => {
    const first = await watchIncident(7);
    const second = await watchIncident(7);
    await using _one = first.fleet;
    await using _two = second.fleet;

    expect(first.frames.length).toBeGreaterThan(300);
    expect(second.frames).toEqual(first.frames);

    expect(first.marks).toEqual([
      { at: first.fleet.startedAt + 12_000, gateway: "prod-eu", text: "deploy 2026.9.6" },
    ]);
    expect(first.goodbye).toEqual({ code: 1012, reason: "service restart" });
    expect(first.booting).toMatchObject({
      status: 503,
      body: { ok: false, status: "starting", pendingReason: "startup-sidecars" },
    });

    const frames = first.frames.map((text) => JSON.parse(text) as unknown);
    const shutdown = frames.find((frame) => at(frame, "event") === "shutdown");
    expect(at(shutdown, "payload")).toEqual({ reason: "gateway stopping", restartExpectedMs: 4_500 });
    const hellos = frames.filter((frame) => at(frame, "payload.type") === "hello-ok");
    expect(hellos.map((hello) => at(hello, "payload.server.version"))).toEqual(["2026.9.5", "2026.9.6"]);
    const [before, after] = hellos.map((hello) => at(hello, "payload.server.bootId"));
    expect(after).not.toBe(before);

    const settled = frames.filter(
      (frame) =>
        at(frame, "payload.reason") === "agent.input.settled" && at(frame, "payload.sessionKey") === hero,
    );
    expect(settled.map((frame) => at(frame, "payload.session.contextBudgetStatus.route"))).toEqual([
      "fits",
      "fits",
      "fits",
      "compact_only",
      "compact_only",
      "compact_only",
      "compact_only",
    ]);
    expect(at(settled[3], "payload.session.contextBudgetStatus")).toMatchObject({
      shouldCompact: true,
      estimatedPromptTokens: 25_342,
      promptBudgetBeforeReserve: 24_000,
      overflowTokens: 1_342,
    });
    // The dead session's row looks well: only one chat error a turn says otherwise.
    for (const frame of settled) {
      expect(at(frame, "payload.session")).toMatchObject({ status: "done", totalTokensFresh: true });
      expect(at(frame, "payload.lastRunError")).toBeNull();
    }
    const errors = frames.filter((frame) => at(frame, "payload.state") === "error");
    expect(errors.map((frame) => at(frame, "payload.sessionKey"))).toEqual([hero, hero, hero]);
    expect(frames.indexOf(errors[0])).toBeGreaterThan(frames.indexOf(settled[3]));

    expect(at(first.channels, "payload.channelAccounts.telegram")).toMatchObject([
      {
        lifecycle: "blocked",
        terminalDisconnect: true,
        healthState: "terminal-disconnect",
        connected: false,
      },
    ]);
    expect(at(first.channels, "payload.statusIssues")).toMatchObject([
      { channel: "telegram", kind: "runtime" },
    ]);
    expect(first.ready).toMatchObject({ status: 503, body: { ready: false, failing: ["telegram"] } });
    const lines = at(first.logs, "payload.lines");
    expect(JSON.stringify(lines)).toContain("outcome=failed reason=guard_blocked");
  });

  test("begins when somebody watches, where it was told to wait for that", async () => {
    const clock = manualClock();
    await using fleet = await startDemoFleet({ clock, waits: true });
    const marks: DemoMark[] = [];
    fleet.onMark((mark) => marks.push(mark));
    await clock.advance(60_000);
    expect(marks).toEqual([]);
    await subscribe(fleet);
    await clock.advance(12_000);
    expect(marks).toEqual([{ at: fleet.startedAt + 72_000, gateway: "prod-eu", text: "deploy 2026.9.6" }]);
  });

  test("leaves out no turn that falls into a restart, however long this machine takes for it", async () => {
    const clock = manualClock();
    await using fleet = await startDemoFleet({ clock, seed: 1, speed: 1 });
    const { port } = new URL(fleet.gateways[0]?.url ?? "");
    // The old listener is gone only when its last socket is: this one stands for a machine that is held up.
    const socket = connect(Number(port), "127.0.0.1");
    await once(socket, "connect");
    // In the middle of a request: one that asks nothing is no reason for Node 26 to wait.
    socket.write("GET /healthz HTTP/1.1\r\n");
    await clock.advance(23_000);
    await soon(() => {
      expect(fleet.control("prod-eu").status()).toBe("stopped");
    });
    socket.destroy();
    await soon(() => {
      expect(fleet.control("prod-eu").status()).toBe("starting");
    });
    await clock.advance(1_000);
    expect(fleet.control("prod-eu").status()).toBe("starting");
    await clock.advance(9_000);
    const client = await subscribe(fleet);
    const described = await client.ask("sessions.list");
    const sessions = at(described, "payload.sessions") as readonly { key: string; totalTokens: number }[];
    // 10,000 after the turn before it, and those of the turn that was due in the middle of the restart.
    expect(sessions.find(({ key }) => key === hero)?.totalTokens).toBe(12_214);
    await client.close();
  });

  test("tells every reader what is being said, so that watchers must drop it", async () => {
    const clock = manualClock();
    await using fleet = await startDemoFleet({ clock, gateways: 1, scenario: "healthy" });
    const [gateway] = fleet.gateways;
    if (gateway === undefined) throw new Error("no gateway");
    const client = await connectTo(gateway);
    await clock.advance(30_000);
    await client.ask("last-heartbeat");
    const said = client.frames.filter(({ event }) => event === "chat" || event === "agent");
    expect(said.length).toBeGreaterThan(20);
    expect(client.frames.filter(({ event }) => event === "sessions.changed")).toEqual([]);
    await client.close();
  });

  test("numbers events without a gap, ticks every 30 seconds and tells health every 60, at any speed", async () => {
    const clock = manualClock();
    await using fleet = await startDemoFleet({ clock, gateways: 1, scenario: "healthy", speed: 20 });
    const [gateway] = fleet.gateways;
    if (gateway === undefined) throw new Error("no gateway");
    const client = await connectTo(gateway);
    await client.ask("sessions.subscribe");
    await clock.advance(120_000);
    await client.ask("last-heartbeat");
    const events = client.frames.filter(
      ({ type, event }) => type === "event" && event !== "connect.challenge",
    );
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_event, index) => index + 1));
    expect(events.filter(({ event }) => event === "tick")).toHaveLength(4);
    expect(events.filter(({ event }) => event === "health")).toHaveLength(2);
    await client.close();
  });
});
