import { describe, expect, it } from "vitest";
import type { ChannelFacts, GatewayNews } from "../../../src/clients/index.ts";
import { alertSettings, catalogue, type RestoreEnd } from "../../../src/watch/index.ts";
import { readSuggested } from "../../support/suggested-command.ts";
import { hello, identity, midnight, up, Watching } from "../../support/replay.ts";

const state = (
  given: Extract<GatewayNews, { kind: "connection" }>["report"]["state"],
  at: number,
): GatewayNews => ({
  kind: "connection",
  report: { state: given, since: at, evidence: "seen" },
});
const system = (given: Extract<GatewayNews, { kind: "system" }>["system"]): GatewayNews => ({
  kind: "system",
  system: given,
});
const channel = (given: Partial<ChannelFacts>, why = "the token was refused"): GatewayNews => ({
  kind: "channels",
  channels: [
    {
      id: "telegram",
      account: "default",
      configured: true,
      enabled: true,
      running: true,
      connected: true,
      terminal: false,
      ...given,
    },
  ],
  issues: [{ channel: "telegram", account: "default", message: why, fix: "set a new one" }],
});
const budget = (estimatedPromptTokens: number) => ({
  estimatedPromptTokens,
  promptBudgetTokens: 24_000,
  overflowTokens: Math.max(0, estimatedPromptTokens - 24_000),
  route: estimatedPromptTokens > 24_000 ? "compact_only" : "fits",
  shouldCompact: estimatedPromptTokens > 24_000,
});
const key = "agent:main:x";
const session = (given: object): GatewayNews => ({
  kind: "session",
  session: { key, agentId: "main", running: false, ...given },
});
const minute = 60_000;

