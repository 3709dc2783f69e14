import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clawback, type Answer } from "../../support/command-line.ts";
import { eventually } from "../../support/soon.ts";
import { configuredFleet, type ConfiguredFleet } from "./fleet.ts";

type Guard = { readonly said: () => string; readonly stop: () => Promise<Answer> };

const guarding = (fleet: ConfiguredFleet): Guard => {
  const interrupted = new AbortController();
  let said = "";
  const answer = fleet.run(["guard"], {
    signal: interrupted.signal,
    out: (text) => {
      said += text;
    },
  });
  return {
    said: () => said,
    stop: () => {
      interrupted.abort();
      return answer;
    },
  };
};

describe("while a guard watches a fleet in trouble", () => {
  let fleet: ConfiguredFleet;
  let guard: Guard;
  const firing = async (): Promise<
    readonly { id: string; rule: string; state: string; gateway: string }[]
  > => {
    const { alerts } = JSON.parse((await fleet.run(["alerts", "list", "--json"])).out) as {
      alerts: { id: string; rule: string; state: string; gateway: string }[];
    };
    return alerts;
  };
  beforeAll(async () => {
    // No faster: where a machine that is busy holds it up for a second, that must not be half of its story.
    fleet = await configuredFleet({ scenario: "incident", speed: 20 });
    guard = guarding(fleet);
    // Until the guard itself has said so: while it still joins, a listing looks by itself, and may see it first.
    await eventually(
      () => Promise.resolve(guard.said()),
      (said) => said.includes(" session-dead "),
    );
    await eventually(firing, (alerts) => alerts.some(({ rule }) => rule === "session-dead"));
  });
  afterAll(async () => {
    await guard.stop();
    await fleet[Symbol.asyncDispose]();
  });

  it("every command knows what it knows, and the guard said it with a next step", async () => {
    expect(guard.said()).toMatch(
      / ❌ fired prod-eu P1 session-dead agent:main:console-big: .*\n +next: clawback /,
    );
    const list = await fleet.run(["alerts"]);
    expect(list.err).toBe("");
    expect(list.out).toMatch(/^❌ a\w+ {2}prod-eu\n {5}P1 session-dead agent:main:console-big: /m);
    expect(list.code).toBe(1);
    const status = await fleet.run(["guard", "status"]);
    expect(status.out).toMatch(/^✅ Watched: /);
    expect(status.code).toBe(0);
  });

  it("nothing is said of a gateway that nobody has, as if it were well", async () => {
    for (const words of [
      ["alerts", "list"],
      ["incident", "list"],
      ["mark", "deploy"],
      ["alerts", "silence", "gateway-down"],
    ]) {
      const answer = await fleet.run([...words, "--gateway", "prod-euu"]);
      expect(answer.err).toContain('No gateway is called "prod-euu". Did you mean prod-eu?');
      expect(answer).toMatchObject({ code: 2, out: "" });
    }
    const [sick] = await firing();
    const url = fleet.demo.gateways.find(({ name }) => name === sick?.gateway)?.url ?? "";
    const named = await fleet.run(["alerts", "list", "--json", "--gateway", url]);
    expect((JSON.parse(named.out) as { alerts: { id: string }[] }).alerts.map(({ id }) => id)).toContain(
      sick?.id,
    );
    // Nobody watches that one: it is looked at.
    const stranger = await fleet.run(["alerts", "list", "--gateway", "ws://127.0.0.1:1"]);
    expect(stranger.err).toContain("Nobody watches all the time");
  });

  it("an acknowledgement is on the list at once, with who and why", async () => {
    const alert = (await firing()).find(({ rule }) => rule === "session-dead");
    const answer = await fleet.run(["alerts", "ack", alert?.id ?? "", "--note", "on it"]);
    expect(answer).toEqual({
      code: 0,
      err: "",
      out: `✅ Acknowledged ${alert?.id ?? ""}: session-dead on prod-eu, by ada\n`,
    });
    await eventually(firing, (alerts) =>
      alerts.some(({ id, state }) => id === alert?.id && state === "acknowledged"),
    );
    expect((await fleet.run(["alerts", "list"])).out).toContain("acknowledged by ada");
  });

  it("an incident is listed and told as Markdown, as JSON and as a file that is never overwritten", async () => {
    await eventually(
      () => fleet.run(["incident", "list"]),
      ({ out }) => out.includes("session-dead on prod-eu"),
    );
    const { out, code } = await fleet.run(["incident", "list"]);
    expect(out).toMatch(/^ID +P +STATE +BEGAN +GATEWAYS +WHAT\n/);
    expect(code).toBe(1);
    const report = await fleet.run(["incident", "report", "--gateway", "prod-eu", "--out", "report.md"]);
    expect(report).toMatchObject({ code: 0, out: "" });
    const text = await readFile(join(fleet.home, "report.md"), "utf8");
    expect(text).toMatch(/^# P[0-3] /);
    for (const part of ["## Alerts", "## Timeline", "## Runbook"]) expect(text).toContain(part);
    expect((await fleet.run(["incident", "report", "--out", "report.md"])).code).toBe(2);
    const json = JSON.parse((await fleet.run(["incident", "report", "--json"])).out) as object;
    expect(json).toMatchObject({ state: "open", runbook: expect.any(Array) as unknown[] });
    expect((await fleet.run(["incident", "report", "none"])).err).toContain('There is no incident "none"');
  });

  it("an incident is explained on one screen, with steps that can be ticked off and notes", async () => {
    await eventually(
      () => fleet.run(["incident", "show"]),
      ({ out }) => /next +clawback/.test(out),
    );
    const shown = await fleet.run(["incident", "show"]);
    expect(shown.code).toBe(1);
    for (const part of ["incident ", "began ", "evidence ", "last good ", "next "]) {
      expect(shown.out).toMatch(new RegExp(`^ {3}${part}`, "m"));
    }
    const lines = shown.out.trimEnd().split("\n");
    expect(lines.length).toBeLessThanOrEqual(23);
    expect(lines.filter((line) => line.length > 80 && !line.includes("clawback"))).toEqual([]);
    const [, step = ""] = /\[ \] (\S+):/.exec(shown.out) ?? [];
    const [, id = ""] = /incident {2}(i\w+),/.exec(shown.out) ?? [];
    expect((await fleet.run(["incident", "done", id, step])).out).toContain(`✅ Done: ${step}.`);
    expect((await fleet.run(["incident", "note", id, "called", "the", "provider"])).code).toBe(0);
    const report = await eventually(
      () => fleet.run(["incident", "report", id]),
      ({ out }) => out.includes("called the provider") && /- \[x\]/.test(out),
    );
    expect(report.out).toMatch(/- \[x\] .*\(ada, /);
    expect((await fleet.run(["incident", "done", id, "no-such-step"])).err).toContain("no-such-step");
    expect((await fleet.run(["incident", "done", id, step, "--undo"])).out).toContain("No longer done");
  });

  it("a changed configuration is in force at once, after a look at what changes", async () => {
    expect((await fleet.run(["config", "apply"])).out).toContain("✅ Applied: whoever watches");
    const config = JSON.parse(await readFile(fleet.configFile, "utf8")) as object;
    const rules = { "session-dead": { enabled: false } };
    await writeFile(fleet.configFile, JSON.stringify({ ...config, alerts: { rules } }));
    const dry = await fleet.run(["config", "apply", "--dry-run"]);
    expect(dry.out).toContain("+ alerts.rules.session-dead.enabled: false\n");
    expect((await firing()).some(({ rule }) => rule === "session-dead")).toBe(true);
    expect((await fleet.run(["config", "apply"])).code).toBe(0);
    await eventually(firing, (alerts) => alerts.every(({ rule }) => rule !== "session-dead"));
    expect((await fleet.run(["config", "apply"])).out).toContain("Nothing has changed");
    await writeFile(fleet.configFile, "{ alerts: { rules: { 'sesion-dead': {} } } }");
    const broken = await fleet.run(["config", "apply"]);
    expect(broken.code).toBe(2);
    expect(broken.err).toContain("Did you mean session-dead?");
    await writeFile(fleet.configFile, JSON.stringify(config));
  });

  it("a mark and a silence made by a command reach it", async () => {
    const mark = await fleet.run(["mark", "deploy", "1.2", "--gateway", "prod-us"]);
    expect(mark.out).toMatch(/^✅ Marked \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ on prod-us: deploy 1\.2\n$/);
    const silenced = await fleet.run(["alerts", "silence", "channel-disconnected", "--for", "30m"]);
    expect(silenced.out).toMatch(/^✅ Silenced channel-disconnected on every gateway for 30m, until /);
    const id = /alerts unsilence (\S+)/.exec(silenced.out)?.[1] ?? "";
    expect((await fleet.run(["alerts", "unsilence", id])).code).toBe(0);
    expect((await fleet.run(["alerts", "unsilence", id])).code).toBe(2);
  });

  it("a second guard says that it is the second", async () => {
    const interrupted = new AbortController();
    const second = await fleet.run(["guard"], {
      signal: interrupted.signal,
      err: (text) => {
        if (text.includes("ctrl-c")) interrupted.abort();
      },
    });
    expect(second.code).toBe(130);
    expect((await fleet.run(["guard", "status"])).code).toBe(0);
  });
});

describe("where nobody watches", () => {
  it("alerts are one look, and that is said; nothing is left behind", async () => {
    await using fleet = await configuredFleet();
    const { out, err, code } = await fleet.run(["alerts", "list"]);
    expect(out).toBe("✅ No alert fires\n");
    expect(err).toMatch(/^Nobody watches all the time/);
    expect(code).toBe(0);
    expect(await fleet.run(["guard", "status", "--json"])).toMatchObject({ code: 1 });
    await expect(readFile(join(fleet.home, ".local/state/clawback/history.sqlite"))).rejects.toThrow(
      "ENOENT",
    );
  });

  it("guard --once looks, remembers, and lets go", async () => {
    await using fleet = await configuredFleet({ gateways: 2 });
    const { out, code } = await fleet.run(["guard", "--once"]);
    expect({ out, code }).toEqual({ out: "✅ Looked at 2 gateways: all well\n", code: 0 });
    expect((await fleet.run(["guard", "status", "--json"])).code).toBe(1);
  });

  it("guarding the demo leaves no history behind", async () => {
    await using fleet = await configuredFleet({ gateways: 1 });
    const home = { env: { HOME: join(fleet.home, "another") } };
    const { out, err } = await clawback(["guard", "--once"], home);
    expect(err).toMatch(/^DEMO FLEET/);
    expect(out).toContain("Looked at 4 gateways");
    expect((await clawback(["guard", "status", "--json"], home)).out).toContain('"lastSeen":null');
  });

  it.each([
    ["an alert nobody knows", ["alerts", "ack", "a000000"], "There is no firing alert a000000."],
    ["a rule that is none", ["alerts", "silence", "nonsense"], "There is no rule nonsense."],
    [
      "a silence without end",
      ["alerts", "silence", "silent", "--for", "365d"],
      "--for takes a time of up to 30d.",
    ],
  ])("%s is refused with a hint", async (_what, argv, line) => {
    await using fleet = await configuredFleet({ gateways: 1 });
    const { err, code } = await fleet.run(argv);
    expect(err.split("\n")[0]).toBe(`clawback: ${line}`);
    expect(err.split("\n")[1]).toMatch(/^ {2}\S/);
    expect(code).toBe(2);
  });

  it("--read-only refuses whatever writes", async () => {
    await using fleet = await configuredFleet({ gateways: 1 });
    for (const argv of [
      ["mark", "x"],
      ["alerts", "silence", "silent"],
      ["service", "stop"],
    ]) {
      const { err, code } = await fleet.run([...argv, "--read-only", "--yes"]);
      expect(err).toContain("--read-only");
      expect(code).toBe(5);
    }
  });
});

describe("rules and outputs", () => {
  it("rules are listed with the thresholds as they are set", async () => {
    await using fleet = await configuredFleet({
      gateways: 1,
      config: {
        alerts: {
          rules: { silent: { enabled: false } },
          own: [{ name: "too-many", when: "agent_count > 10 and lag_p99 > 200ms for 2m" }],
        },
      },
    });
    const { out } = await fleet.run(["alerts", "rules"]);
    expect(out).toMatch(/^P\d silent +\w+ +OFF /m);
    expect(out).toMatch(/^P3 too-many +warning +own /m);
    const { rules } = JSON.parse((await fleet.run(["alerts", "rules", "--json"])).out) as {
      rules: unknown[];
    };
    expect(rules.length).toBeGreaterThan(20);
  });

  it("a test goes through every output, and one that fails is told with exit 1", async () => {
    await using fleet = await configuredFleet({
      gateways: 1,
      config: {
        alerts: {
          outputs: {
            exec: [
              { name: "good", argv: [process.execPath, "-e", "0"] },
              { name: "bad", argv: [process.execPath, "-e", "process.exit(3)"] },
            ],
          },
        },
      },
    });
    const { out, code } = await fleet.run(["alerts", "test"]);
    expect(out).toContain("✅ good: delivered\n❌ bad: The hook bad ended with 3.\n");
    expect(code).toBe(1);
  });
});
