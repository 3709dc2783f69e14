import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { GatewayNews } from "../../../src/clients/index.ts";
import type { Clock } from "../../../src/ground/index.ts";
import { alertSettings, newModel, startLoop, type Alert, type Loop } from "../../../src/watch/index.ts";
import { openEffects, openHistory, type Effects, type History } from "../../../src/watch/effects/index.ts";
import { openPager, type Pager } from "../../support/pager.ts";
import { hello, identity, midnight, up } from "../../support/replay.ts";
import { soon } from "../../support/soon.ts";

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
  /** The same time as one process sees it: its timers die with it. */
  ofProcess(): Clock & { die: () => void } {
    let isAlive = true;
    return {
      now: this.now,
      steady: this.steady,
      after: (delayMs, run) =>
        this.after(delayMs, () => {
          if (isAlive) run();
        }),
      die: () => {
        isAlive = false;
      },
    };
  }
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

const tick = ({ loop }: Process, clock: HandClock): void => {
  loop.dispatch({ kind: "tick", at: clock.now() });
};

const hear = ({ loop }: Process, clock: HandClock, news: GatewayNews): void => {
  loop.dispatch({
    kind: "gateway",
    event: { ...news, gateway: "prod-eu", at: clock.now(), from: "wire" },
  });
};

const alertOf = ({ loop }: Process): Alert | undefined => loop.model().gateways[0]?.alerts[0];

type Process = {
  readonly loop: Loop;
  readonly effects: Effects;
  readonly history: History;
  readonly die: () => void;
};

type Manner = { readonly pager?: Pager; readonly acts?: true };

