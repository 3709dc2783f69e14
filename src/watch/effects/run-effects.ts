import { problemOf, type Clock } from "../../ground/index.ts";
import type { Alert } from "../alerts/alert.ts";
import type { AlertSettings } from "../alerts/settings.ts";
import type { Effect } from "../effect.ts";
import type { Event } from "../event.ts";
import type { SnapshotSummary } from "../snapshot-summary.ts";
import type { History } from "./history/index.ts";
import { openOutputs } from "./outputs/index.ts";

export type EffectsOptions = {
  readonly clock: Clock;
  readonly env: NodeJS.ProcessEnv;
  readonly settings: AlertSettings;
  /** Absent: nothing is remembered. */
  readonly history?: History;
  /** Takes a snapshot when an alert asks for one. Absent: nobody does. */
  readonly takeSnapshot?: (gateway: string, reason: string) => Promise<SnapshotSummary>;
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

/**
 * Does what `update` asked for and answers with events. An effect that fails is told as trouble in the model: the
 * watch goes on without a memory, without a hook, without a snapshot, and says so.
 */
export const openEffects = (options: EffectsOptions): Effects => {
  const { clock, env, settings, history, takeSnapshot } = options;
  let emit: Emit = () => undefined;
  let writes = false;
  let heardUpTo = 0;
  const own = new Set<number>();
  const timers = new Set<() => void>();
  const underWay = new Set<Promise<void>>();

  const trouble = (effect: string, error: unknown): void => {
    const { code, message } = problemOf(error);
    emit({ kind: "trouble", at: clock.now(), trouble: { at: clock.now(), effect, code, message } });
  };
  const outputs = openOutputs(settings.outputs, { clock, env, onTrouble: trouble });

  const every = (ms: number, what: string, act: () => void): void => {
    const again = (): void => {
      timers.delete(callOff);
      try {
        act();
      } catch (error) {
        trouble(what, error);
      }
      every(ms, what, act);
    };
    const callOff = clock.after(ms, again);
    timers.add(callOff);
  };

  const remember = (effect: Effect, memory: History): void => {
    const { stories } = memory;
    switch (effect.kind) {
      case "record-samples":
        if (writes) memory.keep(effect.rows);
        return;
      case "record-alert":
        if (writes) stories.putAlert(effect.alert);
        return;
      case "record-incident":
        if (writes) stories.putIncident(effect.incident);
        return;
      // What people say is written by whoever hears it, also beside the one that samples.
      case "record-mark":
        stories.putMark(effect.mark);
        return;
      case "record-restore":
        stories.putRestore(effect.restore);
        return;
      case "record-silence":
        stories.putSilence(effect.silence);
        return;
      case "forget-silence":
        stories.dropSilence(effect.id);
        return;
      case "take-snapshot":
      case "announce":
        return;
    }
  };

  const snapshot = async (gateway: string, reason: string): Promise<void> => {
    try {
      const taken = await takeSnapshot?.(gateway, reason);
      if (taken !== undefined) emit({ kind: "snapshot-taken", at: clock.now(), snapshot: taken });
    } catch (error) {
      trouble(`snapshot of ${gateway}`, error);
    }
  };

  const begin = (gateways: readonly string[], memory: History): void => {
    const now = clock.now();
    const lastBeat = memory.lastBeat();
    writes = memory.claim(now);
    if (writes && lastBeat !== undefined) memory.stories.closeFiring(lastBeat);
    heardUpTo = memory.stories.lastAction();
    emit({
      kind: "remembered",
      at: now,
      marks: memory.stories.marks(now - 86_400_000, now),
      restores: memory.stories.restores(now - 90 * 86_400_000),
      silences: memory.stories.silences(now),
      alerts: memory.stories
        .alerts(now - 86_400_000, now, 1_000)
        .filter((alert) => alert.state === "resolved"),
      incidents: memory.stories.incidents(50).toReversed(),
      trails: gateways.map((gateway) => ({ gateway, trail: memory.samples.trail(gateway, now) })),
    });
    every(flushEveryMs, "history", () => {
      writes = memory.claim(clock.now());
      if (writes) memory.flush(clock.now());
    });
    every(listenEveryMs, "history", () => {
      for (const { number, event } of memory.stories.actionsAfter(heardUpTo)) {
        heardUpTo = number;
        if (!own.delete(number)) emit(event);
      }
    });
  };

  return {
    start: (gateways, to) => {
      emit = to;
      if (history === undefined) return;
      try {
        if (history.putAside !== undefined) {
          trouble(
            "history",
            new Error(`the history was damaged and has been put aside as ${history.putAside}`),
          );
        }
        begin(gateways, history);
      } catch (error) {
        trouble("history", error);
      }
    },
    run: (effect, to) => {
      emit = to;
      try {
        if (history !== undefined) remember(effect, history);
      } catch (error) {
        trouble("history", error);
      }
      if (effect.kind === "take-snapshot") {
        const work = snapshot(effect.gateway, effect.reason).finally(() => underWay.delete(work));
        underWay.add(work);
      }
      if (effect.kind === "announce") {
        outputs.announce(effect);
        if (outputs.rings(effect)) options.onBell?.(effect.alert);
      }
    },
    publish: (event, to) => {
      emit = to;
      try {
        if (history !== undefined) own.add(history.stories.act(event));
      } catch (error) {
        trouble("history", error);
      }
      emit(event);
    },
    [Symbol.asyncDispose]: async () => {
      for (const callOff of timers) callOff();
      timers.clear();
      await outputs[Symbol.asyncDispose]();
      await Promise.allSettled(underWay);
      if (history !== undefined && writes) history.flush(clock.now());
    },
  };
};
