import { describe, expect, it } from "vitest";
import { records } from "../../../../src/ui/console/commands/index.ts";
import { dispatchKey } from "../../../../src/ui/console/dispatch.ts";
import type { Action } from "../../../../src/ui/console/state/action.ts";
import type { ConsoleEffect } from "../../../../src/ui/console/state/effect.ts";
import type { ConsoleModel } from "../../../../src/ui/console/state/model.ts";
import { act } from "../../../../src/ui/console/update/index.ts";
import {
  planKey,
  rollbackKey,
  type TakebackNews,
  type TakebackRequest,
} from "../../../../src/ui/console/state/takeback.ts";
import { placeOf } from "../../../../src/ui/console/state/view.ts";
import { update } from "../../../../src/watch/index.ts";
import { consoleModel } from "../../../support/fleet-story.ts";
import { incidentStory } from "../../../support/incident-story.ts";
import { keepingStory } from "../../../support/keeping-story.ts";
import { keyOf } from "../../../support/pressing.ts";
import { ends, restorePlan, rollbacks } from "../../../support/takeback-story.ts";
import { expectFrame } from "../../../support/terminal/index.ts";
import { looks, wholeFrame } from "../../../support/whole-frame.ts";

/** What leads in and out comes more often: a monkey that never leaves a prompt sees little of the house. */
const ways = [
  "Enter",
  "Esc",
  "]",
  "S",
  "y",
  "1",
  "3",
  "4",
  "c",
  "2",
  "]",
  "Enter",
  "r",
  "R",
  "R",
  "6",
  "A",
  "u",
];

const keys = [
  ...Array.from({ length: 8 }, () => ways).flat(),
  ...new Set(records.flatMap((record) => record.keys)),
  "Backspace",
  "ctrl-w",
  "y",
  "n",
  ...Array.from("abcdefghijklmnopqrstuvwxyz!/:0123456789"),
];

/** Mulberry32: the same keys on every machine. */
const randomOf = (seed: number) => {
  let state = seed;
  return (below: number): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) % below;
  };
};

/** A world that does what it is asked, at once: a restore waits, then is accepted or put back. */
const answered = (model: ConsoleModel, request: TakebackRequest): readonly TakebackNews[] => {
  const at = model.watch.now;
  const { gateway } = request;
  switch (request.kind) {
    case "plan": {
      const plan = restorePlan({ gateway, how: request.scope === "config" ? "hot" : "stop-and-start" });
      return [{ kind: "planned", key: planKey(request), planned: { kind: "done", at, plan } }];
    }
    case "restore": {
      const { snapshot, scope } = request;
      return [
        { kind: "begun", at, gateway, snapshot, scope, doing: "restoring" },
        {
          kind: "event",
          gateway,
          event: {
            step: "stop",
            state: "begun",
            detail: "asked",
            at,
            drain: { elapsedMs: 0, budgetMs: 1_000, killable: at % 3 === 0 },
          },
        },
        ...(at % 2 === 0 ? [{ kind: "ended", at, gateway, end: ends.waiting } as const] : []),
      ];
    }
    case "cut-short":
      return [
        { kind: "event", gateway, event: { step: "stop", state: "going-on", detail: "killing it", at } },
      ];
    case "call-off":
      return [{ kind: "ended", at, gateway, end: ends["called-off"] }];
    case "accept":
      return [{ kind: "ended", at, gateway, end: ends.accepted }];
    case "put-back":
      return [{ kind: "ended", at, gateway, end: ends["put-back"] }];
    case "session-plan":
      return [{ kind: "rollback", key: rollbackKey(request), rollback: rollbacks.planned }];
    case "session-back":
    case "session-undo":
    case "session-probe":
      return [{ kind: "rollback", key: rollbackKey(request), rollback: rollbacks.done }];
  }
};

/** By what a deed may have been let through: the typed name, or a `y`; a look needs neither. */
const letThrough = (
  request: TakebackRequest,
  dialog: ConsoleModel["view"]["dialog"],
  key: string,
): boolean => {
  const isNamed = dialog?.needs.kind === "name" && dialog.typed === request.gateway && key === "Enter";
  const isYes = dialog?.needs.kind === "y" && key === "y";
  switch (request.kind) {
    case "plan":
    case "session-plan":
      return true;
    case "restore":
      return isNamed || (isYes && request.scope === "config");
    case "put-back":
      return isNamed;
    case "accept":
    case "call-off":
    case "cut-short":
    case "session-back":
    case "session-undo":
    case "session-probe":
      return isYes;
  }
};

