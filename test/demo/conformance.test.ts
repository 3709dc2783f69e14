import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startDemoFleet, type DemoFleet } from "../../src/demo/index.ts";
import { answer as recordedAnswer, capture, refusal as recordedRefusal } from "../support/captures.ts";
import { manualClock, type ManualClock } from "./manual-clock.ts";
import { at, connectTo, openSocket, type TestClient } from "./test-client.ts";

/**
 * The demo against the real gateway's own words: every key that a real frame has is there with the same type, and no
 * frame has a key at its top that the real one does not know.
 */
/** Where `demo` says less than `real`, or another kind of thing, as paths. Null may stand for anything not known. */
const missing = (real: unknown, demo: unknown, without: readonly string[], path = ""): string[] => {
  if (real === null || demo === null) return [];
  if (kindOf(real) !== kindOf(demo)) return [`${path}: ${kindOf(real)} is ${kindOf(demo)}`];
  if (Array.isArray(real) && Array.isArray(demo)) {
    return real.length === 0 || demo.length === 0 ? [] : missing(real[0], demo[0], without, `${path}[]`);
  }
  if (typeof real !== "object") return [];
  return Object.entries(real).flatMap(([key, value]) => {
    const here = path === "" ? key : `${path}.${key}`;
    if (key === "_trimmed" || without.includes(here)) return [];
    const twin = at(demo, key);
    return twin === undefined ? [`${here} is missing`] : missing(value, twin, without, here);
  });
};

const kindOf = (value: unknown): string => (Array.isArray(value) ? "array" : typeof value);

const topKeys = (value: unknown): string[] =>
  typeof value === "object" && value !== null ? Object.keys(value).sort() : [];

const expectConforms = (
  real: unknown,
  demo: unknown,
  but: { readonly without?: readonly string[]; readonly more?: readonly string[] } = {},
): void => {
  expect(missing(real, demo, but.without ?? [])).toEqual([]);
  expect(
    topKeys(demo).filter((key) => !topKeys(real).includes(key) && but.more?.includes(key) !== true),
  ).toEqual([]);
};

const goodToken = String(at([capture("handshake/nodevice-cli")].flat()[1], "frame.params.auth.token"));

let clock: ManualClock;
let fleet: DemoFleet;
let admin: TestClient;

beforeAll(async () => {
  clock = manualClock();
  fleet = await startDemoFleet({ clock, gateways: 1, scenario: "healthy" });
  admin = await connect(["operator.read", "operator.admin", "operator.pairing"]);
  await admin.ask("sessions.subscribe");
  await clock.advance(65_000);
  await admin.ask("last-heartbeat");
});
afterAll(() => fleet.stop());

const connect = async (scopes?: readonly string[]): Promise<TestClient> => {
  const [gateway] = fleet.gateways;
  if (gateway === undefined) throw new Error("no gateway");
  return connectTo(gateway, scopes);
};

/** The key of a session that is at rest. */
const quietKey = async (): Promise<string> => {
  const list = await admin.ask("sessions.list");
  const sessions = at(list, "payload.sessions");
  const row = (Array.isArray(sessions) ? sessions : []).find((each) => at(each, "hasActiveRun") === false);
  return String(at(row, "key"));
};

