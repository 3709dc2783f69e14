import { problemOf, type Clock } from "../../ground/index.ts";
import type { Alert } from "../alerts/alert.ts";
import type { AlertSettings } from "../alerts/settings.ts";
import type { Effect } from "../effect.ts";
import type { Event } from "../event.ts";
import { deedsWith, type DeedPorts } from "./deeds.ts";
import { beatEveryMs, type History } from "./history/index.ts";
import { openOutputs, type Announcement, type Outputs } from "./outputs/index.ts";
import { remember } from "./remember.ts";
import { openSharing, type Sharing } from "./sharing.ts";
import { workElsewhere } from "./work-elsewhere.ts";

export type EffectsOptions = DeedPorts & {
  readonly clock: Clock;
  readonly env: NodeJS.ProcessEnv;
  readonly settings: AlertSettings;
  /** Absent: nothing is remembered. */
  readonly history?: History;
  /** Reads the configuration again, when somebody wants a changed one in force. */
  readonly reload?: () => Promise<Extract<Event, { readonly kind: "settings" }>>;
  /** An alert is worth a sound. */
  readonly onBell?: (alert: Alert) => void;
};

type Emit = (event: Event) => void;

export type Effects = AsyncDisposable & {
  readonly run: (effect: Effect, emit: Emit) => void;
  /** Brings back what earlier runs knew, and goes on listening to what is done in other processes. */
  readonly start: (gateways: readonly string[], emit: Emit) => void;
  /** Something a person did here: happens at once, and other processes hear of it. */
  readonly publish: (event: Event & { readonly at: number }, emit: Emit) => void;
};

const flushEveryMs = 30_000;
const listenEveryMs = 1_000;
/** Between two steps of writing, so that a frame can be drawn. */
const breathMs = 5;
/** The past of so many gateways is read at a time, so that a console draws in between. */
const trailsAtATime = 5;

/**
 * Does what `update` asked for and answers with events. An effect that fails is told as trouble in the model: the
 * watch goes on without a memory, without a hook, without a snapshot, and says so.
 */
