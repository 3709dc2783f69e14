import { afterAll, beforeAll, expect, test } from "vitest";
import { startDemoFleet, type DemoFleet } from "../../src/demo/index.ts";
import { manualClock, type ManualClock } from "./manual-clock.ts";
import { at, connectTo, type TestClient } from "./test-client.ts";

let clock: ManualClock;
let fleet: DemoFleet;
let client: TestClient;

beforeAll(async () => {
  clock = manualClock();
  fleet = await startDemoFleet({ clock, gateways: 1, scenario: "healthy" });
  const [gateway] = fleet.gateways;
  if (gateway === undefined) throw new Error("no gateway");
  client = await connectTo(gateway);
  await clock.advance(60_000);
});
afterAll(() => fleet.stop());

const linesOf = (answer: unknown): readonly unknown[] => {
  const lines = at(answer, "payload.lines");
  return Array.isArray(lines) ? lines : [];
};

test("a slow answer comes after a quick one that was asked for later", async () => {
  const slow = client.ask("config.get");
  const quick = client.ask("system.info");
  const [slowAnswer, quickAnswer] = await Promise.all([slow, quick]);
  expect(client.frames.indexOf(quickAnswer)).toBeLessThan(client.frames.indexOf(slowAnswer));
});

test("the log's tail goes on from its cursor, and says when it left lines out", async () => {
  const all = await client.ask("logs.tail", { limit: 1_000 });
  expect(linesOf(all).length).toBeGreaterThan(3);
  const two = await client.ask("logs.tail", { limit: 2 });
  expect(linesOf(two)).toEqual(linesOf(all).slice(-2));
  expect(at(two, "payload.truncated")).toBe(true);
  const cursor = at(two, "payload.cursor");
  expect(linesOf(await client.ask("logs.tail", { cursor }))).toEqual([]);
  await clock.advance(30_000);
  const fresh = await client.ask("logs.tail", { cursor });
  expect(linesOf(fresh).length).toBeGreaterThan(0);
  expect(at(fresh, "payload")).toMatchObject({ truncated: false, reset: false });
  expect(at(await client.ask("logs.tail", { cursor: 1e9 }), "payload.reset")).toBe(true);
});

test("a list of sessions can be walked in pages", async () => {
  const keys: unknown[] = [];
  for (let offset: unknown = 0; offset !== null;) {
    const page = await client.ask("sessions.list", { limit: 10, offset });
    const rows = at(page, "payload.sessions");
    keys.push(...(Array.isArray(rows) ? rows : []).map((row: unknown) => at(row, "key")));
    offset = at(page, "payload.nextOffset");
  }
  expect(new Set(keys).size).toBe(41);
  expect(keys).toHaveLength(41);
});

test("whoever asks for health makes everybody hear of it", async () => {
  const [gateway] = fleet.gateways;
  if (gateway === undefined) throw new Error("no gateway");
  const other = await connectTo(gateway);
  await client.ask("health");
  const pushed = await other.until(({ event }) => event === "health");
  expect(at(pushed, "payload.ok")).toBe(true);
  await other.close();
});

test("two seeds tell two stories", async () => {
  await using other = await startDemoFleet({ clock: manualClock(), gateways: 1, seed: 2 });
  expect(other.gateways[0]?.token).not.toBe(fleet.gateways[0]?.token);
});
