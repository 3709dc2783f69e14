import { describe, expect, it } from "vitest";
import { harmless } from "../../../../src/ground/index.ts";
import { languages, spoken } from "../../../support/spoken.ts";
import type { Setting, ConsoleModel } from "../../../../src/ui/console/state/model.ts";
import { withRestoreEvent } from "../../../../src/ui/console/state/restore-run.ts";
import type { Place } from "../../../../src/ui/console/state/place.ts";
import { firstTakeback, planKey, type TakebackState } from "../../../../src/ui/console/state/takeback.ts";
import { firstView, placeOf } from "../../../../src/ui/console/state/view.ts";
import { stripSgr } from "../../../../src/ui/console/theme/index.ts";
import { actAll } from "../../../../src/ui/console/update/index.ts";
import type { RestorePlan } from "../../../../src/watch/index.ts";
import { consoleModel } from "../../../support/fleet-story.ts";
import { incidentStory } from "../../../support/incident-story.ts";
import { keepingStory } from "../../../support/keeping-story.ts";
import { press, pressing, typing } from "../../../support/pressing.ts";
import {
  blockedPlan,
  ends,
  eventsTold,
  goal,
  planned,
  restorePlan,
  rollbacks,
  rolledBack,
  running,
  runOf,
  sessionGoal,
} from "../../../support/takeback-story.ts";
import { expectFrame } from "../../../support/terminal/index.ts";
import { looks, sizes, wholeFrame } from "../../../support/whole-frame.ts";

const story = incidentStory();
const { now } = story;
const vault = keepingStory(story);
const restoring: Place = { screen: "restore", ...goal };
const rolling: Place = { screen: "rollback", ...sessionGoal };

const at = (
  place: Place,
  takeback: TakebackState,
  [columns, rows]: readonly [number, number] = [80, 24],
  changes: Partial<Setting> = {},
): ConsoleModel => ({
  ...consoleModel(story, { columns, rows, places: [{ screen: "fleet" }, place] }, changes),
  vault,
  takeback,
});

const finished = (end: keyof typeof ends): TakebackState =>
  running(
    runOf(eventsTold, now - 20_000, {
      end: { ...ends[end], at: now - 1_600 },
      safetySnapshot: "2026-11-20-00-05",
    }),
  );

const draining = (killable: boolean, more: Parameters<typeof runOf>[2] = {}): TakebackState => {
  const run = runOf(7, now - 9_000, more);
  return running({
    ...run,
    steps: run.steps.map((each) =>
      each.step === "stop" ? { ...each, drain: { elapsedMs: 3_000, budgetMs: 330_000, killable } } : each,
    ),
  });
};

const shown: Readonly<Record<string, readonly [Place, TakebackState]>> = {
  "restore-plan": [restoring, planned(restorePlan(), now)],
  "restore-blocked": [restoring, planned(blockedPlan(), now)],
  "restore-looking": [restoring, firstTakeback],
  "restore-steps": [restoring, running(runOf(14, now - 9_000))],
  "restore-waiting": [restoring, finished("waiting")],
  "restore-accepted": [restoring, finished("accepted")],
  "restore-put-back": [restoring, finished("put-back")],
  "restore-failed": [restoring, finished("failed")],
  "rollback-plan": [rolling, rolledBack(rollbacks.planned)],
  "rollback-no-way": [rolling, rolledBack(rollbacks["no-way"])],
  "rollback-done": [rolling, rolledBack(rollbacks.done)],
};

const seen = (model: ConsoleModel): string => stripSgr(wholeFrame(model, looks.mono).join("\n"));

