import { problemOf, type Clock, type Problem } from "../../../ground/index.ts";
import type { AlertSettings } from "../../alerts/settings.ts";
import { runHook } from "./hook.ts";
import { openLane, type Lane } from "./lane.ts";
import { testAlert, type Announcement } from "./message.ts";
import { postWebhook } from "./webhook.ts";

export type OutputsWorld = {
  readonly clock: Clock;
  readonly env: NodeJS.ProcessEnv;
  readonly onTrouble: (output: string, problem: Problem) => void;
};

export type Outputs = AsyncDisposable & {
  /**
   * True once every output has taken it or failed for good; false when it was called off before. Outputs in `through`
   * are done with it already, and each that is done is put there.
   */
  readonly announce: (announcement: Announcement, through?: Set<string>) => Promise<boolean>;
  /** Which of the changes rings the bell. */
  readonly rings: (announcement: Announcement) => boolean;
};

/** What an output made of the test. */
export type OutputTrial = { readonly output: string; readonly problem?: Problem };

type Settings = AlertSettings["outputs"];

/** Tells the outside of alerts: each output on its own, none waits for another, and none holds the watch up. */
export const openOutputs = (settings: Settings, world: OutputsWorld): Outputs => {
  const closing = new AbortController();
  const underWay = new Set<Promise<void>>();
  const lanes = new Map<string, Lane>();
  const laneOf = (name: string): Lane => {
    const lane = lanes.get(name) ?? openLane();
    lanes.set(name, lane);
    return lane;
  };

  const deliver = async (
    { name, send }: Delivery,
    { alert }: Announcement,
    through: Set<string>,
  ): Promise<void> => {
    const how = await laneOf(name).add({
      alert: alert.id,
      priority: alert.priority,
      send: async () => {
        try {
          await send();
        } catch (error) {
          if (!closing.signal.aborted) world.onTrouble(name, problemOf(error));
        }
      },
    });
    if (how === "dropped") {
      const words = `too many messages wait for it; that ${alert.rule} changed on ${alert.gateway} was not told`;
      world.onTrouble(name, problemOf(new Error(words)));
    }
    if (how !== "called-off" && !closing.signal.aborted) through.add(name);
  };

  return {
    rings: ({ change, alert }) =>
      change !== "resolved" && settings.bell !== "never" && alert.priority <= settings.bell,
    announce: async (announcement, through = new Set()) => {
      const own = deliveries(settings, announcement, world, closing.signal)
        .filter(({ name }) => !through.has(name))
        .map((each) => {
          const delivery = deliver(each, announcement, through).finally(() => underWay.delete(delivery));
          underWay.add(delivery);
          return delivery;
        });
      await Promise.all(own);
      return !closing.signal.aborted;
    },
    [Symbol.asyncDispose]: async () => {
      closing.abort();
      for (const lane of lanes.values()) lane.close();
      await Promise.allSettled(underWay);
    },
  };
};

/** Sends a message to every output, whatever its priority, and says what became of each. */
export const tryOutputs = async (
  settings: Settings,
  world: Omit<OutputsWorld, "onTrouble">,
  signal: AbortSignal,
): Promise<readonly OutputTrial[]> => {
  const announcement: Announcement = { change: "test", alert: testAlert(world.clock.now()) };
  return Promise.all(
    deliveries(settings, announcement, world, signal).map(async ({ name, send }) => {
      try {
        await send();
        return { output: name };
      } catch (error) {
        return { output: name, problem: problemOf(error) };
      }
    }),
  );
};

type Delivery = { readonly name: string; readonly send: () => Promise<void> };

const deliveries = (
  settings: Settings,
  announcement: Announcement,
  { clock, env }: Omit<OutputsWorld, "onTrouble">,
  signal: AbortSignal,
): readonly Delivery[] => {
  const meant = (from: string): boolean => announcement.alert.priority <= from;
  return [
    ...settings.exec
      .filter((hook) => meant(hook.from))
      .map((hook) => ({
        name: hook.name,
        send: () => runHook(hook, announcement, { now: clock.now(), env, signal }),
      })),
    ...settings.webhooks
      .filter((hook) => meant(hook.from))
      .map((hook) => ({
        name: hook.name,
        send: () => postWebhook(hook, announcement, { clock, env, signal }),
      })),
  ];
};
