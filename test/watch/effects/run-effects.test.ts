import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Clock } from "../../../src/ground/index.ts";
import { defaultAlertSettings, newModel, startLoop, type Loop } from "../../../src/watch/index.ts";
import { openEffects, openHistory, type Effects, type History } from "../../../src/watch/effects/index.ts";
import { hello, identity, midnight, up } from "../../support/replay.ts";

let path = "";
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "clawback-effects-"));
  path = join(folder, "history.sqlite");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Time that moves by hand, with its timers. */
class HandClock implements Clock {
  time = midnight;
  #timers: { at: number; run: () => void }[] = [];
  now = (): number => this.time;
  steady = (): number => this.time;
  after = (delayMs: number, run: () => void): (() => void) => {
    const timer = { at: this.time + delayMs, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  };
  pass(ms: number, each: () => void): void {
    for (const end = this.time + ms; this.time < end;) {
      this.time += 1_000;
      each();
      for (const timer of this.#timers.filter((one) => one.at <= this.time)) {
        this.#timers = this.#timers.filter((one) => one !== timer);
        timer.run();
      }
    }
  }
}

type Process = { readonly loop: Loop; readonly effects: Effects; readonly history: History };

const start = (clock: HandClock, owner: string): Process => {
  const history = openHistory({ path, now: clock.now(), owner });
  const effects = openEffects({ clock, env: {}, settings: defaultAlertSettings, history });
  const loop = startLoop(newModel(clock.now(), [identity("prod-eu", { local: false })]), {
    run: effects.run,
    onChange: () => undefined,
    schedule: (fold) => {
      fold();
    },
  });
  effects.start(["prod-eu"], loop.dispatch);
  return { loop, effects, history };
};

const end = async ({ effects, history, loop }: Process): Promise<void> => {
  loop.stop();
  await effects[Symbol.asyncDispose]();
  history[Symbol.dispose]();
};

const down = (at: number) =>
  ({
    kind: "connection",
    report: { state: { kind: "down" }, since: at, evidence: "connection refused" },
  }) as const;

describe("the effects", () => {
  it("give a console that opens later the story of the hours before", async () => {
    const clock = new HandClock();
    const first = start(clock, "guard");
    const dispatch = first.loop.dispatch;
    dispatch({
      kind: "gateway",
      event: { ...up(clock.now()), gateway: "prod-eu", at: clock.now(), from: "wire" },
    });
    dispatch({
      kind: "gateway",
      event: { ...hello("b1"), gateway: "prod-eu", at: clock.now(), from: "wire" },
    });
    clock.pass(120_000, () => {
      dispatch({
        kind: "gateway",
        event: {
          kind: "system",
          system: { rssBytes: 7e8 },
          gateway: "prod-eu",
          at: clock.now(),
          from: "wire",
        },
      });
      dispatch({ kind: "tick", at: clock.now() });
    });
    dispatch({ kind: "mark", at: clock.now(), mark: { at: clock.now(), text: "deploy", by: "ci" } });
    dispatch({
      kind: "gateway",
      event: { ...down(clock.now()), gateway: "prod-eu", at: clock.now(), from: "wire" },
    });
    clock.pass(60_000, () => {
      dispatch({ kind: "tick", at: clock.now() });
    });
    await end(first);

    const second = start(clock, "console");
    const model = second.loop.model();
    expect(model.marks.map((mark) => mark.text)).toEqual(["deploy"]);
    expect(model.incidents.map((incident) => incident.kind)).toEqual(["gateway-down"]);
    expect(model.alertHistory.map((alert) => [alert.rule, alert.state])).toEqual([
      ["gateway-down", "resolved"],
    ]);
    expect(model.gateways[0]?.trail.fine.length).toBeGreaterThan(10);
    await end(second);
  });

  it("let one process hear what a person did in another, once", async () => {
    const clock = new HandClock();
    const guard = start(clock, "guard");
    const console = start(clock, "console");
    for (const each of [guard, console]) {
      each.loop.dispatch({
        kind: "gateway",
        event: { ...down(clock.now()), gateway: "prod-eu", at: clock.now(), from: "wire" },
      });
    }
    const ticks = (): void => {
      for (const each of [guard, console]) each.loop.dispatch({ kind: "tick", at: clock.now() });
    };
    clock.pass(20_000, ticks);
    const alertOf = (one: Process) => one.loop.model().gateways[0]?.alerts[0];
    expect(alertOf(guard)?.state).toBe("firing");
    console.effects.publish(
      { kind: "acknowledge", at: clock.now(), alert: alertOf(console)?.id ?? "", by: "me" },
      console.loop.dispatch,
    );
    console.effects.publish(
      {
        kind: "note",
        at: clock.now(),
        incident: console.loop.model().incidents[0]?.id ?? "",
        by: "me",
        text: "looking",
      },
      console.loop.dispatch,
    );
    expect(alertOf(console)?.state).toBe("acknowledged");
    clock.pass(2_000, ticks);
    expect(alertOf(guard)?.acknowledged?.by).toBe("me");
    expect(console.loop.model().incidents[0]?.notes.map((note) => note.text)).toEqual(["looking"]);
    await end(console);
    await end(guard);
  });

  it("go on without a memory when the history breaks, and say so", async () => {
    const clock = new HandClock();
    const one = start(clock, "console");
    one.history[Symbol.dispose]();
    one.loop.dispatch({ kind: "mark", at: clock.now(), mark: { at: clock.now(), text: "x", by: "me" } });
    expect(one.loop.model().marks).toHaveLength(1);
    expect(one.loop.model().troubles.map((trouble) => trouble.effect)).toContain("history");
    one.loop.stop();
  });
});
