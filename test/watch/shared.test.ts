import { describe, expect, it } from "vitest";
import type { GatewayNews, SessionFacts } from "../../src/clients/index.ts";
import { isFiring, type Alert } from "../../src/watch/index.ts";
import { hello, midnight, up, Watching } from "../support/replay.ts";

const alert = (rule: string, subject?: string): Alert => ({
  id: `a-${rule}`,
  rule,
  gateway: "a",
  ...(subject === undefined ? {} : { subject }),
  severity: "critical",
  priority: "P1",
  state: "acknowledged",
  acknowledged: { at: midnight - 30_000, by: "ada" },
  since: midnight - 60_000,
  firedAt: midnight - 60_000,
  evidence: "as the watcher before saw it",
  evidenceAt: midnight - 60_000,
  samples: 1,
  next: "clawback doctor",
  fires: [midnight - 60_000],
  flapping: false,
});

const key = "agent:main:dead";
const session = (estimatedPromptTokens: number): GatewayNews => {
  const row: SessionFacts = {
    key,
    agentId: "main",
    running: false,
    budget: {
      estimatedPromptTokens,
      promptBudgetTokens: 24_000,
      overflowTokens: Math.max(0, estimatedPromptTokens - 24_000),
      route: estimatedPromptTokens > 24_000 ? "compact_only" : "fits",
      shouldCompact: estimatedPromptTokens > 24_000,
    },
  };
  return { kind: "sessions", total: 1, sessions: [row] };
};

const adopting = (...alerts: readonly Alert[]): Watching => {
  const watch = new Watching(["a"]);
  return watch.tell({ kind: "adopted", at: watch.now, alerts }).hear("a", up(watch.now), hello("b1"));
};

const firing = (watch: Watching, rule: string): Alert | undefined =>
  watch.gateway("a").alerts.find((each) => each.rule === rule && isFiring(each));

describe("an alert taken over from who watched before", () => {
  it("goes on for a dead session whose turns only the other one saw fail, until a turn ends well", () => {
    const watch = adopting(alert("session-dead", key)).hear("a", session(25_342)).wait(3_600_000);
    expect(firing(watch, "session-dead")).toMatchObject({
      acknowledged: { by: "ada" },
      firedAt: midnight - 60_000,
    });
    watch
      .hear("a", { kind: "turn", turn: { kind: "ended", sessionKey: key, runId: "r1" } })
      .hear("a", session(12_000))
      .wait(5_000);
    expect(firing(watch, "session-dead")).toBeUndefined();
    const told = watch.effects.flatMap((effect) =>
      effect.kind === "announce" && effect.alert.rule === "session-dead" ? [effect.change] : [],
    );
    expect(told).toEqual(["resolved"]);
  });

  it("goes on for as long as what the other one saw counts, and no longer", () => {
    const watch = adopting(alert("gateway-crash-loop")).wait(300_000);
    expect(firing(watch, "gateway-crash-loop")?.evidence).toBe("as the watcher before saw it");
    watch.wait(300_000);
    expect(firing(watch, "gateway-crash-loop")).toBeUndefined();
  });

  it("is over at once where this one can see that it is", () => {
    const watch = adopting(alert("gateway-down")).wait(10_000);
    expect(firing(watch, "gateway-down")).toBeUndefined();
  });

  it("is known to be guarded for as long as the one that leads also acts", () => {
    const watch = new Watching(["a"]);
    expect(watch.model.guarded).toBeUndefined();
    watch.tell({ kind: "leads", at: watch.now, leads: false, guarded: true });
    expect(watch.model.guarded).toBe(true);
    watch.tell({ kind: "leads", at: watch.now, leads: true, guarded: false });
    expect(watch.model.guarded).toBe(false);
  });

  it("is grouped by the one that leads from now on, when nobody did", () => {
    const watch = new Watching(["a"]);
    watch.tell({ kind: "leads", at: watch.now, leads: false });
    watch.tell({ kind: "adopted", at: watch.now, alerts: [alert("session-dead", key)] }).wait(2_000);
    expect(watch.model.incidents).toEqual([]);
    watch.tell({ kind: "leads", at: watch.now, leads: true });
    expect(watch.model.incidents.map(({ kind }) => kind)).toEqual(["context-overflow"]);
  });
});