describe.each(Object.entries(shown))("the screen %s", (name, [place, takeback]) => {
  it.each(sizes)("looks as drawn at %dx%d in colour, mono, ASCII and Chinese", async (columns, rows) => {
    const model = at(place, takeback, [columns, rows]);
    const chinese = { ...model.setting, texts: spoken["zh-Hans"] };
    const frames = {
      colour: wholeFrame(model, looks.colour),
      mono: wholeFrame(model, looks.mono),
      ascii: wholeFrame(model, looks.ascii),
      chinese: wholeFrame({ ...model, setting: chinese }, looks.mono),
    };
    for (const [look, frame] of Object.entries(frames)) {
      expectFrame(frame, { columns, rows });
      await expect(`${frame.map(look === "colour" ? String : stripSgr).join("\n")}\n`).toMatchFileSnapshot(
        `frames/${name}-${columns}x${rows}-${look}.txt`,
      );
    }
  });

  it("fits every size from the smallest up, in every language", () => {
    for (const language of languages) {
      for (const size of [
        [60, 15],
        [61, 16],
        [79, 23],
        [100, 20],
        [151, 30],
        [240, 70],
      ] as const) {
        const model = at(place, takeback, size, { texts: spoken[language] });
        expectFrame(wholeFrame(model, looks.mono), { columns: size[0], rows: size[1] });
      }
    }
  });
});

describe("a plan that is not there", () => {
  const why = 'There is no part "agent:nobody" in this snapshot.';
  const failed: TakebackState = {
    ...firstTakeback,
    plans: new Map([[planKey(goal), { kind: "failed", why }]]),
  };

  it.each(sizes)("says once why, at %dx%d", (columns, rows) => {
    const asMany = (takeback: TakebackState, words: string): number =>
      seen(at(restoring, takeback, [columns, rows])).split(words).length - 1;
    expect(asMany(failed, 'no part "agent:nobody"')).toBe(1);
    expect(asMany(firstTakeback, "looking at both sides")).toBe(1);
  });
});

describe("a name typed before it is asked for", () => {
  const dialogOf = ({ view }: ConsoleModel) => view.dialog;
  const looking = press(at(restoring, firstTakeback), "r", ...typing("prod-eu"));
  const arrived = (model: ConsoleModel): ConsoleModel =>
    actAll(model, [
      {
        kind: "takeback-news",
        news: {
          kind: "planned",
          key: planKey(goal),
          planned: { kind: "done", at: now, plan: restorePlan() },
        },
      },
    ]).model;

  it("does nothing while the plan is being made, and says that it is", () => {
    expect(placeOf(looking.view)).toEqual(restoring);
    expect(looking.view).toMatchObject({ prompt: undefined, lists: firstView.lists });
    expect(dialogOf(looking)).toMatchObject({
      says: [expect.stringContaining("still being made"), expect.any(String)],
      needs: { kind: "nothing" },
    });
    expect(seen(looking)).toContain("[Enter] or [Esc] closes this");
    expect(dialogOf(press(looking, "Esc"))).toBeUndefined();
  });

  it("does nothing while it is shown that the plan is there, and asks for the name only then", () => {
    const ready = arrived(looking);
    expect(dialogOf(ready)?.title).toBe("The plan is made");
    const after = pressing(ready, ...typing("prod-eu"), "Enter");
    expect(after.effects).toEqual([]);
    expect(dialogOf(after.model)).toBeUndefined();
    expect(dialogOf(press(after.model, "r"))).toMatchObject({ needs: { kind: "name", name: "prod-eu" } });
  });

  it("does nothing where something stands in the way, or where the plan could not be made", () => {
    const failed: TakebackState = {
      ...firstTakeback,
      plans: new Map([[planKey(goal), { kind: "failed", why: "no such part" }]]),
    };
    for (const takeback of [planned(blockedPlan(), now), failed]) {
      const { model, effects } = pressing(at(restoring, takeback), "r", ...typing("prod-eu"));
      expect(effects).toEqual([]);
      expect(dialogOf(model)).toMatchObject({ needs: { kind: "nothing" } });
    }
    expect(dialogOf(press(at(restoring, finished("put-back")), "r"))?.says[0]).toBe("R plans anew");
    expect(dialogOf(press(at(restoring, failed), "r"))?.says[0]).toBe(
      "it could not be planned: no such part",
    );
  });
});

