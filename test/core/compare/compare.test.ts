import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  compareSides,
  reportLines,
  type ConfigJson,
  type FileFacts,
  type SessionFacts,
  type Side,
} from "../../../src/core/compare/index.ts";
import { redactValue } from "../../../src/openclaw/index.ts";

const file = (path: string, more: Partial<FileFacts> = {}): FileFacts => ({
  path,
  type: "file",
  sizeBytes: 1_000,
  mode: 0o600,
  mtimeNs: 1n,
  content: "a",
  ...more,
});

const session = (key: string, more: Partial<SessionFacts> = {}): SessionFacts => ({
  key,
  agentId: "main",
  leaf: "leaf-1",
  messages: 4,
  usedTokens: 4_000,
  status: "done",
  ...more,
});

const side = (id: string, more: Partial<Side> = {}): Side => ({
  id,
  vitals: {},
  files: [],
  sessions: [],
  databases: [],
  ...more,
});

const compare = (a: Side, b: Side): ReturnType<typeof compareSides> =>
  compareSides(a, b, { redact: redactValue });

describe("the report", () => {
  it("begins with the four numbers as users know them", () => {
    const a = side("2026-03-02-10-56", {
      vitals: { contextUsage: 0.52, agents: 5, memoryKeys: 120, filesAccessed: 12 },
    });
    const b = side("2026-03-02-10-58", {
      vitals: { contextUsage: 0.78, agents: 12, memoryKeys: 456, filesAccessed: 45 },
    });
    expect(reportLines(compare(a, b)).slice(0, 5)).toEqual([
      "Diff Report:",
      "- Context usage: 52% → 78% (+26%)",
      "- Agent count: 5 → 12 (+7 agents)",
      "- Memory keys: 120 → 456 (+336 keys)",
      "- Files accessed: 12 → 45 (+33 files)",
    ]);
  });

  it("shows what is not known as ? and draws no difference from it", () => {
    const a = side("a", { vitals: { agents: 12, memoryKeys: 5, sessions: 3 } });
    const b = side("b", { vitals: { contextUsage: 0.5, agents: 5, memoryKeys: 6, sessions: 3 } });
    expect(reportLines(compare(a, b)).slice(0, 6)).toEqual([
      "Diff Report:",
      "- Context usage: ? → 50%",
      "- Agent count: 12 → 5 (-7 agents)",
      "- Memory keys: 5 → 6 (+1 key)",
      "- Files accessed: ? → ?",
      "- Session count: 3 → 3 (unchanged)",
    ]);
  });

  it("goes on with sessions, databases, config and files", () => {
    const a = side("a", {
      sessions: [session("agent:main:gone"), session("agent:main:grown"), session("agent:main:same")],
      databases: [
        { path: "state/openclaw.sqlite", userVersion: 17, tables: [{ name: "cron_jobs", rows: 3 }] },
      ],
      config: { gateway: { port: 1, auth: { token: "first-token" } } },
      files: [file("a.md"), file("b.md")],
    });
    const b = side("b", {
      sessions: [
        session("agent:main:grown", { leaf: "leaf-2", messages: 9, usedTokens: 8_000 }),
        session("agent:main:new", { messages: 1 }),
        session("agent:main:same"),
      ],
      databases: [
        {
          path: "state/openclaw.sqlite",
          userVersion: 18,
          tables: [
            { name: "cron_jobs", rows: 1_003 },
            { name: "task_runs", rows: 0 },
          ],
        },
      ],
      config: { gateway: { port: 2, auth: { token: "other-token" } }, logging: { level: "debug" } },
      files: [file("b.md", { content: "b", sizeBytes: 2_500_000 }), file("c.md")],
    });
    const lines = reportLines(compare(a, b));
    expect(lines.slice(5)).toEqual([
      "",
      "Sessions:",
      "  - agent:main:gone (4 messages, 4,000 tokens)",
      "  + agent:main:new (1 message, 4,000 tokens)",
      "  ~ agent:main:grown: messages 4 → 9, tokens 4,000 → 8,000",
      "",
      "Databases:",
      "  ~ state/openclaw.sqlite",
      "      schema 17 → 18",
      "      cron_jobs: rows 3 → 1,003",
      "      task_runs: rows no table → 0",
      "",
      "Config:",
      "  ~ gateway.port: 1 → 2",
      expect.stringMatching(/^ {2}~ gateway\.auth\.token: "••••[0-9a-f]{2}" → "••••[0-9a-f]{2}"$/),
      '  + logging: {"level":"debug"}',
      "",
      "Files (1 added, 1 removed, 1 changed; 2.0 kB → 2.5 MB):",
      "  - a.md (1.0 kB)",
      "  + c.md (1.0 kB)",
      "  ~ b.md: 1.0 kB → 2.5 MB",
    ]);
  });

  it("says how much of a long list it leaves out", () => {
    const b = side("b", {
      files: Array.from({ length: 30 }, (_, at) => file(`f${String(at).padStart(2, "0")}`)),
    });
    const lines = reportLines(compare(side("a"), b), { listLimit: 3 });
    expect(lines.at(-1)).toBe("  … and 27 more");
  });

  it("prints no name that a terminal would act on", () => {
    const b = side("b", {
      files: [file("\u001b]0;owned\u0007evil\u202e.md\nx")],
      sessions: [session("agent:main:\u001b[2J")],
      config: { "\u001b[31mred": "\u009b2J" },
    });
    // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
    expect(reportLines(compare(side("a"), b)).join("\u0000")).not.toMatch(/[\u001b\u009b\u202e\n\u0007]/);
  });
});

