import { describe, expect, it } from "vitest";
import { decided, wayBack } from "../../../../src/ui/console/plain/way-back.ts";
import { wayBackNews } from "../../../../src/ui/console/plain/way-back-news.ts";
import type { Action } from "../../../../src/ui/console/state/action.ts";
import type { ConsoleEffect } from "../../../../src/ui/console/state/effect.ts";
import type { ConsoleModel, Setting } from "../../../../src/ui/console/state/model.ts";
import { firstTakeback, planKey, type TakebackNews } from "../../../../src/ui/console/state/takeback.ts";
import { actAll } from "../../../../src/ui/console/update/index.ts";
import { consoleModel } from "../../../support/fleet-story.ts";
import { incidentStory } from "../../../support/incident-story.ts";
import { keepingStory } from "../../../support/keeping-story.ts";
import {
  blockedPlan,
  ends,
  eventsTold,
  goal,
  restorePlan,
  rollbacks,
  runOf,
  sessionGoal,
} from "../../../support/takeback-story.ts";

const story = incidentStory();
const { now } = story;

/** Somebody who types lines and hears lines. */
class Listener {
  model: ConsoleModel;
  readonly asked: ConsoleEffect[] = [];

  constructor(changes: Partial<Setting> = {}) {
    this.model = {
      ...consoleModel(story, {}, changes),
      vault: keepingStory(story),
      takeback: firstTakeback,
    };
  }

  types(line: string): readonly string[] {
    const answer =
      this.model.view.dialog === undefined ? wayBack(line, this.model) : decided(line, this.model);
    if (answer === undefined) throw new Error(`${line} is no word that leads back`);
    return [...answer.lines, ...this.#does(answer.actions)];
  }

  hears(news: TakebackNews): readonly string[] {
    return this.#does([{ kind: "takeback-news", news }]);
  }

  #does(actions: readonly Action[]): readonly string[] {
    const before = this.model;
    const step = actAll(before, actions);
    this.model = step.model;
    this.asked.push(...step.effects);
    return wayBackNews(before, this.model);
  }

  requests(): readonly unknown[] {
    return this.asked.flatMap((effect) => (effect.kind === "takeback" ? [effect.request] : []));
  }
}

const plannedAs = (plan = restorePlan()): TakebackNews => ({
  kind: "planned",
  key: planKey(goal),
  planned: { kind: "done", at: now, plan },
});

