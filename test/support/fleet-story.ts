import type { ChannelFacts, SessionFacts } from "../../src/clients/index.ts";
import { spoken } from "./spoken.ts";
import type { ConsoleModel, Setting } from "../../src/ui/console/state/model.ts";
import { utcWords } from "../../src/ui/console/state/time.ts";
import { firstTakeback } from "../../src/ui/console/state/takeback.ts";
import { firstVault } from "../../src/ui/console/state/vault.ts";
import { firstView, type View } from "../../src/ui/console/state/view.ts";
import { hello, identity, up, Watching } from "./replay.ts";

const session = (key: string, share: number): SessionFacts => ({
  key,
  agentId: "main",
  running: false,
  windowTokens: 32_000,
  usedTokens: Math.round(share * 20_000),
  budget: {
    estimatedPromptTokens: Math.round(share * 24_000),
    promptBudgetTokens: 24_000,
    overflowTokens: Math.max(0, Math.round((share - 1) * 24_000)),
    route: share > 1 ? "compact_only" : "fits",
    shouldCompact: share > 1,
  },
});

const channel = (id: string, connected: boolean): ChannelFacts => ({
  id,
  account: "default",
  configured: true,
  enabled: true,
  running: connected,
  connected,
  terminal: !connected,
});

/**
 * A fleet at one moment, as a screen would meet it: one gateway filling up and losing a channel, one well, one that
 * boots, one gone, and one with a name in wide characters of which nothing has been heard yet.
 */
export const fleetStory = (): Watching => {
  const watching = new Watching([
    identity("prod-eu", { labels: ["prod"] }),
    identity("prod-us", { labels: ["prod"] }),
    identity("staging"),
    identity("edge-1"),
    identity("東京支店"),
  ]);
  watching.hear("prod-eu", up(watching.now), hello("boot-1"));
  watching.hear("prod-us", up(watching.now), hello("boot-2", "2026.9.6", 788_400_000));
  watching.hear("edge-1", up(watching.now), hello("boot-3", "2026.9.5"));
  watching.wait(240_000, (second) => {
    if (second % 5 !== 0) return;
    const share = 0.55 + second / 480;
    watching.hear(
      "prod-eu",
      { kind: "system", system: { rssBytes: 780e6 + second * 100_000, lagP99Ms: 24, uptimeMs: 273_600_000 } },
      { kind: "sessions", sessions: [session("agent:main:console-big", share)], total: 41 },
      { kind: "channels", channels: [channel("telegram", second < 200), channel("slack", true)], issues: [] },
    );
    watching.hear(
      "prod-us",
      { kind: "system", system: { rssBytes: 640e6, lagP99Ms: 12, uptimeMs: 788_400_000 } },
      { kind: "sessions", sessions: [session("agent:main:main", 0.52)], total: 18 },
      { kind: "channels", channels: [channel("telegram", true)], issues: [] },
    );
    if (second === 120) {
      watching.tell({
        kind: "mark",
        at: watching.now,
        mark: { at: watching.now, text: "deploy", by: "test" },
      });
      watching.hear("staging", {
        kind: "connection",
        report: {
          state: { kind: "booting", pending: "sidecars" },
          since: watching.now,
          evidence: "startupz 503",
        },
      });
      watching.hear("edge-1", {
        kind: "connection",
        report: { state: { kind: "crashed" }, since: watching.now, evidence: "closed 1006 without goodbye" },
      });
    }
    if (second % 60 === 0) {
      watching.hear("prod-eu", {
        kind: "log",
        lines: [
          {
            at: watching.now,
            level: "warn",
            subsystem: "agent/embedded",
            message: `compaction refused, ${second} s in`,
          },
          { at: watching.now, level: "info", subsystem: "gateway", message: "nothing to see" },
        ],
      });
    }
  });
  return watching;
};

export const setting: Setting = {
  texts: spoken.en,
  time: utcWords,
  banner: undefined,
  person: "tester",
  version: "0.0.0",
  readOnly: { all: false, gateways: new Set() },
};

export const consoleModel = (
  watching: Watching,
  view: Partial<View> = {},
  changes: Partial<Setting> = {},
): ConsoleModel => ({
  watch: watching.model,
  vault: firstVault,
  takeback: firstTakeback,
  view: { ...firstView, ...view },
  setting: { ...setting, ...changes },
  isStarting: false,
});
