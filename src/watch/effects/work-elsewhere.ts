import { fateOf } from "../../core/index.ts";
import type { Clock } from "../../ground/index.ts";
import type { Event } from "../event.ts";
import type { Operation } from "../model.ts";
import type { Stories } from "./history/index.ts";

export type WorkElsewhere = {
  readonly hear: (operation: Operation) => void;
  /** What others had begun before this process listened: what goes on of it is told. */
  readonly adopt: (stories: Told) => Promise<void>;
  /** Whatever was at work and is gone has ended. */
  readonly look: () => Promise<void>;
};

export type WorkElsewhereOptions = {
  readonly clock: Clock;
  readonly emit: (event: Event) => void;
  /** Takes in what others wrote last: who ends in good order says so, and is gone right after. */
  readonly listen: () => void;
};

type Told = Pick<Stories, "actionsAfter">;

/** What processes have begun and not ended, of those that are not known to be gone. */
export const workUnderWay = async (stories: Told): Promise<readonly Operation[]> => {
  const goingOn: Operation[] = [];
  for (const operation of begunIn(stories)) if (!(await isGone(operation))) goingOn.push(operation);
  return goingOn;
};

type Running = Map<string, Operation>;

/** Not what came from a version that did not say who is at it: nobody could tell when it is over. */
const take = (running: Running, operation: Operation): void => {
  if (operation.ended === undefined && operation.runBy !== undefined) running.set(operation.id, operation);
  else running.delete(operation.id);
};

const begunIn = (stories: Told): readonly Operation[] => {
  const begun: Running = new Map();
  for (let heard = 0; ;) {
    const actions = stories.actionsAfter(heard);
    for (const { number, event } of actions) {
      heard = number;
      if (event?.kind === "operation") take(begun, event.operation);
    }
    if (actions.length === 0) return [...begun.values()];
  }
};

const isGone = async ({ runBy }: Operation): Promise<boolean> =>
  runBy !== undefined && (await fateOf(runBy)) === "gone";

/**
 * What other processes say they are doing to gateways. Who is killed never says that it is over, and what the gateway does
 * from then on is an outage again: so they are looked for as long as they are at it.
 */
export const workElsewhere = ({ clock, emit, listen }: WorkElsewhereOptions): WorkElsewhere => {
  const running: Running = new Map();

  return {
    hear: (operation) => {
      take(running, operation);
    },
    adopt: async (stories) => {
      const begun = begunIn(stories);
      for (const operation of begun) take(running, operation);
      for (const operation of begun) {
        if (await isGone(operation)) running.delete(operation.id);
        // It may have ended, and been told to have, while it was looked for.
        else if (running.get(operation.id) === operation)
          emit({ kind: "operation", at: clock.now(), operation });
      }
    },
    look: async () => {
      const gone: Operation[] = [];
      for (const operation of running.values()) if (await isGone(operation)) gone.push(operation);
      if (gone.length === 0) return;
      listen();
      const at = clock.now();
      for (const operation of gone) {
        if (!running.delete(operation.id)) continue;
        const ended = { at, ok: false, text: "its process is gone" };
        emit({ kind: "operation", at, operation: { ...operation, ended } });
      }
    },
  };
};
