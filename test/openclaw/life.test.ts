import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type LogNews, probeGateway, serviceOf, tailLogFile } from "../../src/clients/index.ts";
import { systemClock } from "../../src/ground/index.ts";
import { type RealGateway, startGateway, until } from "./kit/index.ts";
import { observe, settingsOf } from "./support/observer.ts";

let gateway: RealGateway;

beforeAll(async () => {
  gateway = await startGateway();
});

// A test that fails half-way must not take the following ones with it.
beforeEach(async () => {
  if (gateway.pid() === undefined) await gateway.start();
});

afterAll(() => gateway?.[Symbol.asyncDispose]());

const never = new AbortController().signal;
const probe = (timeoutMs = 60_000) =>
  probeGateway(gateway, { clock: systemClock }, { signal: never, timeoutMs });

describe("the life of a real gateway", () => {
  it("is told by HTTP alone as well, without taking the console's page for health", async () => {
    const report = await probe();
    expect(report).toMatchObject({
      contact: { kind: "answers" },
      health: { shape: "live", healthy: undefined },
      ready: { ready: true },
      startup: { phase: "started" },
      ignored: [],
    });
    const page = await fetch(`${gateway.httpUrl}/metrics`);
    expect([page.status, page.headers.get("content-type")]).toEqual([200, expect.stringContaining("html")]);
  });

  it("has a planned stop, an absence and a new boot, and its log is followed through all of it", async () => {
    await using eye = observe(gateway);
    await eye.state("up");
    const before = eye.gateway().hello?.bootId;
    const reading = new AbortController();
    const lines: string[] = [];
    const place = { kind: "file", path: gateway.logFile } as const;
    const follow = async (): Promise<void> => {
      const options = { last: 5, filter: { subsystem: "gateway" }, follow: true, signal: reading.signal };
      for await (const news of tailLogFile(place, options, systemClock)) {
        if (news.kind === "lines") lines.push(...news.lines.map((line) => line.message));
      }
    };
    const following = follow();

    const service = serviceOf(settingsOf(gateway), {
      clock: systemClock,
      env: process.env,
      uid: process.getuid?.() ?? 0,
      home: gateway.home,
    });
    expect(await service.status(never)).toMatchObject({ state: "running" });
    const stopped = await service.stop({ signal: never, drainBudgetMs: 60_000, settleMs: 500 });
    expect(stopped.outcome).toBe("done");
    await until("the end of the process", () => gateway.pid() === undefined);
    const gone = await eye.state("stopping");
    expect(gone.evidence).toMatch(/goodbye|as announced/);
    expect((await probe()).contact).toEqual({ kind: "refused" });

    await gateway.start();
    await eye.state("up");
    expect(eye.gateway().hello?.bootId).not.toBe(before);
    expect(eye.gateway().connection?.evidence).toMatch(/restarted as announced/);
    await until("the log of the new boot", () => lines.filter((line) => line === "gateway ready").length > 0);
    reading.abort();
    await following;
  });

  it("that ends without goodbye has crashed", async () => {
    await using eye = observe(gateway);
    await eye.state("up");
    await gateway.kill();
    const report = await eye.sees(
      "the crash",
      (it) => it.connection?.state.kind === "crashed" || it.connection?.state.kind === "down",
    );
    expect(report.connection?.evidence).toMatch(/without goodbye/);
    const service = serviceOf(settingsOf(gateway), {
      clock: systemClock,
      env: process.env,
      uid: process.getuid?.() ?? 0,
      home: gateway.home,
    });
    // The lock is still there; the process it names is not.
    expect((await service.status(never)).state).toBe("stopped");
    await gateway.launch();
    // Starting, or started already where the machine held us up for as long as that takes.
    await until("the start, as HTTP tells it", async () => (await probe(2_000)).startup?.phase, {
      withinMs: 150_000,
      everyMs: 50,
    });
    await eye.state("up", 150_000);
  });

  it("that starts again and again is a crash loop", async () => {
    await using eye = observe(gateway);
    await eye.state("up");
    for (let boot = 0; boot < 3; boot += 1) {
      const before = eye.gateway().hello?.bootId;
      await gateway.kill();
      await gateway.start("started");
      await eye.sees("the new boot", (it) => it.hello?.bootId !== before, 150_000);
    }
    const report = await eye.state("crash-loop");
    expect(report.evidence).toMatch(/3 new boots/);
    expect((await eye.alert("gateway-crash-loop")).evidence).toMatch(/3/);
  });

  it("whose configuration was broken runs on, and will not start again: both are told", async () => {
    const good = await gateway.readConfig();
    await gateway.writeConfig(good.slice(0, good.length / 2));
    await using eye = observe(gateway);
    const seen = await eye.sees("the broken file", (it) => it.config?.valid === false);
    expect(seen.connection?.state.kind).not.toBe("down");
    expect(seen.config?.issues.join()).toMatch(/\S/);
    await eye.alert("restart-will-fail");
    await gateway.stop();
    await gateway.launch();
    const exit = await gateway.exited();
    expect(exit.code).toBe(78);
    await eye.sees("its absence", (it) => it.connection?.state.kind !== "up");
    const news: LogNews[] = [];
    const options = { last: 50, filter: { atLeast: "warn" as const }, follow: false, signal: never };
    for await (const each of tailLogFile({ kind: "file", path: gateway.logFile }, options, systemClock))
      news.push(each);
    expect(
      news.some((each) => each.kind === "lines" && each.lines.some((line) => /config/i.test(line.message))),
    ).toBe(true);
    await gateway.writeConfig(good);
  });
});
