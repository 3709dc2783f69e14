import { rmSync } from "node:fs";
import { join } from "node:path";
import { makePassingFolder, Problem, systemClock, type Clock } from "../ground/index.ts";
import { fullCast } from "./cast.ts";
import { chatter } from "./chatter.ts";
import { castOf } from "./crowd.ts";
import { createGateway, type DemoGateway, type GatewayStatus } from "./gateway.ts";
import { live } from "./life.ts";
import { randomOf } from "./random.ts";
import { incident } from "./script.ts";
import { play, type DemoMark } from "./stage.ts";
import { timersOf } from "./timers.ts";

export type DemoOptions = {
  /** How many times as fast the story runs; what the protocol promises in seconds stays in seconds. */
  readonly speed?: number;
  readonly seed?: number;
  readonly clock?: Clock;
  readonly scenario?: "incident" | "healthy";
  /** The incident begins when somebody watches its first gateway: how long a console takes to open is no part of it. */
  readonly waits?: boolean;
  /** The first gateway that is started by hand ends again at once, as one does that was given a state it cannot use. */
  readonly mishap?: boolean;
  /** The first stop waits for a turn that does not end. */
  readonly busy?: boolean;
  /** How many play, those of the story first; more than it has are everyday ones. */
  readonly gateways?: number;
  /** Lines that the first one writes into its log every second, besides what happens to it. */
  readonly logLinesPerSecond?: number;
};

export type DemoFleet = {
  readonly gateways: readonly {
    readonly name: string;
    readonly url: string;
    readonly token: string;
    readonly stateDir: string;
    readonly labels: readonly string[];
  }[];
  readonly startedAt: number;
  /** Hears of every mark of the script: those that were and those that come. The answer ends it. */
  readonly onMark: (listener: (mark: DemoMark) => void) => () => void;
  readonly control: (name: string) => DemoControl;
  /** Ends every gateway and removes everything the demo wrote. */
  readonly stop: () => Promise<void>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
};

/** The hands of whoever plays the supervisor: what systemd would do to a real gateway. */
export type DemoControl = {
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
  readonly kill: () => Promise<void>;
  readonly freeze: () => void;
  readonly status: () => GatewayStatus;
};

/** As long as a real gateway waits for its turns at the most. */
const endlessTurnMs = 315_000;

export const startDemoFleet = async (options: DemoOptions = {}): Promise<DemoFleet> => {
  const {
    speed = 1,
    seed = 1,
    clock = systemClock,
    gateways: size = fullCast.length,
    scenario = "incident",
    waits = false,
    logLinesPerSecond = 0,
    mishap = false,
    busy = false,
  } = options;
  /** It is asked twice to start on what came in. */
  let dooms = mishap ? 2 : 0;
  let isBusy = busy;
  const root = makePassingFolder("demo");
  const startedAt = clock.now();
  // A console that ends without a word still takes its temporary folder along.
  const removeRoot = (): void => {
    // A thread that saves may write there until the very end.
    rmSync(root, { recursive: true, force: true, maxRetries: 3 });
  };
  process.once("exit", removeRoot);
  const gateways: DemoGateway[] = [];
  const marks: DemoMark[] = [];
  const listeners = new Set<(mark: DemoMark) => void>();
  const timers = timersOf(clock, speed);
  const work = new Set<Promise<void>>();
  const own = (begun: Promise<void>): void => {
    const ended = begun.finally(() => work.delete(ended));
    work.add(ended);
    // Kept for `stop`, which waits for it and tells what went wrong.
    ended.catch((error: unknown) => failures.push(error));
  };
  const failures: unknown[] = [];
  let begin = (): void => undefined;
  const stop = async (): Promise<void> => {
    timers.cancelAll();
    await Promise.allSettled(work);
    await Promise.all(gateways.map((gateway) => gateway.kill()));
    removeRoot();
    process.off("exit", removeRoot);
    if (failures.length > 0) throw new AggregateError(failures, "the demo's script went wrong");
  };
  try {
    for (const [place, cast] of castOf(size).entries()) {
      const random = randomOf(`${seed}/${cast.name}`);
      gateways.push(
        await createGateway(cast, {
          clock,
          speed,
          seed: `${seed}/${cast.name}`,
          random,
          stateDir: join(root, cast.name, ".openclaw"),
          logPath: join(root, "log", `${cast.name}.log`),
          live: (running) => {
            live(running, random.fork(`life-${running.bootId}`), scenario);
            if (place === 0 && logLinesPerSecond > 0) chatter(running, logLinesPerSecond);
          },
          welcomed: () => {
            if (place === 0) begin();
          },
        }),
      );
    }
  } catch (error) {
    await stop();
    throw error;
  }
  if (scenario === "incident") {
    const mark = (made: DemoMark): void => {
      marks.push(made);
      for (const listener of listeners) listener(made);
    };
    begin = () => {
      begin = () => undefined;
      play(incident, { gateways, timers, random: randomOf(`${seed}/script`), mark, own });
    };
    if (!waits) begin();
  }
  return {
    onMark: (listener) => {
      for (const mark of marks) listener(mark);
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    gateways: gateways.map(({ name, url, token, stateDir, labels }) => ({
      name,
      url,
      token,
      stateDir,
      labels,
    })),
    startedAt,
    control: (name) => {
      const gateway = gateways.find((each) => each.name === name);
      if (gateway === undefined) {
        throw new Problem("DEMO_UNKNOWN_GATEWAY", `No gateway of the demo is called ${name}.`, {
          hint: `There are: ${gateways.map((each) => each.name).join(", ")}.`,
        });
      }
      return {
        start: () => {
          const dies = dooms > 0;
          if (dies) dooms -= 1;
          return gateway.start({ dies });
        },
        stop: () => {
          const drainMs = isBusy ? endlessTurnMs : 0;
          isBusy = false;
          return gateway.stop({ drainMs });
        },
        kill: gateway.kill,
        freeze: gateway.freeze,
        status: gateway.status,
      };
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
};