describe("somebody who has found the last good snapshot", () => {
  it("plans its restore with one key, from wherever she is", () => {
    const anywhere: ConsoleModel = { ...consoleModel(story), vault };
    for (const keys of [
      ["r"],
      ["i", "r"],
      ["3", "j", "r"],
      ["c", "r"],
      ["6"],
      ["Enter", "]", "Enter", "r"],
    ]) {
      const { model, effects } = pressing(anywhere, ...keys);
      expect(placeOf(model.view)).toEqual(restoring);
      expect(effects.at(-1)).toMatchObject({ kind: "takeback", request: { kind: "plan", ...goal } });
    }
  });

  it("plans the one she has selected", () => {
    const model = press({ ...consoleModel(story), vault }, "4", "j", "r");
    expect(placeOf(model.view)).toMatchObject({ screen: "restore", snapshot: "2026-11-20-00-01" });
  });

  it("is led there by the runbook, and by it to the one dead session", () => {
    const anywhere: ConsoleModel = { ...consoleModel(story), vault };
    expect(placeOf(press(anywhere, "i", "j", "j", "Enter").view)).toEqual(rolling);
    expect(placeOf(press(anywhere, "i", "j", "j", "j", "j", "Enter").view)).toEqual(restoring);
  });

  it("sees what will be gone, what was looked at, and what it costs, before anything is done", () => {
    const frame = seen(at(restoring, planned(restorePlan(), now), [120, 40]));
    expect(frame).toContain("6 messages in 3 sessions · 1 device pairs again");
    expect(frame).toMatch(/- agent:main:later +gone, with 2 messages/);
    expect(frame).toMatch(/~ agent:main:console-big +13 → 9 messages/);
    expect(frame).toMatch(/~ channels.telegram.botToken +another secret \(redacted\)/);
    expect(frame).toMatch(/▲ know +versions fit +agent main goes from schema 24 back to 23/);
    expect(frame).toContain("5 fine, 1 to know, 0 in the way");
  });

  it("reads in the help what a slip would cost behind the words of a key, not through them", () => {
    const help = seen(press(at(restoring, planned(restorePlan(), now)), "?"));
    expect(help).toMatch(
      /r +restore it +as planned; asks for the gateway's name\n +first \[asks for the name\] *\n/,
    );
  });

  it("reads no half of a time at the head of what went on", () => {
    for (let columns = 60; columns <= 100; columns += 1) {
      for (const end of ["waiting", "put-back", "failed"] as const) {
        const head = seen(at(restoring, finished(end), [columns, 24])).split("\n")[1] ?? "";
        expect(head).toMatch(/^ prod-eu (?:is back at|was not taken back to) 2026-11-20-00-00/);
        expect(head).not.toContain("…");
      }
    }
  });

  it("is not told that it is down while it answers and only a channel is waited for", () => {
    const going = runOf(14, now - 30_000);
    const channels = withRestoreEvent(going, {
      step: "ready",
      state: "going-on",
      detail: "it answers; waits up to 20s for telegram",
      said: { say: "waits-for-channels", failing: ["telegram"], patienceMs: 20_000 },
      at: now - 20_000,
    });
    expect(seen(at(restoring, running(going)))).toMatch(/DOWN FOR 28\.4s/);
    const frame = seen(at(restoring, running(channels)));
    expect(frame).toMatch(/was down for 8\.4s · 30\.0s so far/);
    expect(frame).toMatch(/◐ ready +it answers; waits up to 20s for telegram/);
    const gone = withRestoreEvent(channels, {
      step: "ready",
      state: "going-on",
      detail: "it does not answer yet",
      said: { say: "no-answer-yet" },
      at: now - 1_000,
    });
    expect(seen(at(restoring, running(gone)))).toMatch(/DOWN FOR 28\.4s/);
  });

  it("has it done only when all of the gateway's name was typed", () => {
    const model = at(restoring, planned(restorePlan(), now));
    for (const keys of [
      ["r", "Enter"],
      ["r", "y"],
      ["r", ...typing("prod-e"), "Enter"],
      ["r", ...typing("prod-eu"), "Esc"],
    ])
      expect(pressing(model, ...keys).effects).toEqual([]);
    const asked = press(model, "r");
    expect(asked.view.dialog?.says[0]).toBe("prod-eu is PROD: people are talking to it.");
    const { effects } = pressing(asked, ...typing("prod-eu"), "Enter");
    expect(effects).toEqual([
      {
        kind: "takeback",
        request: { kind: "restore", ...goal },
        command: "clawback snapshots restore 2026-11-20-00-00 --gateway prod-eu",
      },
    ]);
  });

  it("is not let past what stands in the way, and told what to do about it", () => {
    const refused = pressing(at(restoring, planned(blockedPlan(), now)), "r");
    expect(refused.effects).toEqual([]);
    expect(refused.model.view.dialog).toMatchObject({
      says: [expect.stringContaining("Restore it beside first"), expect.any(String)],
      needs: { kind: "nothing" },
    });
  });

  it("chooses a part by keys or by words, and each is planned anew", () => {
    const model = at(restoring, planned(restorePlan(), now));
    const memory = pressing(model, "Right");
    expect(memory.effects).toMatchObject([{ request: { kind: "plan", scope: "!memory" } }]);
    const typed = pressing(model, "e", ...typing("config  agent:main !memory"), "Enter");
    expect(placeOf(typed.model.view)).toMatchObject({ scope: "config agent:main !memory" });
    expect(typed.effects).toMatchObject([
      {
        command:
          "clawback snapshots restore 2026-11-20-00-00 --only config --only agent:main --except memory --dry-run --gateway prod-eu",
      },
    ]);
    expect(seen(typed.model)).toContain("[config agent:main !memory]");
  });

  it("exchanges a configuration alone for a y, because nothing stops", () => {
    const hot = restorePlan({ how: "hot", scope: "only config" });
    const model = at({ ...restoring, scope: "config" }, firstTakeback);
    const known = actAll(model, [
      {
        kind: "takeback-news",
        news: {
          kind: "planned",
          key: ["prod-eu", "2026-11-20-00-00", "config"].join("\u0000"),
          planned: { kind: "done", at: now, plan: hot },
        },
      },
    ]).model;
    expect(pressing(known, "r", "y").effects).toMatchObject([
      { request: { kind: "restore", scope: "config" } },
    ]);
  });
});