/** For each rule the least that must happen for it to fire, told to a gateway that is up. */
const troubles: Readonly<Record<string, (watch: Watching) => unknown>> = {
  "gateway-down": (watch) => watch.hear("a", state({ kind: "down" }, watch.now)).wait(20_000),
  "gateway-frozen": (watch) => watch.hear("a", state({ kind: "frozen" }, watch.now)).wait(6_000),
  "gateway-start-fails": (watch) =>
    watch.hear("a", state({ kind: "booting", pending: "sidecars" }, watch.now)).wait(6 * minute),
  "gateway-refuses": (watch) =>
    watch.hear("a", state({ kind: "unauthorised", reason: "wrong token" }, watch.now)).wait(11_000),
  "gateway-crash-loop": (watch) => {
    for (const boot of ["2", "3", "4"]) watch.wait(minute).hear("a", hello(boot));
    watch.wait(1_000);
  },
  "session-dead": (watch) =>
    watch
      .hear("a", session({ budget: budget(25_342) }), {
        kind: "turn",
        turn: { kind: "failed", sessionKey: key, runId: "r", reason: "too large" },
      })
      .wait(1_000),
  "context-pressure": (watch) => watch.hear("a", session({ budget: budget(20_000) })).wait(1_000),
  "context-usage": (watch) =>
    watch.hear("a", session({ usedTokens: 27_000, windowTokens: 32_000 })).wait(1_000),
  "restart-will-fail": (watch) =>
    watch
      .hear("a", { kind: "config", config: { valid: false, issues: ["line 3: unexpected }"] } })
      .wait(1_000),
  "channel-disconnected": (watch) =>
    watch.hear("a", channel({ connected: false, terminal: true, lastError: "Unauthorized" })).wait(1_000),
  "provider-failing": (watch) =>
    watch
      .hear("a", {
        kind: "model-calls",
        calls: { completed: 3, failed: 4, durationsMs: [], lastError: "HTTP 500" },
      })
      .wait(1_000),
  "turn-stuck": (watch) =>
    watch.hear("a", { kind: "turn", turn: { kind: "started", sessionKey: key, runId: "r" } }).wait(301_000),
  "memory-leak": (watch) =>
    watch.wait(70 * minute, (second) => {
      if (second % 5 === 0) watch.hear("a", system({ rssBytes: 600e6 + second * 2e5 }));
    }),
  "memory-high": (watch) => {
    watch.wait(60 * minute, (second) => {
      if (second % 10 === 0) watch.hear("a", system({ rssBytes: 600e6 }));
    });
    watch.wait(2 * minute, () => watch.hear("a", system({ rssBytes: 1_050e6 })));
  },
  "memory-out-of-sync": (watch) =>
    watch.wait(16 * minute, (second) => {
      if (second % 300 === 1) {
        watch.tell({
          kind: "memory",
          at: watch.now,
          gateway: "a",
          memory: { keys: 3, files: 5, inSync: false, detail: "2 files are not indexed" },
        });
      }
    }),
  "secret-in-log": (watch) =>
    watch
      .hear("a", {
        kind: "log",
        lines: [
          {
            at: watch.now,
            level: "info",
            subsystem: "auth",
            message: `using sk-ant-${"abcdefghijklmnopqrstuvwxyz"}`,
          },
        ],
      })
      .wait(1_000),
  "event-loop-lag": (watch) => watch.wait(20_000, () => watch.hear("a", system({ lagP99Ms: 400 }))),
  "queue-backlog": (watch) =>
    watch.wait(15_000, () =>
      watch.hear("a", { kind: "lanes", lanes: [{ lane: "main", queued: 51, active: 4 }] }),
    ),
  "slow-turns": (watch) =>
    watch.wait(2 * minute, (second) => {
      if (second % 10 === 0)
        watch.hear("a", { kind: "model-calls", calls: { completed: 1, failed: 0, durationsMs: [12_000] } });
    }),
  "disk-low": (watch) => watch.wait(5_000, () => watch.hear("a", system({ diskFreeBytes: 1e9 }))),
  "high-cpu": (watch) => watch.wait(130_000, () => watch.hear("a", system({ cpuCores: 0.95 }))),
  silent: (watch) =>
    watch.hear("a", { kind: "turn", turn: { kind: "ended", sessionKey: key, runId: "r" } }).wait(31 * minute),
  "snapshot-overdue": (watch) => watch.tell(taken(watch.now - 25 * 60 * minute, "old")).wait(1_000),
  "snapshot-large": (watch) =>
    watch
      .tell(taken(watch.now - minute, "one"))
      .tell(taken(watch.now, "two", 2e8))
      .wait(1_000),
  "snapshot-frequency": (watch) =>
    watch.wait(50 * minute, (second) => {
      if (second % 180 === 0) watch.tell(taken(watch.now, `s${second}`));
    }),
  "recovery-rate": (watch) =>
    watch
      .tell(restored(watch.now - 7_200_000, "restored"))
      .tell(restored(watch.now - 3_600_000, "put-back"))
      .wait(1_000),
  "restore-mismatch": (watch) =>
    watch
      .tell(restored(watch.now, "restored", ["session agent:main:a has 3 messages, the snapshot 9"]))
      .wait(1_000),
  "vault-unverified": (watch) =>
    watch.tell(vault(watch.now, { oldestUnverifiedAt: watch.now - 8 * 86_400_000 })).wait(1_000),
};

const taken = (at: number, id: string, newBytes?: number) =>
  ({
    kind: "snapshot-taken",
    at,
    snapshot: {
      id,
      gateway: "a",
      at,
      kind: "full",
      verification: { kind: "not-yet" },
      vitals: {},
      takenDuring: [],
      ...(newBytes === undefined ? {} : { newBytes }),
    },
  }) as const;
const restored = (at: number, outcome: RestoreEnd["outcome"], mismatches: readonly string[] = []) =>
  ({
    kind: "restore-ended",
    at,
    restore: { at, gateway: "a", snapshot: "2026-03-02-10-56", outcome, mismatches },
  }) as const;
const vault = (at: number, given: object) =>
  ({
    kind: "vault",
    at,
    vault: { at, ...given },
  }) as const;

const born = (settings?: object): Watching => {
  const watch = new Watching(
    [identity("a", { labels: ["prod"] })],
    settings === undefined ? undefined : alertSettings.parse(settings),
  );
  return watch.hear("a", up(watch.now), hello("1"), channel({})).wait(1_000);
};

const firing = (watch: Watching): readonly string[] =>
  [...watch.gateway("a").alerts, ...watch.model.vaultAlerts]
    .filter((alert) => alert.state === "firing")
    .map((alert) => alert.rule);

