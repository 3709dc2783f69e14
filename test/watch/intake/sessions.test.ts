import { describe, expect, it } from "vitest";
import type { GatewayNews, SessionFacts } from "../../../src/clients/index.ts";
import { newModel, update } from "../../../src/watch/index.ts";

const key = "agent:main:a";
const budget = {
  estimatedPromptTokens: 25_000,
  promptBudgetTokens: 24_000,
  overflowTokens: 1_000,
  route: "compact_only",
  shouldCompact: true,
};
const row = (more: Partial<SessionFacts> = {}): GatewayNews => ({
  kind: "session",
  session: { key, agentId: "main", running: false, ...more },
});
const failed = (runId: string): GatewayNews => ({
  kind: "turn",
  turn: { kind: "failed", sessionKey: key, runId, reason: "no reason given" },
});

/** How many failures in a row are believed after all of it. */
const failuresAfter = (news: readonly GatewayNews[]): number | undefined => {
  let model = newModel(0, [{ name: "gw", url: "ws://127.0.0.1:1", labels: [], local: false }]);
  news.forEach((each, index) => {
    const event = { ...each, gateway: "gw", at: (index + 1) * 1_000, from: "wire" } as const;
    ({ model } = update(model, { kind: "gateway", event }));
  });
  return model.gateways[0]?.sessions.get(key)?.failures;
};

describe("the failures of a session in a row", () => {
  it("count from the first turn on, also where no turn ever gave an estimate", () => {
    expect(failuresAfter([row(), failed("1"), row(), failed("2"), row()])).toBe(2);
  });

  it("are forgotten when its context was rewound: the estimate is gone and no turn runs", () => {
    expect(failuresAfter([row({ budget }), failed("1"), row({ budget }), failed("2"), row()])).toBe(0);
  });
});