describe("the shapes of the demo are those of the real gateway", () => {
  test("hello-ok", async () => {
    const [, , real] = [capture("handshake/hello-ok.full")].flat();
    const reader = await connect();
    const hello = reader.frames.find((frame) => at(frame, "payload.type") === "hello-ok");
    expectConforms(at(real, "frame.payload"), at(hello, "payload"), {
      // Given to devices alone.
      without: ["auth.deviceToken", "auth.issuedAtMs", "auth.recoveryMigrationAllowed"],
    });
    await reader.close();
  });

  test.each([
    "nodevice-cli",
    "nodevice-test",
    "nodevice-backend-noscopes",
    "nodevice-tui-ui",
    "password-field",
    "badid",
    "docs-mode-operator",
    "extra-prop",
    "badtoken",
    "notoken",
    "role-node",
    "proto3",
    "proto5",
    "proto3-4",
    "proto4-5",
  ])("the handshake %s: the same question, the same answer", async (name) => {
    const steps = [capture(`handshake/${name}`)].flat();
    const [question, real, ended] = ["out", "in", "close"].map((direction) =>
      steps.findLast((step) => at(step, "dir") === direction),
    );
    const [gateway] = fleet.gateways;
    const client = await openSocket(gateway?.url ?? "");
    // The capture's secret stands for the demo's.
    const asked: unknown = JSON.parse(
      JSON.stringify(at(question, "frame.params")).replaceAll(goodToken, gateway?.token ?? ""),
    );
    const demo = await client.ask("connect", asked);
    expect(demo["error"]).toEqual(at(real, "frame.error"));
    expect(at(demo, "payload.auth.scopes")).toEqual(at(real, "frame.payload.auth.scopes"));
    if (ended === undefined) await client.close();
    else expect(await client.closed).toEqual({ code: at(ended, "code"), reason: at(ended, "reason") });
  });

  test.each([
    ["health", "health", {}],
    ["health.telegram-401", "health", { "channels.telegram": ["terminalDisconnect", "healthState"] }],
    ["status", "status", {}],
    ["status.admin", "status", {}],
    ["system.info", "system.info", {}],
    ["agents.list", "agents.list", {}],
    ["models.list", "models.list", {}],
    ["channels.status.telegram-ok", "channels.status", {}],
    ["diagnostics.lanes", "diagnostics.lanes", {}],
    ["logs.tail5", "logs.tail", {}],
    ["config.get", "config.get", {}],
    ["gateway.restart.preflight", "gateway.restart.preflight", {}],
    ["tasks.list", "tasks.list", {}],
    ["last-heartbeat", "last-heartbeat", {}],
  ])("%s", async (name, method, telling) => {
    const answer = await admin.ask(method, method === "logs.tail" ? { limit: 5 } : {});
    expectConforms(recordedAnswer(`rpc/${name}`), answer["payload"], {
      without: [
        ...Object.entries(telling).flatMap(([path, keys]) =>
          keys.flatMap((key) => [`${path}.${key}`, `${path}.accounts.default.${key}`]),
        ),
        // Depends on the configuration of the gateway that was captured.
        "parsed",
        "sourceConfig",
        "resolved",
        "runtimeConfig",
        "config",
      ],
    });
  });

  test("cron.list", async () => {
    const answer = await admin.ask("cron.list");
    expectConforms(recordedAnswer("rpc/cron.list"), answer["payload"], {
      without: Object.keys(Object(at(recordedAnswer("rpc/cron.list"), "deliveryPreviews"))).map(
        (id) => `deliveryPreviews.${id}`,
      ),
    });
  });

  test("diagnostics.stability", async () => {
    const real = recordedAnswer("rpc/diagnostics.stability.after-turns");
    const demo = at(await admin.ask("diagnostics.stability"), "payload");
    expectConforms(real, demo, {
      // Counts exist for the types that happened.
      without: [
        ...Object.keys(Object(at(real, "summary.byType"))).map((type) => `summary.byType.${type}`),
        "events",
      ],
    });
    const events = at(real, "events");
    for (const event of Array.isArray(events) ? events : []) {
      const type = at(event, "type");
      const twin = list(demo, "events").find((each) => at(each, "type") === type);
      if (twin !== undefined) expectConforms(event, twin);
    }
    expect(list(demo, "events").map((event) => at(event, "type"))).toContain("model.call.completed");
  });

  test("a session's row, in lists, alone and with its subscription", async () => {
    const key = await quietKey();
    const real = list(recordedAnswer("rpc/sessions.list"), "sessions")[0];
    const answer = await admin.ask("sessions.list");
    expectConforms(recordedAnswer("rpc/sessions.list"), answer["payload"], {
      without: ["sessions"],
    });
    const row = list(answer, "payload.sessions").find((each) => at(each, "key") === key);
    expectConforms(real, row);
    const described = await admin.ask("sessions.describe", { key });
    expectConforms(recordedAnswer("rpc/sessions.describe"), described["payload"]);
    expectConforms(at(recordedAnswer("rpc/sessions.describe"), "session"), at(described, "payload.session"));
    const subscribed = await admin.ask("sessions.subscribe", { limit: 5 });
    expectConforms(recordedAnswer("rpc/sessions.subscribe"), subscribed["payload"], {
      without: ["list.sessions"],
    });
    expect(list(subscribed, "payload.list.sessions")).toHaveLength(5);
    expect(at(subscribed, "payload.list")).toMatchObject({ hasMore: true, nextOffset: 5, totalCount: 41 });
  });

  test("history, branches and a compaction by hand", async () => {
    const sessionKey = await quietKey();
    const history = await admin.ask("chat.history", { sessionKey, limit: 2 });
    expectConforms(recordedAnswer("rpc/chat.history"), history["payload"]);
    for (const role of ["user", "assistant"]) {
      const real = list(recordedAnswer("rpc/chat.history"), "messages").find(
        (each) => at(each, "role") === role,
      );
      expectConforms(
        real,
        list(history, "payload.messages").find((each) => at(each, "role") === role),
      );
    }
    const branches = await admin.ask("sessions.branches.list", { sessionKey });
    expectConforms(recordedAnswer("context/sessions.branches.list"), branches["payload"]);
    const compacted = await admin.ask("sessions.compact", { key: sessionKey });
    expectConforms(recordedAnswer("context/sessions.compact"), compacted["payload"]);
    const rows = await admin.ask("sessions.list");
    const row = list(rows, "payload.sessions").find((each) => at(each, "key") === sessionKey);
    const real = list(recordedAnswer("context/sessions.list.7-compacted"), "sessions")[0];
    expectConforms(real, row);
    const events = [capture("context/compaction.events")].flat();
    for (const phase of ["start", "end"]) {
      const [one, ours] = [events, admin.frames].map((all) =>
        all.findLast(
          (frame) => at(frame, "event") === "session.operation" && at(frame, "payload.phase") === phase,
        ),
      );
      expectConforms(at(one, "payload"), at(ours, "payload"));
    }
    const changed = events.find((frame) => at(frame, "payload.reason") === "compact");
    const told = admin.frames.findLast((frame) => at(frame, "payload.reason") === "compact");
    expectConforms(at(changed, "payload"), at(told, "payload"));
  });

  test("refusals: a scope that is missing, a method that does not exist, parameters that are wrong", async () => {
    const reader = await connect();
    const gone = "sessions.compaction.list";
    const refusal = async (client: TestClient, method: string, params: unknown = {}) =>
      at(await client.ask(method, params), "error");
    expect(await refusal(reader, "device.pair.list")).toEqual(recordedRefusal("rpc/missing-scope"));
    expect(await refusal(reader, gone)).toEqual(
      at(capture("rpc/sessions.compaction.list"), "readOnlyResult"),
    );
    expect(await refusal(admin, gone)).toEqual(recordedRefusal("rpc/sessions.compaction.list"));
    expect(await refusal(admin, "gateway.suspend.prepare")).toEqual(recordedRefusal("suspend/prepare-empty"));
    expect(await refusal(reader, "sessions.branches.list", { key: "x" })).toEqual({
      code: "INVALID_REQUEST",
      message:
        "invalid sessions.branches.list params: must have required property 'sessionKey'; at root: unexpected property 'key'",
    });
    await reader.close();
  });

  test("the lease under which a gateway stands still", async () => {
    const reader = await connect(["operator.read", "operator.admin"]);
    let granted = await reader.ask("gateway.suspend.prepare", { requestId: "r" });
    if (at(granted, "payload.status") === "busy") {
      expectConforms(recordedAnswer("suspend/prepare-busy"), granted["payload"]);
      await clock.advance(5_000);
      granted = await reader.ask("gateway.suspend.prepare", { requestId: "r" });
    }
    expectConforms(recordedAnswer("suspend/prepare-lease"), granted["payload"]);
    const suspensionId = at(granted, "payload.suspensionId");
    const status = await reader.ask("gateway.suspend.status", { suspensionId });
    expectConforms(recordedAnswer("suspend/status-good"), status["payload"]);
    expect((await reader.ask("sessions.list"))["error"]).toEqual(recordedRefusal("suspend/while-sessions"));
    expect((await reader.ask("health"))["error"]).toEqual(recordedRefusal("suspend/while-health"));
    const resumed = await reader.ask("gateway.suspend.resume", { suspensionId });
    expect(resumed["payload"]).toEqual(recordedAnswer("suspend/resume-good"));
    await reader.close();
  });

  test("ticks and pushed health", () => {
    for (const event of ["tick", "health"]) {
      const [real, ours] = [[capture("events/idle")].flat(), admin.frames].map((all) =>
        all.find((frame) => at(frame, "event") === event),
      );
      // The capture's own measure of time.
      expectConforms(real, ours, { without: ["t", "wall"] });
    }
  });

  test("every frame of a turn, in the same order", () => {
    const real = [capture("context/second-turn.events")].flat();
    const ended = admin.frames.findIndex((frame) => at(frame, "payload.phase") === "end");
    const key = at(admin.frames[ended], "payload.sessionKey");
    const ours = admin.frames.slice(0, ended + 1).filter((frame) => at(frame, "payload.sessionKey") === key);
    const kinds = (frames: readonly unknown[]): string[] => frames.map(kindOfEvent);
    expect(kinds(ours)).toEqual(kinds(real));
    for (const [index, frame] of real.entries()) {
      expectConforms(at(frame, "payload"), at(ours[index], "payload"), {
        // What a run was asked for and got, in full.
        without: ["data.terminalReceipt"],
      });
    }
  });
});

/** What tells one frame of a turn from another. */
const kindOfEvent = (frame: unknown): string =>
  [
    at(frame, "event"),
    at(frame, "payload.reason"),
    at(frame, "payload.phase"),
    at(frame, "payload.state"),
    at(frame, "payload.stream"),
    at(frame, "payload.data.phase"),
    at(frame, "payload.message.role"),
  ]
    .filter((part) => typeof part === "string")
    .join(" ");

const list = (value: unknown, path: string): readonly unknown[] => {
  const found = at(value, path);
  return Array.isArray(found) ? found : [];
};
