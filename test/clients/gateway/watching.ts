import {
  type GatewayEvent,
  type GatewayPorts,
  type GatewaySettings,
  type GatewayWatch,
  watchGateway,
} from "../../../src/clients/index.ts";
import { type Clock, systemClock } from "../../../src/ground/index.ts";

/** How long at a time a fast clock waits, and what counts of that at most. */
const stepMs = { waits: 10, counts: 20 } as const;

/**
 * A clock that runs so many times faster: waits of seconds become moments, over real sockets. Where the machine holds
 * this process up it stands still as well: to a peer in the same process a moment would be many seconds of silence.
 */
export const fastClock = (speed: number): Clock => {
  const began = systemClock.now();
  let passedMs = 0;
  let seenAt = systemClock.steady();
  const steady = (): number => {
    const now = systemClock.steady();
    passedMs += Math.min(now - seenAt, stepMs.counts) * speed;
    seenAt = now;
    return passedMs;
  };
  return {
    now: () => began + steady(),
    steady,
    after: (delayMs, run) => {
      const dueAt = steady() + delayMs;
      let callOff: () => void;
      const wait = (leftMs: number): void => {
        callOff = systemClock.after(Math.min(leftMs / speed, stepMs.waits), () => {
          const stillMs = dueAt - steady();
          if (stillMs <= 0) run();
          else wait(stillMs);
        });
      };
      wait(delayMs);
      return () => {
        callOff();
      };
    },
  };
};

export const settingsFor = (url: string, more: Partial<GatewaySettings> = {}): GatewaySettings => ({
  name: "gw",
  url,
  labels: [],
  token: { kind: "inline", value: sharedToken },
  service: { kind: "none" },
  readOnly: false,
  insecure: false,
  httpOnly: false,
  ...more,
});

export const sharedToken = "token-canary-51c2";

export const portsFor = (more: Partial<GatewayPorts> = {}): GatewayPorts => ({
  clock: systemClock,
  random: () => 0.5,
  secret: (source) => Promise.resolve(source.kind === "inline" ? source.value : ""),
  version: "1.2.3",
  ...more,
});

type News<Kind extends GatewayEvent["kind"]> = Extract<GatewayEvent, { kind: Kind }>;

export type Watching = {
  readonly watch: GatewayWatch;
  readonly events: readonly GatewayEvent[];
  readonly all: <Kind extends GatewayEvent["kind"]>(kind: Kind) => readonly News<Kind>[];
  /** The first event of the kind that fits, past or to come. */
  readonly next: <Kind extends GatewayEvent["kind"]>(
    kind: Kind,
    fits?: (news: News<Kind>) => boolean,
  ) => Promise<News<Kind>>;
  /** The states met so far, in order, each once in a row. */
  readonly states: () => readonly string[];
  /** Waits for a state that begins from now on. */
  readonly state: (kind: string) => Promise<News<"connection">>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
};

export const watching = (settings: GatewaySettings | string, ports: Partial<GatewayPorts> = {}): Watching => {
  const events: GatewayEvent[] = [];
  const waiting = new Set<() => void>();
  const watch = watchGateway(
    typeof settings === "string" ? settingsFor(settings) : settings,
    portsFor(ports),
    (event) => {
      events.push(event);
      for (const look of waiting) look();
    },
  );
  const isKind =
    <Kind extends GatewayEvent["kind"]>(kind: Kind) =>
    (event: GatewayEvent): event is News<Kind> =>
      event.kind === kind;
  const next: Watching["next"] = (kind, fits = () => true) =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = events.filter(isKind(kind)).find(fits);
        if (found === undefined) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  return {
    watch,
    events,
    all: (kind) => events.filter(isKind(kind)),
    next,
    states: () =>
      events
        .filter(isKind("connection"))
        .map((news) => news.report.state.kind)
        .filter((kind, index, kinds) => kind !== kinds[index - 1]),
    state: (kind) => {
      const from = events.length;
      return next("connection", (news) => news.report.state.kind === kind && events.indexOf(news) >= from);
    },
    [Symbol.asyncDispose]: () => watch.stop(),
  };
};

/** Waits until the claim holds; the test's own time-out is the bound. */
export const until = async (claim: () => boolean): Promise<void> => {
  while (!claim()) await new Promise((resolve) => setTimeout(resolve, 2));
};
