import { describe, expect, it } from "vitest";
import { systemClock } from "../../../src/ground/index.ts";
import { eventFrames } from "../../support/captures.ts";
import { hello, startPeer, usual } from "./peer.ts";
import { fastClock, settingsFor, sharedToken, until, watching } from "./watching.ts";

const methods = (requests: readonly { readonly method: string }[]): readonly string[] =>
  requests.map((request) => request.method);

describe("a watched gateway on this machine", () => {
  it("is greeted as a reader without a device, so that watching leaves no trace", async () => {
    await using peer = await startPeer();
    await using gateway = watching(peer.url);
    await gateway.next("hello");
    const { headers, requests } = peer.latest();
    expect(requests[0]).toEqual({
      type: "req",
      id: "c1",
      method: "connect",
      params: {
        minProtocol: 4,
        maxProtocol: 4,
        client: {
          id: "cli",
          mode: "cli",
          version: "1.2.3",
          platform: process.platform,
          displayName: "clawback",
        },
        role: "operator",
        scopes: ["operator.read"],
        caps: [],
        auth: { token: sharedToken },
      },
    });
    expect(headers.origin).toBeUndefined();
  });

  it("shows what hello already knows before any question is answered", async () => {
    await using peer = await startPeer({ onRequest: () => undefined });
    await using gateway = watching(peer.url);
    await gateway.next("channels");
    expect(gateway.events.map((event) => event.kind)).toEqual([
      "connection",
      "connection",
      "hello",
      "system",
      "agents",
      "channels",
    ]);
    expect(gateway.all("hello")[0]?.hello).toMatchObject({ version: "2026.9.6", bootId: "boot-1" });
    expect(gateway.all("agents")[0]?.agents).toEqual(["main"]);
  });

  it("says how far its clock is ahead of ours, and only when it is", async () => {
    await using fast = await startPeer({
      onConnect: (connection) => {
        connection.event("connect.challenge", {
          nonce: "nonce-1",
          ts: Date.now() + 7_200_000,
          capabilities: [],
        });
      },
    });
    await using right = await startPeer();
    await using ahead = watching(fast.url);
    await using level = watching(right.url);
    await ahead.next("hello");
    await level.next("hello");
    expect(Math.round((ahead.all("hello")[0]?.hello.clockAheadMs ?? 0) / 3_600_000)).toBe(2);
    expect(level.all("hello")[0]?.hello).not.toHaveProperty("clockAheadMs");
  });

  it("is not said to have a slow clock when it took its time to let us in", async () => {
    let passedMs = 0;
    await using peer = await startPeer({
      onHello: (connection, request) => {
        passedMs = 5_000;
        connection.answer(request, hello());
      },
    });
    await using gateway = watching(peer.url, {
      clock: { ...systemClock, now: () => systemClock.now() + passedMs },
    });
    expect((await gateway.next("hello")).hello).not.toHaveProperty("clockAheadMs");
  });

  it("is asked only what is cheap, each question alone under way", async () => {
    await using peer = await startPeer();
    await using gateway = watching(peer.url, { clock: fastClock(20) });
    await gateway.next("config");
    const asked = new Set(methods(peer.latest().requests));
    expect([...asked].toSorted()).toEqual([
      "channels.status",
      "config.get",
      "connect",
      "diagnostics.lanes",
      "diagnostics.stability",
      "logs.tail",
      "sessions.list",
      "system.info",
    ]);
    const tail = peer.latest().requests.find((request) => request.method === "logs.tail");
    expect(tail?.params).toMatchObject({ limit: 100, maxBytes: 65_536 });
  });

  it("is understood when answers come in another order than questions", async () => {
    const held: (() => void)[] = [];
    await using peer = await startPeer({
      onRequest: (connection, asked) => {
        held.unshift(() => {
          usual({ answers: { "system.info": { pid: 77 } } }, connection, asked);
        });
        if (held.length === 3) for (const release of held) release();
      },
    });
    await using gateway = watching(peer.url);
    expect((await gateway.next("system", (news) => news.system.pid !== undefined)).system.pid).toBe(77);
    await gateway.next("sessions");
    expect(gateway.watch.cost()).toMatchObject({ refused: 0, timeouts: 0 });
  });

  it("follows its log from where it left off, over a reconnect too", async () => {
    await using peer = await startPeer({ answers: { "logs.tail": { lines: [], cursor: 4_711 } } });
    await using gateway = watching(peer.url, { clock: fastClock(20) });
    const tails = () =>
      peer.connections.flatMap((each) => each.requests.filter((request) => request.method === "logs.tail"));
    await until(() => tails().length >= 2);
    peer.latest().socket.terminate();
    await until(() => peer.connections.length === 2 && tails().length >= 3);
    expect(tails().map((request) => request.params["cursor"])).toEqual(
      tails().map((_request, index) => (index === 0 ? undefined : 4_711)),
    );
    await gateway.watch.stop();
  });

  it("has all pages of a long list of sessions told as one", async () => {
    const page = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => ({ key: `agent:main:s${from + index}` }));
    await using peer = await startPeer({
      onRequest: (connection, asked) => {
        if (asked.method !== "sessions.list") {
          usual({}, connection, asked);
          return;
        }
        const offset = Number(asked.params["offset"] ?? 0);
        const rest = 450 - offset;
        connection.answer(asked, {
          sessions: page(offset, Math.min(200, rest)),
          totalCount: 450,
          hasMore: rest > 200,
          nextOffset: rest > 200 ? offset + 200 : null,
        });
      },
    });
    await using gateway = watching(peer.url);
    const { sessions, total } = await gateway.next("sessions");
    expect(total).toBe(450);
    expect(sessions).toHaveLength(450);
    expect(sessions.at(-1)?.key).toBe("agent:main:s449");
  });
});

