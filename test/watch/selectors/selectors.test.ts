import { describe, expect, it } from "vitest";
import {
  fleetCounts,
  fleetRows,
  judgedAgainAt,
  mergedLog,
  ruleRows,
  alertSettings,
  timeAxis,
  type Model,
  type Operation,
} from "../../../src/watch/index.ts";
import { hello, midnight, up, Watching } from "../../support/replay.ts";

const terminal = (connected: boolean) =>
  ({
    kind: "channels",
    channels: [
      {
        id: "telegram",
        account: "default",
        configured: true,
        enabled: true,
        running: connected,
        connected,
        terminal: !connected,
      },
    ],
    issues: [],
  }) as const;

const countsOf = (model: Model) => fleetCounts(fleetRows(model).map(({ condition }) => condition));

describe("a fleet row", () => {
  it("calls a gateway that answers and is in trouble sick, and says why", () => {
    const watch = new Watching(["a", "b"]);
    for (const name of ["a", "b"]) watch.hear(name, up(watch.now), hello("1"), terminal(true));
    watch.wait(1_000).hear("a", terminal(false)).wait(1_000);
    const [a, b] = fleetRows(watch.model);
    expect(a?.condition).toMatchObject({ word: "sick", severity: "critical" });
    expect(a?.condition.reasons[1]?.text).toContain("telegram (default) disconnected for good");
    expect(a?.channels).toEqual({ connected: 0, configured: 1 });
    expect(a?.topAlert?.rule).toBe("channel-disconnected");
    expect(b?.condition).toMatchObject({ word: "up", severity: "ok" });
    expect(countsOf(watch.model)).toMatchObject({ gateways: 2, ok: 1, critical: 1 });
  });

  it("does not call it sick by alerts from before we were at work on it, until they are judged again", () => {
    const watch = new Watching(["a"]);
    watch.hear("a", up(watch.now), hello("1"), terminal(true)).wait(1_000);
    watch.hear("a", terminal(false)).wait(1_000);
    const restore = {
      id: "o1",
      kind: "restore",
      gateway: "a",
      startedAt: watch.now,
      step: "",
      disturbs: true,
    } as const;
    const tell = (operation: Operation) => watch.tell({ kind: "operation", at: watch.now, operation });
    const shown = () => fleetRows(watch.model)[0]?.condition.word;
    tell(restore);
    expect(shown()).toBe("sick");
    tell({ ...restore, ended: { at: watch.now, ok: true, text: "restored" } });
    expect(fleetRows(watch.model)[0]?.condition).toMatchObject({ word: "settling", severity: "maintenance" });
    expect(countsOf(watch.model)).toMatchObject({ critical: 0, maintenance: 1 });
    const [alert] = watch.gateway("a").alerts;
    if (alert === undefined) throw new Error("no alert fires");
    expect(judgedAgainAt(watch.model, alert)).toBe(watch.now + 60_000);
    expect(judgedAgainAt(watch.model, { ...alert, rule: "restore-mismatch" })).toBeUndefined();
    watch.wait(60_000);
    expect(shown()).toBe("sick");
    expect(judgedAgainAt(watch.model, alert)).toBeUndefined();
  });

  it("shows the memory of the last hour in steps of five minutes, the newest at the end", () => {
    const watch = new Watching(["a"]);
    watch.hear("a", up(watch.now), hello("1"));
    for (const rssBytes of [100e6, 200e6, 300e6]) {
      watch.hear("a", { kind: "system", system: { rssBytes } }).wait(300_000);
    }
    const trend = () => fleetRows(watch.model)[0]?.rssTrend ?? [];
    expect(trend().length).toBeLessThanOrEqual(4);
    expect([...new Set(trend())]).toEqual([100e6, 200e6, 300e6]);
    watch.hear("a", { kind: "system", system: { rssBytes: 400e6 } }).wait(10_000);
    expect(trend().at(-1)).toBe(400e6);
  });

  it("calls it sick at once by what is judged even while we are at work on it", () => {
    const watch = new Watching(["a"]);
    watch.hear("a", up(watch.now), hello("1")).wait(1_000);
    const at = watch.now;
    watch.tell({
      kind: "operation",
      at,
      operation: {
        id: "o1",
        kind: "restore",
        gateway: "a",
        startedAt: at,
        step: "",
        disturbs: true,
        ended: { at, ok: true, text: "restored" },
      },
    });
    const mismatches = ["2 of 3 sessions are there"];
    watch.tell({
      kind: "restore-ended",
      at,
      restore: { at, gateway: "a", snapshot: "s1", outcome: "restored", mismatches },
    });
    watch.wait(1_000);
    expect(watch.firing("a")).toEqual(["restore-mismatch"]);
    expect(fleetRows(watch.model)[0]?.condition.severity).not.toBe("maintenance");
  });

  it("lets the uptime run on, and stops it with the gateway", () => {
    const watch = new Watching(["a"]);
    watch.hear("a", up(watch.now), hello("1", "2026.9.6", 60_000)).wait(30_000);
    expect(fleetRows(watch.model)[0]?.uptimeMs).toBe(90_000);
    watch
      .hear("a", {
        kind: "connection",
        report: { state: { kind: "down" }, since: watch.now, evidence: "refused" },
      })
      .wait(42_000);
    expect(fleetRows(watch.model)[0]).toMatchObject({ condition: { word: "down 42s" } });
    expect(fleetRows(watch.model)[0]?.uptimeMs).toBeUndefined();
  });

  it("names the session with the highest pressure", () => {
    const watch = new Watching(["a"]);
    const session = (key: string, estimatedPromptTokens: number) => ({
      key,
      agentId: "main",
      running: false,
      budget: {
        estimatedPromptTokens,
        promptBudgetTokens: 100,
        overflowTokens: 0,
        route: "fits",
        shouldCompact: false,
      },
    });
    watch.hear("a", {
      kind: "sessions",
      total: 9,
      sessions: [session("x", 20), session("y", 70), session("z", 30)],
    });
    expect(fleetRows(watch.model)[0]).toMatchObject({ pressure: { value: 0.7, session: "y" }, sessions: 9 });
  });
});