describe("somebody who watches a restore", () => {
  const going = running(runOf(14, now - 9_000));

  it("sees each step with its time, how long nobody was served, and the way out", () => {
    const frame = seen(at(restoring, going));
    expect(frame).toMatch(/● drain and stop +stopped after 3s +3.2s/);
    expect(frame).toMatch(/◐ ready +starting, waits for startup-sidecars +3.0s/);
    expect(frame).toContain("DOWN FOR 7.4s");
    expect(frame).toContain("u puts the old state back now");
  });

  it("sees how far it is, how fast and how long still", () => {
    const run = runOf(5, now - 1_000);
    const writing = actAll(at(restoring, running(run)), [
      {
        kind: "takeback-news",
        news: {
          kind: "event",
          gateway: "prod-eu",
          event: {
            step: "stage",
            state: "going-on",
            detail: "",
            at: now,
            progress: { phase: "restore", unit: "bytes", done: 12e6, total: 57e6, rate: 30e6, etaMs: 2_000 },
          },
        },
      },
    ]).model;
    expect(seen(writing)).toMatch(/12.0 MB of 57.0 MB · 30.0 MB\/s · 2s left/);
  });

  it("sees it from everywhere, comes back with one key, and is asked before leaving", () => {
    const elsewhere = press(at(restoring, going), "1");
    expect(seen(elsewhere)).toContain("◐ prod-eu: ready 9s");
    expect(placeOf(press(elsewhere, "6").view)).toEqual(restoring);
    expect(placeOf(press(elsewhere, "4", "j", "r").view)).toEqual(restoring);
    const leaving = press(elsewhere, "q");
    expect(leaving.view.ended).toBe(false);
    expect(leaving.view.dialog?.says.join(" ")).toContain(
      "The restore of prod-eu is called off, or put back",
    );
    expect(press(leaving, "y").view.ended).toBe(true);
  });

  it("need not wait until the gateway has finished its work: k, and a y that says what is lost", () => {
    const waits = at(restoring, draining(true));
    expect(seen(waits)).toMatch(/drain and stop +█░+ it finishes its work: 3s of at most 5m/);
    expect(seen(waits)).toContain("k does not wait");
    expect(seen(waits)).toContain("[k] do not wait");
    const asked = press(waits, "k");
    expect(asked.view.dialog).toMatchObject({ needs: { kind: "y" } });
    expect(asked.view.dialog?.says.join(" ")).toContain("lost");
    expect(asked.view.dialog?.command).toBe(
      "clawback service stop --drain-budget 1s --kill-when-over --gateway prod-eu",
    );
    expect(pressing(asked, "Enter").effects).toEqual([]);
    const { model, effects } = pressing(asked, "y");
    expect(effects).toMatchObject([{ request: { kind: "cut-short", gateway: "prod-eu" } }]);
    expect(seen(model)).not.toContain("k does not wait");
    expect(pressing(model, "k").model.view.toast?.text).toContain("being killed already");
  });

  it("is told why it has to wait where nobody can end the gateway, or another process does it", () => {
    const stuck = at(restoring, draining(false));
    expect(seen(stuck)).not.toContain("[k]");
    expect(pressing(stuck, "k").model.view.toast?.text).toContain("does not say which process");
    const theirs = at(restoring, draining(true, { process: 4711 }));
    expect(pressing(theirs, "k").model.view.toast?.text).toContain("4711");
  });

  it("goes up with k while nothing waits", () => {
    const plan = at(restoring, planned(restorePlan(), now));
    const down = press(plan, "j", "j");
    expect(seen(press(down, "k", "k"))).toBe(seen(plan));
  });

  it("calls it off with a y, once", () => {
    const { model, effects } = pressing(at(restoring, going), "u", "y");
    expect(effects).toMatchObject([{ request: { kind: "call-off", gateway: "prod-eu" } }]);
    expect(pressing(model, "u").model.view.toast?.text).toContain("on its way back already");
  });

  it("is offered by the name of what it does now: nothing is put back before anything has moved", () => {
    const untouched = running(runOf(3, now - 9_000));
    expect(seen(at(restoring, untouched))).toContain("u calls it off");
    expect(seen(at(restoring, untouched))).toContain("[u] call off");
    expect(seen(at(restoring, running(runOf(eventsTold - 2, now - 9_000))))).toContain("[u] put back");
  });

  it("cannot call off what another process does, and is told which", () => {
    const theirs = running(runOf(10, now - 9_000, { process: 4711 }));
    expect(seen(at(restoring, theirs))).toContain("process 4711 does this; it is only shown here");
    expect(pressing(at(restoring, theirs), "u").model.view.toast?.text).toContain("process 4711");
  });

  it("accepts it, or puts the old state back by the gateway's name", () => {
    const waiting = at(restoring, finished("waiting"));
    expect(pressing(waiting, "A", "y").effects).toMatchObject([{ request: { kind: "accept" } }]);
    expect(pressing(waiting, "A", "Enter").effects).toEqual([]);
    expect(pressing(waiting, "u", "y").effects).toEqual([]);
    expect(pressing(waiting, "u", ...typing("prod-eu"), "Enter").effects).toMatchObject([
      { request: { kind: "put-back", gateway: "prod-eu" } },
    ]);
  });

  it("keeps in sight, once it is accepted, what was compared and how long it took", () => {
    const accepted = {
      kind: "ended",
      gateway: "prod-eu",
      at: now,
      end: { kind: "accepted", recovery: null },
    } as const;
    const { model } = actAll(at(restoring, finished("waiting")), [{ kind: "takeback-news", news: accepted }]);
    expect(seen(model)).toContain("41 of 41 sessions are there");
    expect(seen(model)).toContain("took 18.4s");
  });

  describe("and whose gateway does not come up on it", () => {
    const begunAt = now - 20_000;
    const died = withRestoreEvent(runOf(14, begunAt), {
      step: "ready",
      state: "failed",
      detail: "it ended while starting: the unit has failed",
      at: begunAt + 9_000,
    });
    const back = running({
      ...withRestoreEvent(died, { step: "put-back", state: "done", detail: "", at: begunAt + 9_100 }),
      end: { ...ends["put-back"], at: now },
    });
    const line = (afterMs: number, level: "info" | "error" | "fatal", message: string) => ({
      at: begunAt + afterMs,
      level,
      subsystem: "gateway",
      message,
    });
    /** As it is heard when the gateway runs again. */
    const heard = (takeback: TakebackState): ConsoleModel => {
      const later = incidentStory();
      later.hear("prod-eu", {
        kind: "log",
        lines: [
          line(2_000, "error", "what failed before"),
          line(5_500, "error", "plugin telegram: no such file"),
          line(8_500, "fatal", "Gateway failed to start: port 18789 is taken"),
          line(8_600, "error", "exiting with code 1"),
          line(8_700, "info", "bye"),
          line(12_000, "error", "what fails now"),
        ],
      });
      return actAll(at(restoring, takeback), [{ kind: "news", watch: later.model }]).model;
    };

    it.each(sizes)("reads at %dx%d why, in the gateway's own words", (columns, rows) => {
      const model = heard(back);
      const frame = seen({ ...model, view: { ...model.view, columns, rows } });
      expect(frame).toMatch(/its log at 00:04:48, gateway: Gateway failed to start: port\s+18789 is taken/);
      expect(frame).toContain("R plans anew");
    });

    it("reads it as well when the log was heard before it ended, and keeps it when the log has moved on", () => {
      const model = heard(running(died));
      const ended = {
        kind: "ended",
        gateway: "prod-eu",
        at: now,
        end: ends["put-back"],
      } as const;
      const after = actAll(model, [
        { kind: "takeback-news", news: ended },
        { kind: "news", watch: incidentStory().model },
      ]).model;
      expect(seen(after)).toContain("Gateway failed to start");
    });

    it("reads where it stands, while nothing has been heard", () => {
      expect(seen(at(restoring, back))).toContain("clawback logs --gateway prod-eu --level error");
    });

    it("is told of no error that was no failed start", () => {
      expect(seen(heard(finished("put-back")))).not.toContain("its log at");
    });
  });

  it("plans anew when it has ended", () => {
    const { model, effects } = pressing(at(restoring, finished("put-back")), "R");
    expect(effects).toMatchObject([{ request: { kind: "plan", ...goal } }]);
    expect(seen(model)).toContain("looking at both sides");
  });
});

