import type { Clock } from "../../ground/index.ts";
import { toBeat } from "./beat.ts";

/**
 * Asks a connection's questions at their cadences: one of each kind under way, few at once, spread so that a fleet
 * does not ask in step, slower when nobody looks or the gateway labours. It knows when to ask, not what. Where nobody
 * looks, what is due in a moment is asked with what is due now, and on the beat of all connections: both of us wake less.
 */
export type Question = {
  readonly name: string;
  /** While somebody looks at this gateway. */
  readonly everyMs: number;
  readonly firstAfterMs: number;
  /** Settles when the answer was dealt with; never rejects. */
  readonly ask: () => Promise<void>;
};

export type Pace = "focused" | "background" | "idle";

export type Poller = {
  readonly start: () => void;
  readonly stop: () => void;
  /** The gateway is asked something anyway: what would soon be due goes with it. */
  readonly along: () => void;
  /** Asks this one at the next moment. */
  readonly hurry: (name: string) => void;
  readonly pace: (pace: Pace) => void;
  /** Doubles every cadence while the gateway's own event loop is late. */
  readonly spare: (degraded: boolean) => void;
  /** Only this question is asked while set: during a suspension all others would be refused. */
  readonly only: (name: string | undefined) => void;
};

const slower: Readonly<Record<Pace, number>> = { focused: 1, background: 3, idle: 10 };

/** Questions under way on one connection. */
const atOnce = 4;
const fleetSpreadMs = 1_500;
/** Never more often than this, whatever hurries. */
const leastMs = 250;
/** What is due within a third of its cadence, and at most so soon, goes along where nobody looks. */
const alongMost = { share: 1 / 3, ms: 5_000 } as const;

type Turn = { readonly question: Question; dueAt: number; lastAt: number; asking: boolean };

export const poller = (
  questions: readonly Question[],
  ports: { readonly clock: Clock; readonly random: () => number },
): Poller => {
  const { clock, random } = ports;
  const turns: readonly Turn[] = questions.map((question) => ({
    question,
    dueAt: Number.POSITIVE_INFINITY,
    lastAt: Number.NEGATIVE_INFINITY,
    asking: false,
  }));
  let running = false;
  let factor = slower.focused;
  let degraded = false;
  let only: string | undefined;
  let under = 0;
  let callOff: () => void = () => undefined;

  const everyMs = (question: Question): number => question.everyMs * factor * (degraded ? 2 : 1);

  const allowed = (turn: Turn): boolean =>
    !turn.asking && (only === undefined || only === turn.question.name);

  /** Nobody looks. The first time each comes when it should. */
  const isFlexible = (turn: Turn): boolean => factor !== slower.focused && Number.isFinite(turn.lastAt);

  /** From when on it is asked, if something is asked then. */
  const alongFrom = (turn: Turn): number =>
    isFlexible(turn)
      ? Math.max(
          turn.lastAt + leastMs,
          turn.dueAt - Math.min(alongMost.ms, everyMs(turn.question) * alongMost.share),
        )
      : turn.dueAt;

  const arm = (): void => {
    callOff();
    if (!running || under >= atOnce) return;
    const now = clock.steady();
    let waitMs = Number.POSITIVE_INFINITY;
    for (const turn of turns) {
      if (!allowed(turn) || turn.dueAt === Number.POSITIVE_INFINITY) continue;
      const leftMs = Math.max(0, turn.dueAt - now);
      waitMs = Math.min(waitMs, isFlexible(turn) ? toBeat(clock, leftMs) : leftMs);
    }
    if (Number.isFinite(waitMs)) callOff = clock.after(waitMs, askDue);
  };

  const askDue = (): void => {
    const now = clock.steady();
    const due = turns
      .filter((turn) => allowed(turn) && alongFrom(turn) <= now)
      .toSorted((a, b) => a.dueAt - b.dueAt);
    for (const turn of due.slice(0, atOnce - under)) ask(turn, now);
    arm();
  };

  const ask = (turn: Turn, now: number): void => {
    const first = turn.lastAt === Number.NEGATIVE_INFINITY;
    turn.asking = true;
    turn.lastAt = now;
    // The second asking falls anywhere within the interval, the later ones drift a little: fleets come apart.
    turn.dueAt = now + everyMs(turn.question) * (first ? 0.5 + random() : 0.9 + 0.2 * random());
    under += 1;
    void turn.question.ask().finally(() => {
      turn.asking = false;
      under -= 1;
      arm();
    });
  };

  const change = (next: () => void): void => {
    const before = turns.map((turn) => everyMs(turn.question));
    next();
    const now = clock.steady();
    turns.forEach((turn, index) => {
      const ratio = everyMs(turn.question) / (before[index] ?? 1);
      if (ratio !== 1 && turn.dueAt > now) turn.dueAt = now + (turn.dueAt - now) * ratio;
    });
    arm();
  };

  return {
    start: () => {
      running = true;
      const now = clock.steady();
      // Whoever looks at this gateway sees it at once; a fleet in the background comes in over a moment.
      const spreadMs = factor === slower.focused ? 0 : fleetSpreadMs;
      for (const turn of turns) turn.dueAt = now + turn.question.firstAfterMs + random() * spreadMs;
      askDue();
    },
    stop: () => {
      running = false;
      callOff();
    },
    along: () => {
      if (running) askDue();
    },
    hurry: (name) => {
      const turn = turns.find((each) => each.question.name === name);
      if (turn === undefined || !running) return;
      turn.dueAt = Math.min(turn.dueAt, Math.max(clock.steady(), turn.lastAt + leastMs));
      arm();
    },
    pace: (pace) => {
      change(() => {
        factor = slower[pace];
      });
    },
    spare: (isDegraded) => {
      if (isDegraded === degraded) return;
      change(() => {
        degraded = isDegraded;
      });
    },
    only: (name) => {
      only = name;
      arm();
    },
  };
};