export const openEffects = (options: EffectsOptions): Effects => {
  const { clock, env, settings, history } = options;
  let emit: Emit = () => undefined;
  let sharing: Sharing | undefined;
  let ended = false;
  const timers = new Set<() => void>();
  const underWay = new Set<Promise<void>>();

  const trouble = (effect: string, error: unknown): void => {
    const { code, message } = problemOf(error);
    emit({ kind: "trouble", at: clock.now(), trouble: { at: clock.now(), effect, code, message } });
  };
  const open = (outputs: AlertSettings["outputs"]): Outputs =>
    openOutputs(outputs, { clock, env, onTrouble: trouble });
  let outputs = open(settings.outputs);

  const guarded = (what: string, act: () => void): void => {
    try {
      act();
    } catch (error) {
      trouble(what, error);
    }
  };

  const after = (ms: number, what: string, act: () => void): void => {
    const callOff = clock.after(ms, () => {
      timers.delete(callOff);
      guarded(what, act);
    });
    timers.add(callOff);
  };

  const every = (ms: number, what: string, act: () => void): void => {
    after(ms, what, () => {
      every(ms, what, act);
      act();
    });
  };

  const own = (work: Promise<void>): void => {
    const owned = work.finally(() => underWay.delete(owned));
    underWay.add(owned);
  };

  const announce = async (announcement: Announcement): Promise<void> => {
    const through = new Set<string>();
    // Called off because other outputs are in force now: it goes on to those, and to nobody twice.
    while (!(await outputs.announce(announcement, through))) if (ended) return;
    if (ended || announcement.change !== "fired") return;
    guarded("history", () => {
      history?.stories.told(announcement.alert, clock.now());
    });
  };

  /** Whether it is for this process to tell people and to act: without a history there is nobody else. */
  const isOurs = (): boolean => {
    if (sharing === undefined) return true;
    try {
      return sharing.leadsStill();
    } catch (error) {
      // Better told twice than not at all.
      trouble("history", error);
      return true;
    }
  };

  const publish = (event: Event & { readonly at: number }): void => {
    guarded("history", () => {
      if (history !== undefined) sharing?.acted(history.stories.act(event));
    });
    emit(event);
  };

  const deeds = deedsWith(options, {
    clock,
    isEnded: () => ended,
    emit: (event) => {
      emit(event);
    },
    publish,
    trouble,
  });

  const reload = async (): Promise<void> => {
    if (options.reload === undefined) return;
    try {
      const read = await options.reload();
      const before = outputs;
      outputs = open(read.alerts.outputs);
      emit(read);
      await before[Symbol.asyncDispose]();
    } catch (error) {
      trouble("configuration", error);
    }
  };

  const bringTrails = (gateways: readonly string[], memory: History): void => {
    const now = clock.now();
    const trails = gateways
      .slice(0, trailsAtATime)
      .map((gateway) => ({ gateway, trail: memory.samples.trail(gateway, now) }))
      .filter(({ trail }) => trail.fine.length > 0 || trail.coarse.length > 0);
    if (trails.length > 0) emit({ kind: "trails", at: now, trails });
    if (gateways.length > trailsAtATime) {
      after(0, "history", () => {
        bringTrails(gateways.slice(trailsAtATime), memory);
      });
    }
  };

  /** A history that cannot be read just now: until it can, this process judges and tells by itself. */
  const begin = (gateways: readonly string[], memory: History): void => {
    try {
      share(gateways, memory);
    } catch (error) {
      trouble("history", error);
      after(beatEveryMs, "history", () => {
        begin(gateways, memory);
      });
    }
  };

  const share = (gateways: readonly string[], memory: History): void => {
    const elsewhere = workElsewhere({
      clock,
      emit: (event) => {
        emit(event);
      },
      listen: () => {
        guarded("history", shared.listen);
      },
    });
    const shared = openSharing({
      clock,
      history: memory,
      gateways,
      acts: options.takeSnapshot !== undefined,
      emit: (event) => {
        emit(event);
        if (event.kind === "reload") own(reload());
        if (event.kind === "operation") elsewhere.hear(event.operation);
      },
      tell: (alert) => {
        own(announce({ change: "fired", alert }));
      },
    });
    sharing = shared;
    own(
      elsewhere.adopt(memory.stories).catch((error: unknown) => {
        trouble("history", error);
      }),
    );
    guarded("history", shared.beat);
    guarded("history", () => {
      bringTrails(gateways, memory);
    });
    every(beatEveryMs, "history", shared.beat);
    every(listenEveryMs, "history", shared.listen);
    every(listenEveryMs, "operations", () => {
      own(elsewhere.look());
    });
    const work = (): void => {
      if (shared.leads() && memory.work(clock.now())) after(breathMs, "history", work);
    };
    every(flushEveryMs, "history", work);
  };

  return {
    start: (gateways, to) => {
      emit = to;
      if (history === undefined) return;
      if (history.putAside !== undefined) {
        trouble(
          "history",
          new Error(`the history was damaged and has been put aside as ${history.putAside}`),
        );
      }
      begin(gateways, history);
    },
    run: (effect, to) => {
      emit = to;
      sharing?.notice(effect);
      if (history !== undefined) {
        guarded("history", () => {
          remember(effect, history, sharing?.leads() === true);
        });
      }
      if (effect.kind === "take-snapshot" && isOurs()) own(deeds.snapshot(effect));
      if (effect.kind === "recover" && isOurs()) own(deeds.recover(effect));
      if (effect.kind === "announce") {
        if (isOurs()) own(announce(effect));
        if (outputs.rings(effect)) options.onBell?.(effect.alert);
      }
    },
    publish: (event, to) => {
      emit = to;
      publish(event);
    },
    [Symbol.asyncDispose]: async () => {
      ended = true;
      for (const callOff of timers) callOff();
      timers.clear();
      await outputs[Symbol.asyncDispose]();
      await Promise.allSettled(underWay);
      if (history !== undefined && sharing?.leads() === true) history.flush();
    },
  };
};