describe("a question that cannot be answered just now", () => {
  it("is asked again soon, not a whole cadence later", async () => {
    let refusals = 0;
    await using peer = await startPeer({
      onRequest: (connection, asked) => {
        if (asked.method !== "sessions.list" || refusals > 0) {
          usual({}, connection, asked);
          return;
        }
        refusals += 1;
        // As an overloaded gateway answers: without saying that trying again helps.
        connection.refuse(asked, { code: "UNAVAILABLE", message: "worker task capacity reached" });
      },
    });
    await using gateway = watching(peer.url, { clock: fastClock(20) });
    await gateway.next("sessions");
    // The list's own cadence is a minute; in that time this would have been asked twenty times.
    const asked = methods(peer.latest().requests).filter((method) => method === "system.info");
    expect(asked.length).toBeLessThan(10);
    expect(refusals).toBe(1);
  });
});

describe("a method the gateway does not have", () => {
  it("is asked once, told once, and remembered for that version over a reconnect", async () => {
    const refusals = {
      "diagnostics.lanes": { code: "INVALID_REQUEST", message: "unknown method: diagnostics.lanes" },
      "channels.status": {
        code: "FORBIDDEN",
        message: "missing scope: operator.admin",
        details: { code: "MISSING_SCOPE" },
      },
    } as const;
    let version = "1";
    await using peer = await startPeer({
      onHello: (connection, asked) => {
        connection.answer(asked, hello({ version }));
      },
      onRequest: (connection, asked) => {
        const error = Object.entries(refusals).find(([method]) => method === asked.method)?.[1];
        if (error === undefined) usual({}, connection, asked);
        else connection.refuse(asked, error);
      },
    });
    await using gateway = watching(peer.url, { clock: fastClock(20) });
    const asked = (method: string) =>
      peer.connections.map((each) => methods(each.requests).filter((one) => one === method).length);
    await gateway.next("absent", (news) => news.method === "diagnostics.lanes");
    await gateway.next("config");
    peer.latest().socket.terminate();
    await until(
      () => peer.connections.length === 2 && methods(peer.latest().requests).includes("config.get"),
    );
    expect(asked("diagnostics.lanes")).toEqual([1, 0]);
    expect(asked("channels.status")).toEqual([1, 0]);
    expect(gateway.all("absent")).toHaveLength(2);
    version = "2";
    peer.latest().socket.terminate();
    await until(
      () => peer.connections.length === 3 && methods(peer.latest().requests).includes("config.get"),
    );
    expect(asked("diagnostics.lanes")).toEqual([1, 0, 1]);
  });
});

