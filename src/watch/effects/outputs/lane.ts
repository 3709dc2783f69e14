import type { Priority } from "../../alerts/alert.ts";

/** One message on its way to one output. */
type Message = {
  readonly alert: string;
  readonly priority: Priority;
  readonly send: () => Promise<void>;
  readonly done: (how: "sent" | "dropped" | "called-off") => void;
};

export type Lane = {
  /** Settles when the message was sent, or will not be. `send` never rejects. */
  readonly add: (message: Omit<Message, "done">) => Promise<"sent" | "dropped" | "called-off">;
  /** What waits is called off; what is under way is for its sender to end. */
  readonly close: () => void;
};

/** So many messages of one output are under way at once; a page for each of five hundred gateways must not be as many programs. */
const atOnce = 8;
/** Four changes of every gateway of a large fleet. Beyond it the least urgent is dropped, and that is told. */
const waitingLimit = 2_000;

/**
 * The messages to one output, so that a broken one holds up nobody but itself: a few at a time, the most urgent first,
 * and of one alert in the order it happened, because a "resolved" that overtakes its "fired" leaves a pager red for ever.
 */
export const openLane = (): Lane => {
  let waiting: readonly Message[] = [];
  const busy = new Set<string>();

  const start = (message: Message): void => {
    waiting = waiting.filter((each) => each !== message);
    busy.add(message.alert);
    void message.send().finally(() => {
      busy.delete(message.alert);
      message.done("sent");
      fill();
    });
  };

  const fill = (): void => {
    while (busy.size < atOnce) {
      const next = mostUrgent(waiting, busy);
      if (next === undefined) return;
      start(next);
    }
  };

  return {
    add: (message) =>
      new Promise((resolve) => {
        waiting = [...waiting, { ...message, done: resolve }];
        if (waiting.length > waitingLimit) {
          const victim = leastUrgent(waiting);
          waiting = waiting.filter((each) => each !== victim);
          victim?.done("dropped");
        }
        fill();
      }),
    close: () => {
      for (const message of waiting) message.done("called-off");
      waiting = [];
    },
  };
};

/** The first of its alert that waits, and the most urgent of those. */
const mostUrgent = (waiting: readonly Message[], busy: ReadonlySet<string>): Message | undefined => {
  const met = new Set(busy);
  let best: Message | undefined;
  for (const message of waiting) {
    if (met.has(message.alert)) continue;
    met.add(message.alert);
    if (best === undefined || message.priority < best.priority) best = message;
  }
  return best;
};

/** Of equals the newest: what began earlier is told first. */
const leastUrgent = (waiting: readonly Message[]): Message | undefined =>
  waiting.reduce<Message | undefined>(
    (worst, each) => (worst === undefined || each.priority >= worst.priority ? each : worst),
    undefined,
  );
