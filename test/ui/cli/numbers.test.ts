import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseExposition } from "../../../src/clients/probes/prometheus/parse.ts";
import { replay } from "../../../src/watch/index.ts";
import { clawback } from "../../support/command-line.ts";
import { eventually } from "../../support/soon.ts";
import { configuredFleet, type ConfiguredFleet } from "./fleet.ts";

let fleet: ConfiguredFleet;
beforeAll(async () => {
  fleet = await configuredFleet();
});
afterAll(() => fleet[Symbol.asyncDispose]());

const startedAgain = async (name: string): Promise<void> => {
  await fleet.demo.control(name).start();
  await eventually(
    () => fleet.run(["health", "--gateway", name]),
    ({ code }) => code === 0,
  );
};

describe("health", () => {
  it("says of each gateway whether it answers and is ready", async () => {
    const { out, code } = await fleet.run(["health"]);
    expect(out.trimEnd().split("\n")).toEqual(
      ["prod-eu", "prod-us", "staging", "edge-1"].map(
        (name) =>
          expect.stringMatching(new RegExp(`^✅ ${name} +up · answers in \\d+ ms · ready$`)) as string,
      ),
    );
    expect(code).toBe(0);
  });

  it("exits 3 for one that stands still, and says so", async () => {
    fleet.demo.control("staging").freeze();
    const { out, code } = await fleet.run(["health", "--json", "--gateway", "staging"]);
    expect(JSON.parse(out)).toMatchObject({
      gateways: [{ name: "staging", state: "frozen", verdict: "unreachable", healthy: false, ready: null }],
    });
    expect(code).toBe(3);
    await fleet.demo.control("staging").kill();
    await startedAgain("staging");
  });
});

describe("metrics", () => {
  it("are Prometheus text that our own parser takes whole", async () => {
    const { out, code } = await fleet.run(["metrics"]);
    const { samples, types, refused } = parseExposition(out);
    expect({ code, refused }).toEqual({ code: 0, refused: 0 });
    expect(new Set(samples.map(({ name }) => types.get(name)))).toEqual(new Set(["gauge"]));
    expect(samples.filter(({ name }) => name === "clawback_gateway_up").map(({ value }) => value)).toEqual([
      1, 1, 1, 1,
    ]);
    const rss = samples.find(
      ({ name, labels }) => name === "clawback_rss_bytes" && labels.get("gateway") === "prod-us",
    );
    expect(rss?.value).toBeGreaterThan(1e8);
    const uptime = samples.find(({ name }) => name === "clawback_uptime_seconds");
    expect(uptime?.value).toBeGreaterThanOrEqual(76.4 * 3_600);
    expect(uptime?.value).toBeLessThan(78 * 3_600);
  });

  it("are the same as JSON with either option, and 0 is told of one that is gone", async () => {
    await fleet.demo.control("edge-1").kill();
    for (const form of [["--json"], ["--format", "json"]]) {
      const { out, code } = await fleet.run(["metrics", ...form, "--gateway", "edge-1"]);
      expect(JSON.parse(out)).toMatchObject({
        gateways: [{ name: "edge-1", up: false, state: "down", metrics: { rss: null } }],
      });
      expect(code).toBe(3);
    }
    await startedAgain("edge-1");
  });

  it("keep a label whole whatever is in it", async () => {
    await using odd = await configuredFleet({ gateways: 1, perGateway: { labels: ['a"b\\c\nd'] } });
    const { samples, refused } = parseExposition((await odd.run(["metrics"])).out);
    expect(refused).toBe(0);
    const info = samples.find(({ name }) => name === "clawback_gateway_info");
    expect(info?.labels.get("labels")).toBe('a"b\\c\nd');
  });
});

describe("watch", () => {
  it("prints events that replay to the same gateways, one JSON document a line", async () => {
    const enough = new AbortController();
    const up = new Set<string>();
    let out = "";
    await fleet.run(["watch"], {
      signal: enough.signal,
      out: (text) => {
        out += text;
        for (const [, name = ""] of text.matchAll(/"kind":"up"[^\n]*"gateway":"([^"]+)"/g)) up.add(name);
        if (up.size === 4) enough.abort();
      },
    });
    const lines = out.trimEnd().split("\n");
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ clawbackRecording: 1 });
    const { model } = replay(lines);
    expect(model.gateways.map(({ identity, connection }) => [identity.name, connection?.state.kind])).toEqual(
      [
        ["prod-eu", "up"],
        ["prod-us", "up"],
        ["staging", "up"],
        ["edge-1", "up"],
      ],
    );
  });

  it("ends by itself when its time is over, with a recording that is whole", async () => {
    const { out, code } = await fleet.run(["watch", "--for", "300ms"]);
    expect(() => replay(out.trimEnd().split("\n"))).not.toThrow();
    expect(code).toBe(0);
  });

  it("prints only the kinds that were asked for", async () => {
    const enough = new AbortController();
    let out = "";
    await fleet.run(["watch", "--kind", "connection", "--kind", "agents"], {
      signal: enough.signal,
      out: (text) => {
        out += text;
        if (text.includes('"kind":"agents"')) enough.abort();
      },
    });
    const kinds = out
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { event: { kind: string } }).event.kind);
    expect(new Set(kinds)).toEqual(new Set(["connection", "agents"]));
  });

  it("ends with 130 when interrupted", async () => {
    const interrupted = new AbortController();
    const { code, err } = await fleet.run(["watch"], {
      signal: interrupted.signal,
      out: (text) => {
        if (text.includes('"up"')) interrupted.abort();
      },
    });
    expect({ code, err }).toEqual({ code: 130, err: "" });
  });
});

describe("a command that waits", () => {
  it.each([["status"], ["health"], ["metrics"], ["doctor"], ["alerts"], ["incident", "list"]])(
    "ends with 130 and without a word when interrupted: %s",
    async (...words) => {
      const interrupted = new AbortController();
      interrupted.abort();
      const answer = await clawback([...words, "--gateway", "ws://127.0.0.1:9"], {
        signal: interrupted.signal,
      });
      expect(answer.code).toBe(130);
      expect(answer.err).not.toMatch(/at .*\.ts/);
    },
  );
});
