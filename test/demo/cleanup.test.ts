import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { startDemoFleet } from "../../src/demo/index.ts";
import { manualClock } from "./manual-clock.ts";
import { at, connectTo } from "./test-client.ts";

const run = promisify(execFile);
const door = new URL("../../src/demo/index.ts", import.meta.url).href;

test("stopping leaves no folder, no listener and no timer", async () => {
  const clock = manualClock();
  const fleet = await startDemoFleet({ clock });
  const [gateway] = fleet.gateways;
  if (gateway === undefined) throw new Error("no gateway");
  const client = await connectTo(gateway);
  await clock.advance(8_000);
  await fleet.stop();
  expect((await client.closed).code).toBe(1006);
  expect(clock.timers()).toBe(0);
  expect(existsSync(dirname(dirname(gateway.stateDir)))).toBe(false);
  for (const { url } of fleet.gateways) {
    await expect(fetch(`${url.replace("ws:", "http:")}/healthz`)).rejects.toThrow("fetch failed");
  }
  await fleet.stop();
});

test("stopping in the middle of a restart waits for it and leaves nothing either", async () => {
  const clock = manualClock();
  const fleet = await startDemoFleet({ clock });
  await clock.advance(12_500);
  await fleet.stop();
  expect(clock.timers()).toBe(0);
  expect(existsSync(dirname(dirname(fleet.gateways[0]?.stateDir ?? "/")))).toBe(false);
});

test("a program that stopped its fleet ends by itself", async () => {
  const program = `
    import { startDemoFleet } from ${JSON.stringify(door)};
    { await using fleet = await startDemoFleet({ speed: 50 }); process.stdout.write(fleet.gateways.length + " gateways"); }`;
  const { stdout, stderr } = await run(process.execPath, ["--input-type=module", "-e", program]);
  expect(stdout).toBe("4 gateways");
  expect(stderr).toBe("");
});

test("a program that forgot to stop its fleet takes the folder along when it ends", async () => {
  const program = `
    import { startDemoFleet } from ${JSON.stringify(door)};
    const fleet = await startDemoFleet({ gateways: 1 });
    console.log(fleet.gateways[0].stateDir);
    process.exit(0);`;
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", program]);
  expect(existsSync(dirname(dirname(stdout.trim())))).toBe(false);
});

test("the next demo removes the folder of one that was killed", async () => {
  const program = `
    import { startDemoFleet } from ${JSON.stringify(door)};
    const fleet = await startDemoFleet({ gateways: 1 });
    process.stdout.write(fleet.gateways[0].stateDir, () => process.kill(process.pid, "SIGKILL"));`;
  const killed: unknown = await run(process.execPath, ["--input-type=module", "-e", program]).catch(
    (error: unknown) => error,
  );
  const folder = dirname(dirname(String(at(killed, "stdout"))));
  // Another test may have started a fleet by now, and removed it already.
  expect(folder).toContain("clawback-demo-");
  await using _next = await startDemoFleet({ clock: manualClock(), gateways: 1 });
  expect(existsSync(folder)).toBe(false);
});

test("a gateway of another name is not there", async () => {
  await using fleet = await startDemoFleet({ clock: manualClock(), gateways: 1 });
  expect(() => fleet.control("prod-mars")).toThrow("No gateway of the demo is called prod-mars.");
});
