import { describe, expect, it } from "vitest";
import type { ComparedSnapshots } from "../../../../src/keeping/index.ts";
import { shownLines, storedOf } from "../../../../src/ui/vault-desk/harmless-news.ts";
import {
  comparisonKey,
  differenceKey,
  firstVault,
  live,
  type VaultState,
} from "../../../../src/ui/console/state/vault.ts";
import type { ConsoleModel } from "../../../../src/ui/console/state/model.ts";
import { compareSections, type Place } from "../../../../src/ui/console/state/place.ts";
import { stripSgr } from "../../../../src/ui/console/theme/index.ts";
import { actAll } from "../../../../src/ui/console/update/index.ts";
import { consoleModel } from "../../../support/fleet-story.ts";
import { hiddenOrTurned, hostileTexts } from "../../../support/hostile-texts.ts";
import { incidentStory } from "../../../support/incident-story.ts";
import { keepingStory } from "../../../support/keeping-story.ts";
import { press } from "../../../support/pressing.ts";
import { expectFrame } from "../../../support/terminal/index.ts";
import { looks, sizes, wholeFrame } from "../../../support/whole-frame.ts";

const story = incidentStory();
const id = "2026-11-20-00-00";
const pair = { gateway: "prod-eu", a: id, b: live } as const;

/** A vault in which everything that is free text says this. */
const vaultOf = (bad: string): VaultState => {
  const known = keepingStory(story);
  const listed = storedOf({
    id,
    name: bad,
    kind: "manual",
    createdAt: "2026-11-20T00:00:00.000Z",
    gateway: "prod-eu",
    host: bad,
    gatewayVersion: bad,
    stateDir: bad,
    tags: [bad, bad],
    description: bad,
    files: 1,
    bytes: 1,
    newBytes: 1,
    storedBytes: 1,
    compression: "lz4",
    encrypted: true,
    verifiedAt: null,
    expiresAt: null,
    protected: false,
    vitals: { contextPressure: 0.5 },
  });
  const session = { key: bad, agentId: bad, messages: 1, tokens: 1, lastActivityAt: null };
  const comparison: ComparedSnapshots = {
    a: id,
    b: live,
    vitals: [{ name: bad, before: 1, after: 2, delta: 1 }],
    sessions: {
      added: [session],
      removed: [session],
      changed: [
        {
          key: bad,
          agentId: bad,
          what: "moved",
          leaf: { before: bad, after: bad },
          messages: { before: 1, after: 2 },
          tokens: { before: 1, after: 2 },
          status: { before: bad, after: `${bad}!` },
        },
      ],
      same: 0,
    },
    databases: [{ path: bad, schema: { before: 1, after: 1 }, tables: [{ name: bad, before: 1, after: 2 }] }],
    config: [{ path: bad, before: bad, after: bad, differs: true }],
    files: {
      added: [{ path: bad, type: "file", size: 1 }],
      removed: [{ path: bad, type: "file", size: 1 }],
      changed: [
        {
          path: bad,
          type: "file",
          what: ["content"],
          before: { size: 1, mode: 0o600 },
          after: { size: 2, mode: 0o600 },
        },
      ],
      touched: 0,
      same: 0,
      bytesBefore: 1,
      bytesAfter: 2,
    },
    notes: [bad],
  };
  return {
    ...firstVault,
    access: known.access,
    figures: known.figures,
    listed: [listed],
    comparisons: new Map([[comparisonKey(pair), { kind: "done", at: 0, comparison, report: bad }]]),
    differences: new Map([
      [differenceKey(pair, bad), { kind: "done", lines: shownLines([bad, `+${bad}`, `-\t${bad}`]) }],
    ]),
  };
};

const opened = (model: ConsoleModel, place: Place): ConsoleModel =>
  actAll(model, [{ kind: "open", place }]).model;

describe.each(Object.entries(hostileTexts))("a vault that says %s everywhere", (_what, bad) => {
  const vault = vaultOf(bad);

  it.each(sizes)("is shown in frames that fit at %dx%d, and moves nothing", (columns, rows) => {
    const first: ConsoleModel = { ...consoleModel(story, { columns, rows }), vault };
    const audited = actAll(first, [
      { kind: "done", entry: { at: 0, command: bad, ended: { exit: 1, durationMs: 1, text: bad } } },
    ]).model;
    const models = [
      press(first, "4"),
      press(first, "4", "Enter"),
      press(first, "4", "D"),
      press(first, "4", "x"),
      press(first, "8"),
      press(first, ":", "0", "0", "-", "0", "0"),
      ...compareSections.map((section) => opened(first, { screen: "compare", ...pair, section })),
      opened(first, { screen: "difference", ...pair, path: bad }),
      audited,
      press(audited, "A"),
    ];
    for (const model of models) {
      for (const look of [looks.colour, looks.ascii]) {
        const frame = wholeFrame(model, look);
        expectFrame(frame, { columns, rows });
        expect(stripSgr(frame.join(""))).not.toMatch(hiddenOrTurned);
      }
    }
  });
});
