import type { Effect } from "./effect.ts";
import type { Event } from "./event.ts";
import type { Model } from "./model.ts";
import { update } from "./update.ts";

export type LoopPorts = {
  /** Does what is asked, and answers with events through `emit`, at once or later. */
  readonly run: (effect: Effect, emit: (event: Event) => void) => void;
  /** Told once per burst, with the model after all of it. */
  readonly onChange: (model: Model) => void;
  /** Calls back soon: on the next turn of the event loop, or at the next frame. */
  readonly schedule: (fold: () => void) => void;
  /** Sees every event before the model does: for recordings and tests. */
  readonly onEvent?: (event: Event) => void;
};

export type Loop = {
  readonly dispatch: (event: Event) => void;
  readonly model: () => Model;
  /** Events after this are dropped. */
  readonly stop: () => void;
};

/** A queue this long is folded on the spot, without telling anybody yet: a flood costs time, never memory. */
const queueLimit = 1_000;

/** The heart: events in, folded in bursts, one change told, effects run. It holds the only current model. */
export const startLoop = (first: Model, ports: LoopPorts): Loop => {
  let model = first;
  let told = first;
  let queue: Event[] = [];
  let scheduled = false;
  let stopped = false;

  const dispatch = (event: Event): void => {
    if (stopped) return;
    ports.onEvent?.(event);
    queue.push(event);
    if (queue.length >= queueLimit) fold();
    if (scheduled) return;
    scheduled = true;
    ports.schedule(tell);
  };

  const fold = (): void => {
    const burst = queue;
    queue = [];
    const effects: Effect[] = [];
    for (const event of burst) {
      const step = update(model, event);
      model = step.model;
      effects.push(...step.effects);
    }
    // Only after the burst: an answer that comes at once is an event of its own.
    for (const effect of effects) ports.run(effect, dispatch);
  };

  const tell = (): void => {
    scheduled = false;
    if (stopped) return;
    fold();
    if (model === told) return;
    told = model;
    ports.onChange(model);
  };

  return {
    dispatch,
    model: () => model,
    stop: () => {
      stopped = true;
      queue = [];
    },
  };
};
