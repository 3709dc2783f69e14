import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clawback } from "../../support/command-line.ts";
import { eventually } from "../../support/soon.ts";
import { configuredFleet, type ConfiguredFleet } from "./fleet.ts";

let fleet: ConfiguredFleet;
beforeAll(async () => {
  fleet = await configuredFleet({ scenario: "incident", speed: 60 });
  await eventually(
    () => fleet.run(["logs", "--gateway", "prod-eu", "--grep", "ingress worker exited"]),
    ({ out }) => out !== "",
  );
});
afterAll(() => fleet[Symbol.asyncDispose]());

describe("logs over the wire", () => {
  it("come merged by time, with whose they are, the newest last", async () => {
    const { out, code } = await fleet.run(["logs", "--tail", "20"]);
    const lines = out.trimEnd().split("\n");
    expect(lines.length).toBeLessThanOrEqual(20);
    const times = lines.map((line) => line.slice(0, 19));
    expect(times).toEqual(times.toSorted());
    expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [a-z][\w-]* +[A-Z]+ /);
    // Its last words are in no file that could be found from here, and that is said by name.
    expect([0, 3]).toContain(code);
  });

  it("are filtered by level, channel and expression", async () => {
    const { out } = await fleet.run([
      "logs",
      "--gateway",
      "prod-eu",
      "--level",
      "error",
      "--channel",
      "telegram",
    ]);
    for (const line of out.trimEnd().split("\n")) expect(line).toMatch(/ (?:ERROR|FATAL) .*telegram/);
    const none = await fleet.run(["logs", "--gateway", "prod-eu", "--grep", "^nobody says this$"]);
    expect(none).toMatchObject({ out: "", err: "No line passes.\n", code: 0 });
  });

  it("are none with --tail 0, which is how one follows only what is new", async () => {
    await using fleet = await configuredFleet({ gateways: 1 });
    for (const source of ["wire", "auto"]) {
      const answer = await fleet.run(["logs", "--tail", "0", "--source", source]);
      expect(answer).toEqual({ code: 0, out: "", err: "" });
    }
  });

  it("are one document with --json", async () => {
    const { out } = await fleet.run(["logs", "--gateway", "prod-eu", "--tail", "2", "--json"]);
    const { lines } = JSON.parse(out) as { lines: { gateway: string; level: string }[] };
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatchObject({ gateway: "prod-eu", level: expect.any(String) as string });
  });

  it("go on until interrupted with --follow, nothing twice", async () => {
    const interrupted = new AbortController();
    const seen: string[] = [];
    const answer = fleet.run(["logs", "--gateway", "prod-eu", "--follow", "--tail", "1", "--json"], {
      signal: interrupted.signal,
      out: (text) => {
        seen.push(text);
        if (seen.length >= 4) interrupted.abort();
      },
    });
    expect((await answer).code).toBe(130);
    expect(new Set(seen).size).toBe(seen.length);
  });

  it("refuse an expression that cannot be one, and a time that is none", async () => {
    expect(await fleet.run(["logs", "--grep", "(a"])).toMatchObject({ code: 2, out: "" });
    expect(await fleet.run(["logs", "--since", "31 February"])).toMatchObject({ code: 2, out: "" });
  });
});

describe("logs of a gateway that does not answer", () => {
  it("come from the file its configuration names, and that is said", async () => {
    const { stateDir } = fleet.demo.gateways.find(({ name }) => name === "staging") ?? { stateDir: "" };
    await fleet.demo.control("staging").kill();
    const file = join(fleet.home, "staging.log");
    const configPath = join(stateDir, "openclaw.json");
    const config = JSON.parse(await readFile(configPath, "utf8")) as object;
    await writeFile(configPath, JSON.stringify({ ...config, logging: { file } }));
    const line = (message: string, at: string): string =>
      JSON.stringify({ time: at, message, _meta: { logLevelName: "WARN", name: '{"subsystem":"gateway"}' } });
    await mkdir(fleet.home, { recursive: true });
    await writeFile(
      file,
      `${line("before", "2026-11-20T01:00:00.000Z")}\n${line("its last \u001b[31mwords", "2026-11-20T02:00:00.000Z")}\n`,
    );
    const { out, err, code } = await fleet.run([
      "logs",
      "--gateway",
      "staging",
      "--since",
      "2026-11-20T01:30",
    ]);
    expect(out).toBe("2026-11-20 02:00:00 WARN  gateway  its last words\n");
    expect(err).toMatch(/^-- staging: .*; reading its log file --$/m);
    expect(code).toBe(0);
  });

  it("cannot be read of one that is elsewhere: exit 3, one line, a next step", async () => {
    const { out, err, code } = await clawback(["logs", "--gateway", "ws://127.0.0.1:9"]);
    expect(out).toBe("");
    expect(err).toMatch(/clawback: 127\.0\.0\.1:9: nobody listens/);
    expect(code).toBe(3);
  });
});
