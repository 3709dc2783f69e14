import { describe, expect, it } from "vitest";
import { harmless } from "../../../../src/ground/index.ts";
import type { GatewayNews } from "../../../../src/clients/index.ts";
import { firstTakeback } from "../../../../src/ui/console/state/takeback.ts";
import { firstVault } from "../../../../src/ui/console/state/vault.ts";
import { firstView } from "../../../../src/ui/console/state/view.ts";
import type { ConsoleModel } from "../../../../src/ui/console/state/model.ts";
import { stripSgr } from "../../../../src/ui/console/theme/index.ts";
import { setting } from "../../../support/fleet-story.ts";
import { hiddenOrTurned, hostileTexts } from "../../../support/hostile-texts.ts";
import { press, typing } from "../../../support/pressing.ts";
import { hello, identity, up, Watching } from "../../../support/replay.ts";
import { expectFrame } from "../../../support/terminal/index.ts";
import { looks, sizes, wholeFrame } from "../../../support/whole-frame.ts";

/** The clients make what a gateway sends harmless, and screens must survive what harmless leaves. */
const storyOf = (bad: string): Watching => {
  // The way of the clients: made harmless and one line of at most two thousand letters where a limit is set.
  const text = harmless(bad).replace(/[\t\n]+/g, " ");
  const name = text.slice(0, 60) === "" ? "x" : text.slice(0, 60);
  const watching = new Watching([identity(name, { labels: [text, "prod"], url: `ws://${text}` })]);
  const session = `agent:${text}:${text}`;
  const news: readonly GatewayNews[] = [
    up(watching.now),
    hello(text, text),
    { kind: "agents", agents: [text] },
    { kind: "lanes", lanes: [{ lane: text, queued: 1, active: 1 }] },
    { kind: "config", config: { valid: false, issues: [text, text], hash: text } },
    {
      kind: "sessions",
      total: 1,
      sessions: [
        {
          key: session,
          agentId: text,
          running: false,
          status: text,
          model: text,
          provider: text,
          lastError: text,
          windowTokens: 100,
          usedTokens: 99,
          budget: {
            estimatedPromptTokens: 200,
            promptBudgetTokens: 100,
            overflowTokens: 100,
            route: text === "" ? "fits" : text,
            shouldCompact: true,
          },
        },
      ],
    },
    {
      kind: "channels",
      channels: [
        {
          id: text,
          account: text,
          configured: true,
          enabled: true,
          running: false,
          connected: false,
          terminal: true,
          lastError: text,
          lifecycle: text,
        },
      ],
      issues: [{ channel: text, account: text, message: text, fix: text }],
    },
    { kind: "turn", turn: { kind: "failed", sessionKey: session, runId: text, reason: text } },
    {
      kind: "log",
      lines: (["trace", "debug", "info", "warn", "error", "fatal"] as const).map((level) => ({
        at: watching.now,
        level,
        subsystem: text,
        message: text,
        sessionKey: text,
        channel: text,
      })),
    },
    {
      kind: "connection",
      report: { state: { kind: "up" }, since: watching.now, evidence: text, next: text },
    },
  ];
  watching.wait(120_000, (second) => {
    if (second % 10 === 0) watching.hear(name, ...news);
  });
  watching.tell({
    kind: "mark",
    at: watching.now,
    mark: { at: watching.now, text, by: text },
  });
  const incident = watching.model.incidents[0];
  if (incident !== undefined) {
    watching.tell({ kind: "note", at: watching.now, incident: incident.id, by: text, text });
  }
  return watching;
};

const ways: readonly (readonly string[])[] = [
  [],
  ...Array.from({ length: 8 }, (_, tab) => ["Enter", ...Array.from({ length: tab }, () => "]")]),
  ["Enter", "]", "Enter"],
  ["3"],
  ["3", "Enter"],
  ["3", "S"],
  ["7"],
  ["i"],
  ["i", "["],
  ["D"],
  [":", ...typing("x")],
  ["/", ...typing("x")],
];

describe.each(Object.entries(hostileTexts))("a gateway that says %s everywhere", (_what, bad) => {
  const watching = storyOf(bad);

  it.each(sizes)("is shown in frames that fit at %dx%d, and moves nothing", (columns, rows) => {
    for (const keys of ways) {
      const model: ConsoleModel = press(
        {
          watch: watching.model,
          view: { ...firstView, columns, rows },
          vault: firstVault,
          takeback: firstTakeback,
          setting,
          isStarting: false,
        },
        ...keys,
      );
      for (const look of [looks.colour, looks.ascii]) {
        const frame = wholeFrame(model, look);
        expectFrame(frame, { columns, rows });
        const seen = stripSgr(frame.join(""));
        expect(seen).not.toMatch(hiddenOrTurned);
      }
    }
  });
});