describe("somebody who opens the console after a restore was cut off", () => {
  it("is told what became of it, and finds it where restores are", () => {
    const run = runOf(10, now - 60_000, {
      recovered: "Finished the restore of 2026-11-20-00-00 begun 1m ago.",
      end: { ...ends.waiting, at: now },
    });
    const found = actAll({ ...consoleModel(story), vault }, [
      { kind: "takeback-news", news: { kind: "found", gateway: "prod-eu", run } },
    ]).model;
    expect(found.view.toast?.text).toContain("Finished the restore of 2026-11-20-00-00");
    expect(seen(found)).toContain("prod-eu WAITS: 6");
    expect(seen(press(found, "6"))).toContain("A keeps it, u puts the old state back");
  });
});

describe("somebody with one dead session", () => {
  it("sees how many messages go aside before she agrees, and can undo it", () => {
    const model = at(rolling, rolledBack(rollbacks.planned));
    expect(seen(model)).toMatch(/GOES ASIDE +4 messages, as a branch of their own/);
    expect(pressing(model, "R", "Enter").effects).toEqual([]);
    expect(pressing(model, "R", "y").effects).toMatchObject([
      {
        request: { kind: "session-back", ...sessionGoal },
        command: "clawback session rollback agent:main:console-big --snapshot-id last-good --gateway prod-eu",
      },
    ]);
    const done = at(rolling, rolledBack(rollbacks.done));
    expect(seen(done)).toContain("13 → 9 messages");
    expect(pressing(done, "u", "y").effects).toMatchObject([{ request: { kind: "session-undo" } }]);
    expect(pressing(done, "P", "y").effects).toMatchObject([{ request: { kind: "session-probe" } }]);
  });

  it("is offered the whole restore, or an older snapshot, where it cannot go back alone", () => {
    const model = at(rolling, rolledBack(rollbacks["no-way"]));
    expect(pressing(model, "R").model.view.toast?.text).toContain("no way back");
    expect(placeOf(press(model, "r").view)).toEqual(restoring);
    const newer = pressing(model, "]");
    expect(newer.effects).toMatchObject([{ request: { kind: "session-plan", ref: "2026-11-20-00-01" } }]);
  });
});