describe("sessions", () => {
  it("that only got a new session id are the same", () => {
    const before = session("agent:main:x");
    expect(
      compare(side("a", { sessions: [before] }), side("b", { sessions: [{ ...before }] })).sessions,
    ).toEqual({
      added: [],
      removed: [],
      changed: [],
      same: 1,
    });
  });

  it("that were rewound to another leaf of the same length are changed", () => {
    const answer = compare(
      side("a", { sessions: [session("k")] }),
      side("b", { sessions: [session("k", { leaf: "leaf-9" })] }),
    );
    expect(answer.sessions?.changed).toMatchObject([{ key: "k", what: "moved" }]);
    expect(reportLines(answer)).toContain("  ~ k: messages 4 → 4, ends elsewhere");
  });

  it("that are not known on a side are not said to be gone", () => {
    const { sessions: _unknown, ...unknown } = side("b");
    const answer = compare(side("a", { sessions: [session("k")] }), unknown);
    expect(answer.sessions).toBeNull();
    expect(reportLines(answer)).toContain("  ? not known on both sides");
  });

  it("of the same key at two agents are two", () => {
    const answer = compare(
      side("a", { sessions: [session("global")] }),
      side("b", { sessions: [session("global", { agentId: "work" })] }),
    );
    expect(answer.sessions).toMatchObject({ added: [{ agentId: "work" }], removed: [{ agentId: "main" }] });
  });
});

const anyJson = fc.letrec<{ value: ConfigJson }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<ConfigJson>(null, true, 1, "text", ""),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("a", "token", "b.c", "__proto__", "0"), tie("value"), { maxKeys: 3 }),
  ),
})).value;

describe("configuration", () => {
  it("says that a secret differs without showing it, also when both look the same", () => {
    const answer = compareSides(
      side("a", { config: { auth: { token: "first" } } }),
      side("b", { config: { auth: { token: "second" } } }),
      { redact: () => "••••00" },
    );
    expect(answer.config).toEqual([{ path: "auth.token", before: "••••00", after: "••••00", differs: true }]);
    expect(reportLines(answer)).toContain('  ~ auth.token: "••••00" → "••••00" (differs)');
  });

  it("names paths so that each means one thing", () => {
    const answer = compare(
      side("a", { config: { channels: { "a.b": { list: [1, 2] } }, "": 1 } }),
      side("b", { config: { channels: { "a.b": { list: [1, 3] } }, "": 2 } }),
    );
    expect(answer.config.map(({ path }) => path)).toEqual(['channels["a.b"].list[1]', '[""]']);
  });

  it("finds a difference exactly when there is one", () => {
    fc.assert(
      fc.property(anyJson, anyJson, (a, b) => {
        const same = (left: ConfigJson, right: ConfigJson): boolean => {
          if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) {
            return left === right;
          }
          const keys = Object.keys(left);
          return (
            Array.isArray(left) === Array.isArray(right) &&
            keys.length === Object.keys(right).length &&
            keys.every((key) => {
              const [one, other] = [Object.entries(left), Object.entries(right)].map(
                (entries) => entries.find(([name]) => name === key)?.[1],
              );
              return one !== undefined && other !== undefined && same(one, other);
            })
          );
        };
        const answer = compare(side("a", { config: a }), side("b", { config: b }));
        expect(answer.config.length === 0).toBe(same(a, b));
      }),
    );
  });

  it("that is missing on a side is shown whole and redacted", () => {
    const answer = compare(
      side("a"),
      side("b", { config: { gateway: { auth: { token: "secret-value" } } } }),
    );
    expect(answer.config).toMatchObject([{ path: "(all)" }]);
    expect(JSON.stringify(answer.config)).not.toContain("secret-value");
  });
});
