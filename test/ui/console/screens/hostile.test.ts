import { describe, expect, it } from "vitest";
import { harmless } from "../../../../src/ground/index.ts";
import type { GatewayNews } from "../../../../src/clients/index.ts";
import { firstTakeback } from "../../../../src/ui/console/state/takeback.ts";
import { firstVault } from "../../../../src/ui/console/state/vault.ts";
import { firstView } from "../../../../src/ui/console/state/view.ts";
import type { ConsoleModel } from "../../../../src/ui/console/state/model.ts";
import { stripSgr } from "../../../../src/ui/console/theme/index.ts";
import { setting } from "../../../support/fleet-story.ts";
import { press, typing } from "../../../support/pressing.ts";
import { hello, identity, up, Watching } from "../../../support/replay.ts";
import { expectFrame } from "../../../support/terminal/index.ts";
import { looks, sizes, wholeFrame } from "../../../support/whole-frame.ts";

/** What a gateway could send; the clients make it harmless, and screens must survive what harmless leaves. */
const hostile: Readonly<Record<string, string>> = {
  "escape sequences": "\u001b[2J\u001b]0;owned\u0007\u009b31mred\u001b[?1049l",
  "bidi controls": "\u202egnitset\u202c \u2066isolate\u2069 \u061c",
  "zero-width letters": "a\u200bb\u200cc\u200dd\ufeffe\u2060f\u00ad",
  "ten thousand letters": "x".repeat(10_000),
  "ten thousand wide letters": "東".repeat(10_000),
  "right-to-left words": "שלום עולם مرحبا بالعالم",
  "marks on marks": `e${"\u0301".repeat(500)} ${"\u0489".repeat(60)}`,
  "families and flags": "👨‍👩‍👧‍👦🇨🇭🏳️‍🌈".repeat(40),
  "lines and tabs": "one\ntwo\r\nthree\tfour\u2028five",
  "broken surrogates": "\ud800 \udc00 \ud83d",
  nothing: "",
};

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

describe.each(Object.entries(hostile))("a gateway that says %s everywhere", (_what, bad) => {
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
        // No control of any kind, nothing that turns text round, nothing that hides.
        expect(seen).not.toMatch(
          /[\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/,
        );
      }
    }
  });
});