describe("a console that may only look", () => {
  it("plans everything and changes nothing, and says why", () => {
    const readOnly = { readOnly: { all: true, gateways: new Set<string>() } };
    const may = (place: Place, takeback: TakebackState, ...keys: readonly string[]): ConsoleModel => {
      const { model, effects } = pressing(at(place, takeback, [80, 24], readOnly), ...keys);
      expect(effects).toEqual([]);
      return model;
    };
    for (const model of [
      may(restoring, planned(restorePlan(), now), "r"),
      may(restoring, draining(true), "k"),
      may(restoring, finished("waiting"), "A"),
      may(restoring, finished("waiting"), "u"),
      may(rolling, rolledBack(rollbacks.planned), "R"),
      may(rolling, rolledBack(rollbacks.done), "u"),
    ])
      expect(model.view.dialog?.says[0] ?? model.view.toast?.text).toContain("read-only");
  });
});

const hostile: Readonly<Record<string, string>> = {
  "escape sequences": "\u001b[2J\u001b]0;owned\u0007\u009b31mred\u001b[?1049l",
  "bidi controls": "\u202egnitset\u202c \u2066isolate\u2069 \u061c",
  "ten thousand wide letters": "東".repeat(10_000),
  "right-to-left words": "שלום עולם مرحبا بالعالم",
  "lines and tabs": "one\ntwo\r\nthree\tfour\u2028five",
  "broken surrogates": "\ud800 \udc00 \ud83d",
};

