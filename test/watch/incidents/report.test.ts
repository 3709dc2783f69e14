import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  catalogue,
  incidentMarkdown,
  incidentReport,
  runbookOf,
  type Incident,
} from "../../../src/watch/index.ts";
import { midnight } from "../../support/replay.ts";
import { readSuggested } from "../../support/suggested-command.ts";

const incident = (changes: Partial<Incident> = {}): Incident => ({
  id: "i12345",
  kind: "context-overflow",
  title: "session-dead on prod-eu",
  priority: "P1",
  priorityReason: "session-dead is P1",
  state: "open",
  openedAt: midnight + 600_000,
  movedAt: midnight + 600_000,
  onset: { at: midnight + 480_000, reason: "the context stopped fitting" },
  gateways: ["prod-eu"],
  alerts: [
    {
      id: "a1",
      rule: "session-dead",
      gateway: "prod-eu",
      subject: "agent:main:it's big",
      priority: "P1",
      firedAt: midnight + 600_000,
      evidence: "3 turns failed",
      next: "clawback doctor",
    },
  ],
  timeline: [{ at: midnight + 300_000, kind: "mark", text: "▲ deploy" }],
  lastGood: [
    {
      gateway: "prod-eu",
      snapshot: "2026-11-20-00-00",
      at: midnight,
      verified: true,
      reasons: ["verified at 00:01:00"],
    },
  ],
  notes: [],
  ticks: { sessions: { at: midnight + 700_000, by: "me" } },
  ...changes,
});

describe("a runbook", () => {
  it("fills in the session, the snapshot and the gateway, safe to paste", () => {
    const rollback = runbookOf(incident()).find((step) => step.id === "rollback");
    expect(rollback?.way).toEqual({
      kind: "command",
      command: String.raw`clawback session rollback 'agent:main:it'\''s big' --snapshot-id last-good --gateway prod-eu`,
      opens: { screen: "rollback", session: "agent:main:it's big" },
    });
  });

  it("speaks of the session where a channel went down in the same incident", () => {
    const [dead] = incident().alerts;
    const channel = { rule: "channel-disconnected", subject: "telegram/default" };
    const both = incident({ alerts: dead === undefined ? [] : [dead, { ...dead, ...channel, id: "a2" }] });
    const steps = runbookOf(both).map(({ way }) => (way.kind === "command" ? way.command : ""));
    expect(steps.join("\n")).not.toContain("telegram");
  });

  it("remembers what was ticked off", () => {
    expect(runbookOf(incident()).find((step) => step.id === "sessions")?.done?.by).toBe("me");
  });

  it("suggests nothing but commands that exist and take what they are given", async () => {
    for (const kind of new Set(catalogue.map((rule) => rule.incident))) {
      for (const { way } of runbookOf(incident({ kind }))) {
        if (way.kind === "command") await readSuggested(way.command);
      }
    }
  });

  it("has steps for every kind a rule can lead to, each named once", () => {
    for (const kind of new Set(catalogue.map((rule) => rule.incident))) {
      const ids = runbookOf(incident({ kind })).map((step) => step.id);
      expect(ids.length).toBeGreaterThan(2);
      expect(new Set(ids).size).toBe(ids.length);
    }
  });
});

describe("a report", () => {
  it("tells the story in Markdown", () => {
    expect(incidentMarkdown(incident(), midnight + 1_200_000)).toBe(`# P1 session-dead on prod-eu

Incident i12345, still open, 12m from its onset.

- **Began** 2026-11-20 00:08:00Z: the context stopped fitting
- **Noticed** 2026-11-20 00:10:00Z, 2m later
- **Priority** session-dead is P1
- **Gateways** prod-eu
- **Last good** of prod-eu: 2026-11-20-00-00 (verified at 00:01:00)

## Alerts

| fired | resolved | P | gateway | rule | about | evidence |
| --- | --- | --- | --- | --- | --- | --- |
| 00:10:00 |  | P1 | prod-eu | session-dead | agent:main:it's big | 3 turns failed |

## Timeline

- 2026-11-20 00:05:00Z ▲ deploy

## Runbook

- [x] Find the session and its pressure: the sessions screen (me, 00:11:40)
- [ ] Keep the session as it is: \`clawback session snapshot 'agent:main:it'\\''s big' --name before-rollback --gateway prod-eu\`
- [ ] Roll this one session back online; it can be undone: \`clawback session rollback 'agent:main:it'\\''s big' --snapshot-id last-good --gateway prod-eu\`
- [ ] See what changed about compaction and models: \`clawback snapshots compare 2026-11-20-00-00 live --gateway prod-eu\`
- [ ] Where that does not mend it, restore the whole gateway: \`clawback snapshots restore 2026-11-20-00-00 --gateway prod-eu\`
- [ ] Write down what happened, while it is fresh: \`clawback incident report\`
`);
  });

  it("gives words from outside no power over the page", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("|", "\n", "<", "`", "[", "]", "#", "*", "x", "\\") }),
        (text) => {
          const page = incidentMarkdown(
            incident({ timeline: [{ at: midnight, kind: "log", gateway: "a", text }] }),
            midnight,
          );
          const lines = page.split("\n");
          const line = lines[lines.indexOf("## Timeline") + 2] ?? "";
          expect(line).toMatch(/^- 2026-11-20 00:00:00Z \*\*a\*\* /);
          expect(line.slice(line.indexOf("** ") + 3).replace(/\\./g, "")).not.toMatch(/[|<>`[\]#*]/);
          expect(lines.filter((each) => each === "## Runbook")).toHaveLength(1);
        },
      ),
    );
  });

  it("is plain data as JSON, with what is not known as null", () => {
    const report = incidentReport(incident(), midnight + 1_200_000);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    expect(report).toMatchObject({ resolvedAt: null, suspect: null, durationMs: 720_000 });
  });
});
