import { expect, test } from "vitest";
import { startDemoFleet } from "../../src/demo/index.ts";
import { manualClock } from "./manual-clock.ts";
import { at, connectTo } from "./test-client.ts";

test("a demo of many gateways keeps those of the story first, and every one of them answers", async () => {
  await using fleet = await startDemoFleet({ clock: manualClock(), gateways: 7 });
  const names = fleet.gateways.map(({ name }) => name);
  expect(names.slice(0, 4)).toEqual(["prod-eu", "prod-us", "staging", "edge-1"]);
  expect(new Set(names).size).toBe(7);
  const last = fleet.gateways[6];
  if (last === undefined) throw new Error("no seventh gateway");
  const client = await connectTo(last);
  expect(at(await client.ask("sessions.list"), "payload.totalCount")).toBe(11);
});

test("a gateway that is told to chatter writes as many lines a second as it was told", async () => {
  const clock = manualClock();
  await using fleet = await startDemoFleet({
    clock,
    gateways: 1,
    scenario: "healthy",
    logLinesPerSecond: 25,
  });
  const [gateway] = fleet.gateways;
  if (gateway === undefined) throw new Error("no gateway");
  await clock.advance(4_000);
  const client = await connectTo(gateway);
  const lines = at(await client.ask("logs.tail", { limit: 1_000 }), "payload.lines") as readonly string[];
  const said = lines.filter((line) => line.includes("getUpdates") || line.includes("embedded run"));
  // Of the six remarks that take turns in a hundred lines, three.
  expect(said).toHaveLength(51);
});