describe.each(Object.entries(hostile))("a state that says %s everywhere", (_what, bad) => {
  const plan: RestorePlan = {
    ...restorePlan(),
    snapshot: { ...restorePlan().snapshot, name: bad },
    scope: bad,
    preflight: [{ check: "space", verdict: "stop", evidence: bad, wayOut: bad }],
    files: { ...restorePlan().files, removed: [{ path: bad, type: "file", size: 1 }] },
    sessions: {
      gone: [{ key: bad, agentId: bad, messages: 1, messagesAfter: 0, lastActivityAt: 1 }],
      shortened: [],
      back: [],
      messagesLost: 1,
    },
    config: [{ path: bad, before: bad, after: { [bad]: bad } }],
    versions: { now: bad, inSnapshot: bad, schemas: [{ database: bad, now: 1, inSnapshot: 2 }] },
    devices: [{ deviceId: bad, name: bad }],
    ratchetChannels: [bad],
    downtime: { words: bad, expectedMs: null },
  };
  const check = { what: "sessions", verdict: "differs", evidence: bad } as const;
  const run = runOf(6, now - 9_000, { scope: bad, recovered: bad });
  const states: readonly (readonly [Place, TakebackState])[] = [
    [restoring, planned(plan, now)],
    [restoring, running({ ...run, steps: run.steps.map((step) => ({ ...step, detail: bad })) })],
    [
      restoring,
      running({
        ...run,
        end: {
          kind: "waiting",
          recovery: { ok: false, checks: [check] },
          warnings: [{ text: bad }],
          isStarted: true,
          at: now,
        },
      }),
    ],
    [restoring, running({ ...run, end: { kind: "failed", why: bad, hint: bad, at: now } })],
    [rolling, rolledBack({ kind: "failed", why: bad })],
    [
      { ...rolling, session: harmless(bad) },
      rolledBack({ ...rollbacks.done, probe: { kind: "failed", why: bad } }),
    ],
  ];

  it.each(sizes)("is shown in frames that fit at %dx%d, and moves nothing", (columns, rows) => {
    for (const [place, takeback] of states) {
      for (const look of [looks.colour, looks.ascii]) {
        const frame = wholeFrame(at(place, takeback, [columns, rows]), look);
        expectFrame(frame, { columns, rows });
        expect(stripSgr(frame.join(""))).not.toMatch(
          /[\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/,
        );
      }
    }
  });
});