describe("the catalogue", () => {
  it("names every rule once and knows a trouble for each", () => {
    expect(catalogue.map((rule) => rule.id).toSorted()).toEqual(Object.keys(troubles).toSorted());
  });

  it.each(Object.entries(troubles))(
    "%s fires on its trouble, with numbers and a next step that exists",
    async (id, happen) => {
      const watch = born();
      expect(firing(watch)).toEqual([]);
      happen(watch);
      expect(firing(watch)).toContain(id);
      const alert = [...watch.gateway("a").alerts, ...watch.model.vaultAlerts].find(
        (each) => each.rule === id,
      );
      expect(alert?.evidence).toMatch(/\d|valid|in quarantine|seen/);
      expect((await readSuggested(alert?.next ?? "")).length).toBeGreaterThan(0);
      expect(JSON.stringify(watch.model.gateways)).not.toContain("abcdefghijklmnop");
    },
  );

  it.each(Object.entries(troubles))("%s is silent when it is switched off", (id, happen) => {
    const watch = born({ rules: { [id]: { enabled: false } } });
    happen(watch);
    expect(firing(watch)).not.toContain(id);
  });

  it("is the same alert as long as it has the same to say", () => {
    const watch = born();
    watch.hear("a", channel({ connected: false, terminal: true })).wait(1_000);
    const before = watch.gateway("a").alerts;
    expect(before.map(({ rule }) => rule)).toEqual(["channel-disconnected"]);
    watch.hear("a", channel({ connected: false, terminal: true })).wait(1_000);
    expect(watch.gateway("a").alerts).toBe(before);
    watch.hear("a", channel({ connected: false, terminal: true }, "the token was revoked")).wait(1_000);
    expect(watch.gateway("a").alerts[0]).toMatchObject({ id: before[0]?.id, state: "firing" });
    expect(watch.gateway("a").alerts[0]?.evidence).toContain("revoked");
  });

  it("takes its alerts with it when it is switched off, and no others", () => {
    const watch = born();
    watch.hear("a", channel({ connected: false, terminal: true }));
    watch.hear("a", session({ usedTokens: 31_000, windowTokens: 32_000 })).wait(1_000);
    expect(firing(watch)).toEqual(["channel-disconnected", "context-usage"]);
    watch.tell({
      kind: "settings",
      at: watch.now,
      gateways: watch.model.gateways.map((each) => each.identity),
      alerts: alertSettings.parse({ rules: { "context-usage": { enabled: false } } }),
    });
    watch.wait(1_000);
    expect(firing(watch)).toEqual(["channel-disconnected"]);
  });

  it("takes other thresholds for a label, and leaves the others at their own", () => {
    const settings = { overrides: [{ labels: ["prod"], rules: { "context-usage": { warning: "90%" } } }] };
    const watch = born(settings);
    watch.hear("a", session({ usedTokens: 27_000, windowTokens: 32_000 })).wait(1_000);
    expect(firing(watch)).toEqual([]);
    watch.hear("a", session({ usedTokens: 31_000, windowTokens: 32_000 })).wait(1_000);
    expect(watch.gateway("a").alerts[0]).toMatchObject({
      rule: "context-usage",
      severity: "critical",
      threshold: 0.95,
    });
  });

  it("refuses a rule or a threshold that does not exist, and names its place", () => {
    const issues = (given: object): readonly string[] =>
      alertSettings
        .safeParse(given)
        .error?.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`) ?? [];
    expect(issues({ rules: { "context-usage": { warnign: 0.9 } } })[0]).toMatch(
      /^rules\.context-usage: .*warnign/,
    );
    expect(issues({ rules: { "no-such": {} } })[0]).toMatch(/^rules: .*no-such/);
    expect(issues({ rules: { "disk-low": { warning: "lots" } } })[0]).toMatch(
      /^rules\.disk-low\.warning: expected bytes/,
    );
  });
});

describe("a rule", () => {
  it("keeps an alert while nobody can say, and ends it when the numbers are back", () => {
    const watch = born();
    watch.hear("a", session({ budget: budget(20_000) })).wait(1_000);
    watch.hear("a", state({ kind: "down" }, watch.now)).wait(minute);
    expect(firing(watch)).toEqual(["gateway-down", "context-pressure"]);
    watch.hear("a", up(watch.now), session({ budget: budget(9_000) })).wait(10_000);
    expect(firing(watch)).toEqual([]);
  });

  it("lets go of a threshold only some way below it", () => {
    const watch = born();
    const pressure = (share: number) =>
      watch.hear("a", session({ budget: budget(Math.round(24_000 * share)) })).wait(1_000);
    pressure(0.81);
    pressure(0.79);
    expect(firing(watch)).toEqual(["context-pressure"]);
    pressure(0.74);
    expect(firing(watch)).toEqual([]);
    pressure(0.79);
    expect(firing(watch)).toEqual([]);
  });

  it("does not take a failure of the provider for a dead session", () => {
    const watch = born();
    watch.hear(
      "a",
      session({ budget: budget(25_342) }),
      { kind: "turn", turn: { kind: "started", sessionKey: key, runId: "r" } },
      { kind: "turn", turn: { kind: "retrying", sessionKey: key, runId: "r", attempt: 1 } },
      { kind: "turn", turn: { kind: "failed", sessionKey: key, runId: "r", reason: "HTTP 500" } },
    );
    const quarantine =
      'Inline API key for provider "mock" is temporarily disabled after a provider auth/billing failure';
    watch.hear("a", {
      kind: "turn",
      turn: { kind: "failed", sessionKey: key, runId: "s", reason: quarantine },
    });
    watch.wait(2_000);
    expect(firing(watch)).toEqual(["context-pressure", "provider-failing"]);
  });

  it("does not judge what we do to a gateway ourselves", () => {
    const watch = born();
    const operation = {
      id: "o",
      kind: "restore",
      gateway: "a",
      startedAt: watch.now,
      step: "stopping",
      disturbs: true,
    } as const;
    watch.tell({ kind: "operation", at: watch.now, operation });
    watch.hear("a", state({ kind: "down" }, watch.now)).wait(5 * minute);
    expect(firing(watch)).toEqual([]);
    watch.tell({
      kind: "operation",
      at: watch.now,
      operation: { ...operation, ended: { at: watch.now, ok: false, text: "it did not start" } },
    });
    watch.wait(90_000);
    expect(firing(watch)).toEqual(["gateway-down"]);
  });

  it("asks for a snapshot when something urgent fires here, and not again for a while", () => {
    const watch = born();
    watch.hear("a", channel({ connected: false, terminal: true })).wait(1_000);
    watch.hear("a", session({ budget: budget(26_000) })).wait(1_000);
    expect(watch.effects.filter((effect) => effect.kind === "take-snapshot")).toHaveLength(1);
  });
});

describe("an answer to an alert", () => {
  it("acknowledges it until it is over", () => {
    const watch = born();
    watch.hear("a", channel({ connected: false, terminal: true })).wait(1_000);
    const id = watch.gateway("a").alerts[0]?.id ?? "";
    watch.tell({ kind: "acknowledge", at: watch.now, alert: id, by: "me", note: "on it" }).wait(1_000);
    expect(watch.gateway("a").alerts[0]).toMatchObject({
      state: "acknowledged",
      acknowledged: { by: "me", note: "on it" },
    });
    watch.hear("a", channel({})).wait(40_000);
    expect(watch.gateway("a").alerts[0]?.state).toBe("resolved");
    watch.hear("a", channel({ connected: false, terminal: true })).wait(1_000);
    expect(watch.gateway("a").alerts[0]?.state).toBe("firing");
    expect(watch.gateway("a").alerts[0]?.acknowledged).toBeUndefined();
  });

  it("silences a rule for a time: shown, not announced", () => {
    const watch = born();
    const announced = (): number => watch.effects.filter((effect) => effect.kind === "announce").length;
    watch.tell({
      kind: "silence",
      at: watch.now,
      silence: {
        id: "s",
        rule: "channel-disconnected",
        from: watch.now,
        until: watch.now + minute,
        by: "me",
      },
    });
    watch.hear("a", channel({ connected: false, terminal: true })).wait(1_000);
    expect(firing(watch)).toEqual(["channel-disconnected"]);
    expect(watch.gateway("a").alerts[0]?.silencedUntil).toBe(midnight + 1_000 + minute);
    expect(announced()).toBe(0);
    watch.wait(minute);
    expect(watch.gateway("a").alerts[0]?.silencedUntil).toBeUndefined();
    expect(watch.model.silences).toEqual([]);
  });
});
