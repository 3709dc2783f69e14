import { describe, expect, it } from "vitest";
import type { GatewayNews, SessionFacts } from "../../../src/clients/index.ts";
import { hello, up, Watching } from "../../support/replay.ts";

const announced = ({ effects }: Watching): readonly string[] =>
  effects.flatMap((effect) => (effect.kind === "announce" ? [`${effect.change} ${effect.alert.id}`] : []));

const dead = (count: number, lastError = "Unauthorized"): GatewayNews => ({
  kind: "channels",
  channels: Array.from({ length: count }, (_, place) => ({
    id: "telegram",
    account: `bot-${place}`,
    configured: true,
    enabled: true,
    running: false,
    connected: false,
    terminal: true,
    lastError,
  })),
  issues: [],
});

const session = (place: number, pressure: number): SessionFacts => ({
  key: `agent:main:s${place}`,
  agentId: "main",
  running: false,
  budget: {
    estimatedPromptTokens: pressure * 24_000,
    promptBudgetTokens: 24_000,
    overflowTokens: 0,
    route: "fits",
    shouldCompact: false,
  },
});

describe("very many alerts of one gateway", () => {
  it("are told once each, however many channels die beside however many full sessions", () => {
    const watch = new Watching(["a"]);
    const sessions = Array.from({ length: 40 }, (_, place) => session(place, 0.9));
    watch.hear("a", up(watch.now), hello("one"), dead(400), {
      kind: "sessions",
      sessions,
      total: sessions.length,
    });
    watch.wait(20_000);
    const told = announced(watch);
    expect(told.length).toBeGreaterThan(50);
    expect(new Set(told).size).toBe(told.length);
  });

  it("do not take turns: of many sessions about as full, those that were told of stay", () => {
    const watch = new Watching(["a"]);
    watch.hear("a", up(watch.now), hello("one"));
    watch.wait(1_800_000, (second) => {
      if (second % 60 !== 1) return;
      // Each a little fuller or emptier every minute, always above 80 %.
      const sessions = Array.from({ length: 40 }, (_, place) =>
        session(place, 0.85 + 0.1 * ((place * 7 + second) % 11) * 0.1),
      );
      watch.hear("a", { kind: "sessions", sessions, total: sessions.length });
    });
    expect(announced(watch)).toHaveLength(20);
  });

  it("say no token that the words of a channel quote", () => {
    const token = `123456789:AA${"abcdefghijklmnopqrstuvwxyz0123456789"}`;
    const watch = new Watching(["a"]);
    const asked = `https://api.telegram.org/bot${token}/getMe`;
    watch.hear("a", up(watch.now), hello("one"), dead(1, `request to ${asked} failed`), {
      kind: "model-calls",
      calls: { completed: 0, failed: 9, durationsMs: [], lastError: `p/m: GET ${asked}` },
    });
    watch.wait(5_000);
    expect(watch.firing("a")).toEqual(["channel-disconnected(telegram/bot-0)", "provider-failing"]);
    expect(JSON.stringify([watch.effects, watch.model.gateways])).not.toContain(token.slice(10));
  });
});
