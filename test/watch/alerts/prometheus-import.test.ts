import { describe, expect, it } from "vitest";
import { alertSettings, prometheusMetrics, readPrometheusRules } from "../../../src/watch/index.ts";

const file = `groups:
  - name: openclaw
    rules:
      - alert: ContextTooFull
        expr: clawback_context_usage_ratio{gateway="prod-eu"} > 0.8 and clawback_agent_count > 10
        for: 5m
        labels:
          severity: critical
        annotations:
          summary: Roll the session back
      - alert: LoopSlow
        expr: avg_over_time(clawback_lag_p99_seconds[5m]) > 0.2 or quantile_over_time(0.95, clawback_lag_p99_seconds[10m]) >= 1
      - alert: Rate
        expr: rate(clawback_queue[5m]) > 1
      - alert: Foreign
        expr: node_load1 > 5
      - record: something
        expr: clawback_queue
      - alert: Labels
        expr: clawback_queue{lane="main"} > 5
      - alert: Missing
        expr: clawback_queue > 5
        keep_firing_for: 10m
`;

describe("an import of Prometheus rules", () => {
  it("takes what translates and refuses the rest by line, with a reason", async () => {
    const { rules, refused } = await readPrometheusRules(file);
    expect(rules).toEqual([
      {
        name: "context-too-full",
        when: "context_usage > 0.8 and agent_count > 10",
        severity: "critical",
        priority: "P1",
        for: 300_000,
        next: "Roll the session back",
        gateways: ["prod-eu"],
      },
      {
        name: "loop-slow",
        when: "avg(lag_p99, 5m) * 0.001 > 0.2 or p95(lag_p99, 10m) * 0.001 >= 1",
        severity: "warning",
        priority: "P2",
        for: 0,
      },
    ]);
    expect(refused.map(({ line, reason }) => `${line}: ${reason}`)).toEqual([
      "14: the function rate has no counterpart here",
      "16: node_load1 is no metric of clawback",
      "17: not an alerting rule (recording rules compute metrics; we only read ours)",
      '20: the labels {lane="main"} do not translate; gateway="name" does',
      '23: "keep_firing_for" has no counterpart here',
    ]);
  });

  it("gives rules that the settings take", async () => {
    const { rules } = await readPrometheusRules(file);
    expect(alertSettings.parse({ own: rules }).own).toEqual(rules);
  });

  it("refuses what is no rule file, with its line", async () => {
    expect((await readPrometheusRules("groups: [\n  {")).refused[0]?.line).toBeGreaterThan(1);
    expect((await readPrometheusRules("a: 1")).refused).toEqual([{ line: 1, reason: "no groups in it" }]);
    expect((await readPrometheusRules("")).refused).toEqual([{ line: 1, reason: "no groups in it" }]);
    expect((await readPrometheusRules("groups:\n  - name: x")).refused).toEqual([
      { line: 2, reason: "a group without rules" },
    ]);
  });

  it("knows a metric for every vital, in base units", () => {
    expect(prometheusMetrics.map((each) => each.metric)).toContain("clawback_round_trip_seconds");
    expect(new Set(prometheusMetrics.map((each) => each.metric)).size).toBe(prometheusMetrics.length);
  });
});