describe("conversations on a watched gateway", () => {
  it("become turns, and the numbers of their session are read again; no word of them is kept", async () => {
    await using peer = await startPeer({
      onRequest: (connection, asked) => {
        if (asked.method === "sessions.describe") {
          connection.answer(asked, {
            session: { key: asked.params["key"], totalTokens: 7, totalTokensFresh: true },
          });
        } else usual({}, connection, asked);
      },
    });
    await using gateway = watching(peer.url, { clock: fastClock(5) });
    await gateway.next("lanes");
    for (const { bytes } of eventFrames("context/turns.events"))
      peer.latest().sendRaw(new TextDecoder().decode(bytes));
    const read = await gateway.next("session");
    expect(read.session).toMatchObject({ key: "agent:main:console-a", usedTokens: 7 });
    expect(gateway.all("turn").map((news) => news.turn.kind)).toEqual([
      "started",
      "ended",
      "started",
      "ended",
      "started",
      "ended",
    ]);
    const told = JSON.stringify(gateway.events);
    for (const word of ["Mock reply", "hello one", "hello two", "hello three", "all systems"]) {
      expect(told).not.toContain(word);
    }
    expect(gateway.watch.cost().framesDropped).toBeGreaterThan(30);
  });

  it("that end a hundred at once cost one reading of the list instead of a hundred of rows", async () => {
    await using peer = await startPeer();
    await using gateway = watching(peer.url, { clock: fastClock(5) });
    await gateway.next("sessions");
    await gateway.next("lanes");
    for (let run = 0; run < 100; run += 1) {
      peer.latest().event("chat", { runId: `r${run}`, sessionKey: `agent:main:s${run}`, state: "final" });
    }
    await until(
      () => methods(peer.latest().requests).filter((each) => each === "sessions.list").length === 2,
    );
    expect(methods(peer.latest().requests)).not.toContain("sessions.describe");
    expect(gateway.all("turn")).toHaveLength(100);
  });
});

describe("events of a watched gateway", () => {
  it("that are missing are noticed, and the lists read again", async () => {
    await using peer = await startPeer();
    await using gateway = watching(peer.url);
    await gateway.next("sessions");
    await gateway.next("lanes");
    peer.latest().event("tick", { ts: 1 }, 4);
    peer.latest().event("tick", { ts: 2 }, 5);
    peer.latest().event("tick", { ts: 3 }, 9);
    expect((await gateway.next("gap")).missed).toBe(3);
    await until(
      () => methods(peer.latest().requests).filter((each) => each === "sessions.list").length === 2,
    );
  });

  it("about its configuration make it be read at once", async () => {
    let valid = true;
    await using peer = await startPeer({
      onRequest: (connection, asked) => {
        usual({ answers: { "config.get": { valid, issues: valid ? [] : ["broken"] } } }, connection, asked);
      },
    });
    await using gateway = watching(peer.url, { clock: fastClock(5) });
    await gateway.next("config");
    valid = false;
    peer.latest().event("config.changed", { path: "/x", hash: "h" });
    await gateway.next("config-changed");
    expect((await gateway.next("config", (news) => !news.config.valid)).config.issues).toEqual(["broken"]);
  });
});

describe("a watch", () => {
  it("counts what it costs", async () => {
    await using peer = await startPeer();
    await using gateway = watching(peer.url);
    await gateway.next("lanes");
    const cost = gateway.watch.cost();
    expect(cost.requests).toBe(peer.latest().requests.length - 1);
    expect(cost.bytesIn).toBeGreaterThan(10_000);
    expect(cost).toMatchObject({ connects: 1, refused: 0, pauses: 0 });
  });

  it("stops at any moment, and hangs up in order", async () => {
    await using peer = await startPeer();
    const gateway = watching(peer.url);
    await gateway.next("lanes");
    await gateway.watch.stop();
    expect(await peer.latest().closed).toBe(1000);
    const before = gateway.events.length;
    peer.latest().socket.terminate();
    expect(gateway.events).toHaveLength(before);
    for (let early = 0; early < 5; early += 1) await watching(peer.url).watch.stop();
  });

  it("reports an address it cannot read, and a secret it cannot have, as states", async () => {
    await using nowhere = watching(settingsFor("not an address"));
    expect(
      (await nowhere.next("connection", (news) => news.report.state.kind === "unauthorised")).report,
    ).toMatchObject({
      evidence: expect.stringContaining("is not an address") as unknown,
    });
  });
});