describe("twenty thousand random keys", () => {
  it("throw nothing, overflow nothing, and change nothing that was not asked for and confirmed", () => {
    const random = randomOf(4711);
    const story = incidentStory();
    let model: ConsoleModel = { ...consoleModel(story), vault: keepingStory(story) };
    const visited = new Set<string>();
    let silenced = 0;
    const deeds = new Set<string>();
    let meant: readonly string[] = [];
    for (let count = 0; count < 20_000; count += 1) {
      const before = model;
      const { dialog } = before.view;
      // Nobody types a whole name by chance: now and then the monkey means it.
      if (meant.length === 0 && dialog?.needs.kind === "name" && random(12) === 0) {
        meant = ["ctrl-u", ...Array.from(dialog.needs.name), "Enter"];
      }
      if (meant.length === 0 && dialog?.needs.kind === "y" && random(5) === 0) meant = ["y"];
      const [next, ...later] = meant;
      meant = later;
      const name = next ?? keys[random(keys.length)] ?? "j";
      const actions: readonly Action[] =
        next === undefined && random(40) === 0
          ? [{ kind: "resize", columns: 40 + random(180), rows: 10 + random(55) }]
          : dispatchKey(model, keyOf(name));
      const effects: ConsoleEffect[] = [];
      for (const action of actions) {
        const step = act(model, action);
        model = step.model;
        effects.push(...step.effects);
      }
      for (const effect of effects) {
        if (effect.kind === "vault" && effect.request.kind === "delete") {
          expect(before.view.dialog?.typed).toBe(effect.request.id);
        }
        if (effect.kind === "takeback") {
          const { request } = effect;
          expect(letThrough(request, before.view.dialog, name), `${request.kind} by ${name}`).toBe(true);
          deeds.add(request.kind);
          for (const news of answered(model, request)) {
            model = act(model, { kind: "takeback-news", news }).model;
          }
        }
        if (effect.kind !== "tell") continue;
        if (effect.event.kind === "silence") {
          silenced += 1;
          expect(before.view.dialog).toBeDefined();
          expect(name).toBe("y");
        }
        model = { ...model, watch: update(model.watch, effect.event).model };
      }
      // Whoever quits begins anew.
      if (model.view.ended) model = { ...model, view: { ...model.view, ended: false } };
      visited.add(placeOf(model.view).screen);
      if (count % 20 === 0) {
        model = { ...model, watch: update(model.watch, { kind: "tick", at: model.watch.now + 1_000 }).model };
        const { columns, rows } = model.view;
        expectFrame(wholeFrame(model, looks.mono), { columns, rows });
      }
    }
    // The way to the others has to be typed.
    const reached = [
      "alert",
      "alerts",
      "compare",
      "audit",
      "deploy",
      "fleet",
      "gateway",
      "help",
      "incident",
      "incidents",
      "restore",
      "rollback",
      "session",
      "snapshots",
      "vault",
    ];
    expect([...visited]).toEqual(expect.arrayContaining(reached));
    expect(silenced).toBeGreaterThan(0);
    expect([...deeds]).toEqual(expect.arrayContaining(["restore", "accept", "put-back", "session-back"]));
    expect(model.view.audit.length).toBeLessThanOrEqual(500);
    expect(model.view.lists.size).toBeLessThanOrEqual(200);
  });

  it("change nothing where only looking is allowed", () => {
    const random = randomOf(42);
    const readOnly = { all: true, gateways: new Set<string>() };
    const story = incidentStory();
    let model: ConsoleModel = { ...consoleModel(story, {}, { readOnly }), vault: keepingStory(story) };
    for (let count = 0; count < 3_000; count += 1) {
      for (const action of dispatchKey(model, keyOf(keys[random(keys.length)] ?? "j"))) {
        const step = act(model, action);
        model = { ...step.model, view: { ...step.model.view, ended: false } };
        expect(step.effects.filter(({ kind }) => kind === "tell")).toEqual([]);
        const asked = step.effects.flatMap((effect) =>
          effect.kind === "vault" ? [effect.request.kind] : [],
        );
        // An export writes a file of its own beside the console, as a report does.
        for (const kind of asked) expect(["export", "compare", "difference", "verify"]).toContain(kind);
        for (const effect of step.effects) {
          if (effect.kind !== "takeback") continue;
          expect(["plan", "session-plan"]).toContain(effect.request.kind);
          for (const news of answered(model, effect.request)) {
            model = act(model, { kind: "takeback-news", news }).model;
          }
        }
      }
    }
  });
});