describe("somebody who listens and wants to go back", () => {
  it("hears what there is to go back to, and which sessions need it", () => {
    const listener = new Listener();
    const snapshots = listener.types("snapshots prod-eu");
    expect(snapshots.length).toBeGreaterThan(1);
    expect(snapshots.filter((line) => line.endsWith("last good"))).toHaveLength(1);
    expect(listener.types("sessions prod-eu")[0]).toMatch(/^agent:main:console-big: dead, context pressure/);
    expect(listener.types("snapshots nobody")).toEqual(["no gateway is called nobody"]);
  });

  it("hears the whole plan, and nothing is done before the whole name is typed", () => {
    const listener = new Listener();
    expect(listener.types(`plan prod-eu ${goal.snapshot}`)).toEqual([
      "looking at both sides; nothing is done yet",
    ]);
    expect(listener.requests()).toEqual([{ kind: "plan", ...goal }]);
    const plan = listener.hears(plannedAs());
    expect(plan[0]).toMatch(/^plan, prod-eu back to 2026-11-20-00-00/);
    expect(plan.join("\n")).toMatch(/will be gone: .*\n/);
    expect(plan.join("\n")).toContain("know: versions fit: agent main goes from schema 24 back to 23");
    expect(plan.at(-1)).toBe("Nothing is done yet. To do it, type go");

    expect(listener.types("go").at(-1)).toBe(
      "To do it, type the whole name and Enter: prod-eu. Anything else leaves it",
    );
    expect(listener.types("prod")).toEqual(["left as it is"]);
    expect(listener.types("go")[0]).toBe("Take prod-eu back to 2026-11-20-00-00?");
    expect(listener.types("y")).toEqual(["left as it is"]);
    expect(listener.requests()).toHaveLength(1);
    listener.types("go");
    listener.types("prod-eu");
    expect(listener.requests().at(-1)).toEqual({ kind: "restore", ...goal });
  });

  it("hears what stands in the way, and is refused with it", () => {
    const listener = new Listener();
    listener.types(`plan prod-eu ${goal.snapshot}`);
    const plan = listener.hears(plannedAs(blockedPlan()));
    expect(plan.at(-1)).not.toContain("type go");
    expect(plan.join("\n")).toContain("Restore it beside first");
    expect(listener.types("go").join(" ")).toContain("Restore it beside first");
    expect(listener.model.view.dialog).toBeUndefined();
    expect(new Listener().types("go")).toEqual(["nothing is planned: plan NAME or session NAME KEY first"]);
  });

  it("may only look where only looking is allowed", () => {
    const listener = new Listener({ readOnly: { all: true, gateways: new Set() } });
    listener.types(`plan prod-eu ${goal.snapshot}`);
    listener.hears(plannedAs());
    expect(listener.types("go")[0]).toContain("read-only");
    expect(listener.requests()).toEqual([{ kind: "plan", ...goal }]);
  });

  it("follows each step once, need not wait, and decides", () => {
    const listener = new Listener();
    const heard: string[] = [
      ...listener.hears({ kind: "begun", at: now, ...goal, scope: "everything", doing: "restoring" }),
    ];
    for (const { step, state, detail, begunAt } of runOf(6, now).steps) {
      const event = { step, detail, at: begunAt };
      heard.push(
        ...listener.hears({ kind: "event", gateway: "prod-eu", event: { ...event, state: "begun" } }),
        ...listener.hears({ kind: "event", gateway: "prod-eu", event: { ...event, state } }),
      );
    }
    expect(heard[0]).toBe("prod-eu goes back to 2026-11-20-00-00");
    expect(heard).toContain(
      "done, write beside: 412 files, 57 MB written and read back; 6 databases checked",
    );
    expect(new Set(heard).size).toBe(heard.length);

    const draining = (elapsedMs: number): readonly string[] =>
      listener.hears({
        kind: "event",
        gateway: "prod-eu",
        event: {
          step: "stop",
          state: "going-on",
          detail: "",
          at: now + elapsedMs,
          drain: { elapsedMs, budgetMs: 330_000, killable: true },
        },
      });
    expect(draining(1_000)).toEqual([
      "it finishes its work: 1s of at most 5m. hurry prod-eu does not wait any longer",
    ]);
    expect(draining(9_000)).toEqual([]);
    expect(draining(16_000)).toHaveLength(1);
    expect(listener.types("hurry prod-eu").join(" ")).toContain("lost");
    listener.types("yes");
    expect(listener.requests()).toEqual([{ kind: "cut-short", gateway: "prod-eu" }]);

    const end = listener.hears({ kind: "ended", at: now + 20_000, gateway: "prod-eu", end: ends.waiting });
    expect(end).toContain("sessions: same, 41 of 41 sessions are there");
    expect(end.at(-1)).toBe("accept prod-eu keeps it, back prod-eu puts the old state back");
    listener.types("back prod-eu");
    expect(listener.types("y")).toEqual(["left as it is"]);
    listener.types("accept prod-eu");
    listener.types("y");
    expect(listener.requests().at(-1)).toEqual({ kind: "accept", gateway: "prod-eu" });
  });

  it("hears of a restore that waited when the lines began", () => {
    const run = { ...runOf(eventsTold, now - 60_000), end: { ...ends.waiting, at: now - 40_000 } };
    const found = new Listener().hears({ kind: "found", gateway: "prod-eu", run });
    expect(found.join("\n")).toContain("accept prod-eu keeps it");
  });

  it("rolls one session back and brings its messages back, each after a y", () => {
    const listener = new Listener();
    const key = [sessionGoal.gateway, sessionGoal.session, sessionGoal.ref].join("\u0000");
    expect(listener.types("session prod-eu nobody")).toEqual(["no session is selected"]);
    listener.types(`session prod-eu ${sessionGoal.session}`);
    expect(listener.requests()).toEqual([{ kind: "session-plan", ...sessionGoal }]);
    const plan = listener.hears({ kind: "rollback", key, rollback: rollbacks.planned });
    expect(plan).toContain("goes aside: 4 messages, as a branch of their own: nothing is deleted");
    expect(plan.at(-1)).toBe("Nothing is done yet. To do it, type go");
    listener.types("go");
    listener.types("y");
    const done = listener.hears({ kind: "rollback", key, rollback: rollbacks.done });
    expect(done[0]).toBe("agent:main:console-big is back at 2026-11-20-00-00");
    expect(done.join("\n")).not.toMatch(/\bu brings|\bP takes/);
    listener.types("undo");
    listener.types("n");
    listener.types("undo");
    listener.types("y");
    expect(listener.requests().slice(1)).toEqual([
      { kind: "session-back", ...sessionGoal },
      { kind: "session-undo", ...sessionGoal },
    ]);
  });
});
