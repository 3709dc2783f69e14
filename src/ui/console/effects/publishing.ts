import type { Clock } from "../../../ground/index.ts";
import type { Model } from "../../../watch/index.ts";
import type { Action } from "../state/action.ts";
import type { Pace } from "../terminal/index.ts";

/** How often news may become a frame: ten a second are plenty for eyes, and a slow link is left alone. */
const everyMs: Readonly<Record<Pace, number>> = { live: 100, slow: 500, stalled: 2_000 };

export type Publisher = {
  readonly bring: (watch: Model) => void;
  /** Now, because somebody pressed a key and should decide on the newest there is. */
  readonly bringNow: () => void;
  readonly stop: () => void;
};

/** Brings news to the screen at the pace the link can take: the first at once, the newest of the rest when it is due. */
export const publisher = (clock: Clock, pace: () => Pace, emit: (action: Action) => void): Publisher => {
  let waiting: Model | undefined;
  let resting: (() => void) | undefined;

  const bringNow = (): void => {
    if (waiting === undefined) return;
    const watch = waiting;
    waiting = undefined;
    emit({ kind: "news", watch });
  };
  const rest = (): void => {
    resting = clock.after(everyMs[pace()], () => {
      resting = undefined;
      if (waiting === undefined) return;
      bringNow();
      rest();
    });
  };
  return {
    bring: (watch) => {
      waiting = watch;
      if (resting !== undefined) return;
      bringNow();
      rest();
    },
    bringNow,
    stop: () => {
      resting?.();
      waiting = undefined;
    },
  };
};
