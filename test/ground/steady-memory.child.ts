import { setTimeout as pass } from "node:timers/promises";
import { getHeapSpaceStatistics } from "node:v8";
import { keepMemorySteadySoon } from "../../src/ground/index.ts";

/** Keeps a million small things, and says by how much the young generation grew for them. */
const youngBytes = (): number =>
  getHeapSpaceStatistics().find((space) => space.space_name === "new_space")?.space_size ?? 0;

if (process.argv[2] === "steady") {
  keepMemorySteadySoon();
  await pass(500);
}
const before = youngBytes();
const kept = Array.from({ length: 1_000_000 }, (_, at) => ({ at, values: [at, at] }));
process.send?.({ kept: kept.length, times: youngBytes() / before });
process.disconnect?.();