describe("the merged log", () => {
  it("is in order of time over all gateways, from a level on", () => {
    const watch = new Watching(["a", "b"]);
    const line = (seconds: number, level: "info" | "error") => ({
      at: midnight + seconds * 1_000,
      level,
      subsystem: "x",
      message: `${seconds}`,
    });
    watch.wait(10_000);
    watch.hear("a", { kind: "log", lines: [line(1, "error"), line(5, "error"), line(6, "info")] });
    watch.hear("b", { kind: "log", lines: [line(2, "error"), line(4, "error")] });
    const lines = mergedLog(watch.model, { from: "warn", limit: 3 });
    expect(lines.map((each) => `${each.gateway}${each.message}`)).toEqual(["b2", "b4", "a5"]);
  });
});

describe("the time axis", () => {
  it("shows alerts, snapshots, marks, onset and last good in their columns", () => {
    const watch = new Watching(["a"]);
    watch.hear("a", up(watch.now), hello("1"), terminal(true)).wait(60_000);
    watch.tell({
      kind: "snapshot-taken",
      at: watch.now,
      snapshot: {
        id: "s1",
        gateway: "a",
        at: watch.now,
        kind: "full",
        verification: { kind: "passed", at: watch.now },
        vitals: {},
        takenDuring: [],
      },
    });
    watch
      .wait(60_000)
      .tell({ kind: "mark", at: watch.now, mark: { at: watch.now, text: "deploy", by: "ci" } });
    watch.wait(60_000).hear("a", terminal(false)).wait(60_000).hear("a", terminal(true)).wait(60_000);
    const axis = timeAxis(watch.model, { columns: 5, windowMs: 300_000 });
    expect(axis.buckets.map((bucket) => bucket.severity ?? "-")).toEqual([
      "-",
      "-",
      "-",
      "critical",
      "critical",
    ]);
    expect(axis.buckets.map((bucket) => bucket.snapshot?.kind ?? "-")).toEqual(["-", "full", "-", "-", "-"]);
    expect(axis.marks.map((mark) => [mark.text, mark.column])).toEqual([["deploy", 2]]);
    expect(axis.onset?.column).toBe(3);
    expect(axis.lastGood).toMatchObject({ snapshot: "s1", column: 1, verified: true });
  });

  it("shows the trouble of the gateway that is meant, and without one the most urgent", () => {
    const watch = new Watching(["a", "b"]);
    watch.hear("a", up(watch.now), hello("1"), terminal(true)).wait(120_000);
    watch.hear("a", terminal(false)).wait(60_000).hear("a", terminal(true)).wait(120_000);
    const [urgent] = watch.model.incidents;
    if (urgent === undefined) throw new Error("nothing became of it");
    const later = { at: urgent.onset.at + 120_000, reason: "later" };
    const other = { ...urgent, id: "other", priority: "P3" as const, gateways: ["b"], onset: later };
    const model = { ...watch.model, incidents: [urgent, other] };
    const onsetOf = (about?: string) =>
      timeAxis(model, { columns: 5, windowMs: 300_000, ...(about === undefined ? {} : { about }) }).onset
        ?.column;
    expect([onsetOf(), onsetOf("a"), onsetOf("b")]).toEqual([2, 2, 4]);
  });
});

describe("the list of rules", () => {
  it("shows each threshold as it is set, in words", () => {
    const rows = ruleRows(
      alertSettings.parse({
        rules: { "disk-low": { warning: "5GB" }, silent: { enabled: false } },
        own: [{ name: "mine", when: "rss > 1GB for 5m" }],
      }),
    );
    expect(rows.find((row) => row.id === "disk-low")?.thresholds).toEqual([
      { name: "warning", value: 5e9, words: "5.0 GB", changed: true },
      { name: "critical", value: 5e8, words: "500 MB", changed: false },
    ]);
    expect(rows.find((row) => row.id === "silent")?.enabled).toBe(false);
    expect(rows.at(-1)).toMatchObject({
      id: "mine",
      own: true,
      forMs: 300_000,
      explains: "rss > 1GB for 5m",
    });
  });
});