const start = (time: HandClock, owner: string, { pager, acts }: Manner = {}): Process => {
  const clock = time.ofProcess();
  const history = openHistory({ path, now: clock.now(), owner });
  const outputs = pager === undefined ? {} : { webhooks: [{ name: "pager", url: pager.url, from: "P0" }] };
  const effects = openEffects({
    clock,
    env: {},
    settings: alertSettings.parse({ outputs }),
    history,
    ...(acts === undefined ? {} : { takeSnapshot: () => Promise.reject(new Error("not in this test")) }),
  });
  const loop = startLoop(newModel(clock.now(), [identity("prod-eu", { local: false })]), {
    run: effects.run,
    onChange: () => undefined,
    schedule: (fold) => {
      fold();
    },
  });
  effects.start(["prod-eu"], loop.dispatch);
  return { loop, effects, history, die: clock.die };
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
    expect(model.gateways[0]?.trail.fine.length).toBeGreaterThan(10);
    expect(model.gateways[0]?.alerts.map((alert) => [alert.rule, alert.state])).toEqual([
      ["gateway-down", "firing"],
    ]);
    await end(second);

    clock.pass(7_200_000, () => undefined);
    const nextMorning = start(clock, "console");
    expect(nextMorning.loop.model().gateways[0]?.alerts).toEqual([]);
    expect(nextMorning.loop.model().alertHistory.map((alert) => [alert.rule, alert.state])).toEqual([
      ["gateway-down", "resolved"],
    ]);
    await end(nextMorning);
  });

  it("go on after a restart where they were: nobody is called twice, and what was answered stays answered", async () => {
    const clock = new HandClock();
    await using pager = await openPager();
    const { calls } = pager;
    const first = start(clock, "guard", { pager });
    hear(first, clock, down(clock.now()));
    clock.pass(20_000, () => {
      tick(first, clock);
    });
    await soon(() => {
      expect(calls).toEqual(["fired"]);
    });
    const before = alertOf(first);
    const incident = first.loop.model().incidents[0]?.id ?? "";
    const at = clock.now();
    const { dispatch } = first.loop;
    first.effects.publish({ kind: "acknowledge", at, alert: before?.id ?? "", by: "me" }, dispatch);
    first.effects.publish({ kind: "note", at, incident, by: "me", text: "looking" }, dispatch);
    first.effects.publish({ kind: "runbook", at, incident, step: "service", done: true, by: "me" }, dispatch);
    const silence = { id: "s1", rule: "silent", from: at, until: at + 3_600_000, by: "me" };
    first.effects.publish({ kind: "silence", at, silence }, dispatch);
    await end(first);

    const second = start(clock, "guard-again", { pager });
    const model = second.loop.model();
    expect(alertOf(second)).toMatchObject({
      state: "acknowledged",
      acknowledged: { by: "me" },
      firedAt: before?.firedAt,
    });
    expect(model.incidents[0]).toMatchObject({
      id: incident,
      notes: [{ text: "looking" }],
      ticks: { service: { by: "me" } },
    });
    expect(model.silences).toEqual([silence]);
    hear(second, clock, down(before?.since ?? 0));
    clock.pass(60_000, () => {
      tick(second, clock);
    });
    expect(alertOf(second)?.state).toBe("acknowledged");
    hear(second, clock, up(clock.now()));
    clock.pass(60_000, () => {
      tick(second, clock);
    });
    await soon(() => {
      expect(calls).toEqual(["fired", "resolved"]);
    });
    expect(second.loop.model().incidents.map(({ id }) => id)).toEqual([incident]);
    await end(second);
  });

  it("tell people once, whichever process leads, and what a dead leader left untold", async () => {
    const clock = new HandClock();
    await using pager = await openPager();
    const { calls } = pager;
    const guard = start(clock, "guard", { pager });
    const beside = start(clock, "console", { pager });
    const both = (): void => {
      for (const each of [guard, beside]) tick(each, clock);
    };
    for (const each of [guard, beside]) hear(each, clock, down(clock.now()));
    clock.pass(20_000, both);
    await soon(() => {
      expect(calls).toEqual(["fired"]);
    });
    expect(beside.loop.model().incidents).toEqual(guard.loop.model().incidents);
    for (const each of [guard, beside]) hear(each, clock, up(clock.now()));
    clock.pass(10_000, both);
    await soon(() => {
      expect(calls).toEqual(["fired", "resolved"]);
    });

    // The leader is gone without a word, and then the gateway is.
    guard.die();
    hear(beside, clock, down(clock.now()));
    clock.pass(17_000, () => {
      tick(beside, clock);
    });
    await soon(() => {
      expect(calls).toEqual(["fired", "resolved"]);
    });
    clock.pass(20_000, () => {
      tick(beside, clock);
    });
    await soon(() => {
      expect(calls).toEqual(["fired", "resolved", "fired"]);
    });
    expect(beside.loop.model().incidents.at(-1)?.state).toBe("open");
    await end(beside);
    await end(guard);
  });

  it("tell every process whether one that acts leads, from when it begins until it is gone", async () => {
    const clock = new HandClock();
    const console = start(clock, "console");
    const guardedAfter = (ms: number): boolean | undefined => {
      clock.pass(ms, () => {
        tick(console, clock);
      });
      return console.loop.model().guarded;
    };
    expect(guardedAfter(6_000)).toBe(false);
    const guard = start(clock, "guard", { acts: true });
    expect(guardedAfter(12_000)).toBe(true);
    expect([console.loop.model().leads, guard.loop.model().guarded]).toEqual([false, true]);
    await end(guard);
    expect(guardedAfter(12_000)).toBe(false);
    await end(console);
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

  it("take a leader's place also when the history refuses the first attempt", async () => {
    const clock = new HandClock();
    await using pager = await openPager();
    const guard = start(clock, "guard");
    const beside = start(clock, "console", { pager });
    guard.die();
    using other = new DatabaseSync(path);
    other.exec("CREATE TRIGGER full BEFORE INSERT ON alerts BEGIN SELECT RAISE(FAIL, 'disk full'); END");
    hear(beside, clock, down(clock.now()));
    const seconds = (): void => {
      tick(beside, clock);
    };
    clock.pass(30_000, seconds);
    expect(beside.loop.model().troubles.map(({ message }) => message)).toContain("disk full");
    expect(beside.loop.model().leads).toBe(false);
    other.exec("DROP TRIGGER full");
    clock.pass(6_000, seconds);
    expect(beside.loop.model().leads).toBe(true);
    expect(beside.loop.model().incidents.map(({ kind }) => kind)).toEqual(["gateway-down"]);
    await soon(() => {
      expect(pager.calls).toEqual(["fired"]);
    });
    await end(beside);
    await end(guard);
  });

  it("judge and tell alone while the history cannot be written, and share as soon as it can", async () => {
    const clock = new HandClock();
    await using pager = await openPager();
    openHistory({ path, now: clock.now(), owner: "before" })[Symbol.dispose]();
    using other = new DatabaseSync(path);
    other.exec("CREATE TRIGGER full BEFORE INSERT ON writer BEGIN SELECT RAISE(FAIL, 'disk full'); END");
    const guard = start(clock, "guard", { pager });
    hear(guard, clock, down(clock.now()));
    clock.pass(20_000, () => {
      tick(guard, clock);
    });
    expect(guard.loop.model().incidents.map(({ kind }) => kind)).toEqual(["gateway-down"]);
    await soon(() => {
      expect(pager.calls).toEqual(["fired"]);
    });
    other.exec("DROP TRIGGER full");
    clock.pass(6_000, () => {
      tick(guard, clock);
    });
    expect(guard.history.lastBeat()).toBeGreaterThan(midnight);
    expect(guard.loop.model().leads).toBe(true);
    await end(guard);
  });

  it("hand what is under way to the outputs that a changed configuration names", async () => {
    const clock = new HandClock();
    await using pager = await openPager();
    await using gone = await openPager();
    // It was the wrong address: nobody answers there any more.
    await gone[Symbol.asyncDispose]();
    const history = openHistory({ path, now: clock.now(), owner: "guard" });
    const to = (url: string) =>
      alertSettings.parse({ outputs: { webhooks: [{ name: "pager", url, from: "P0" }] } });
    const gateways = [identity("prod-eu", { local: false })];
    const effects = openEffects({
      clock,
      env: {},
      settings: to(gone.url),
      history,
      reload: () => Promise.resolve({ kind: "settings", at: clock.now(), gateways, alerts: to(pager.url) }),
    });
    const loop = startLoop(newModel(clock.now(), gateways), {
      run: effects.run,
      onChange: () => undefined,
      schedule: (fold) => {
        fold();
      },
    });
    effects.start(["prod-eu"], loop.dispatch);
    const guard = { loop, effects, history, die: () => undefined };
    hear(guard, clock, down(clock.now()));
    clock.pass(20_000, () => {
      tick(guard, clock);
    });
    expect(guard.loop.model().gateways[0]?.alerts[0]?.state).toBe("firing");
    // Another process asks for it, as `clawback config apply` does.
    using desk = openHistory({ path, now: clock.now(), owner: "desk" });
    desk.stories.act({ kind: "reload", at: clock.now(), by: "eve" });
    clock.pass(2_000, () => {
      tick(guard, clock);
    });
    await soon(() => {
      expect(pager.calls).toEqual(["fired"]);
    });
    await end(guard);
  });

  it("take one snapshot however often it is asked for while it is being taken", async () => {
    const clock = new HandClock();
    const taken: string[] = [];
    const release: (() => void)[] = [];
    const effects = openEffects({
      clock,
      env: {},
      settings: alertSettings.parse({}),
      takeSnapshot: async ({ as }) => {
        taken.push(as);
        await new Promise<void>((resolve) => release.push(resolve));
        return undefined;
      },
    });
    const ask = (as: "full" | "anomaly"): void => {
      effects.run({ kind: "take-snapshot", gateway: "prod-eu", as, reason: "due" }, () => undefined);
    };
    for (const as of ["full", "full", "anomaly", "full", "anomaly"] as const) ask(as);
    await soon(() => {
      expect(taken).toEqual(["full"]);
    });
    ask("full");
    release.shift()?.();
    await soon(() => {
      expect(taken).toEqual(["full", "anomaly"]);
    });
    // Its reading has begun: another moment is another snapshot.
    ask("anomaly");
    release.shift()?.();
    await soon(() => {
      expect(taken).toEqual(["full", "anomaly", "anomaly"]);
    });
    release.shift()?.();
    await effects[Symbol.asyncDispose]();
    expect(taken).toHaveLength(3);
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
