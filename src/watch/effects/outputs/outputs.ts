import { problemOf, type Clock, type Problem } from "../../../ground/index.ts";
import type { AlertSettings } from "../../alerts/settings.ts";
import { runHook } from "./hook.ts";
import { testAlert, type Announcement } from "./message.ts";
import { postWebhook } from "./webhook.ts";

export type OutputsWorld = {
  readonly clock: Clock;
  readonly env: NodeJS.ProcessEnv;
  readonly onTrouble: (output: string, problem: Problem) => void;
};

export type Outputs = AsyncDisposable & {
  /** True once every output has taken it or failed for good; false when it was called off before. */
  readonly announce: (announcement: Announcement) => Promise<boolean>;
  /** Which of the changes rings the bell. */
  readonly rings: (announcement: Announcement) => boolean;
};

/** What an output made of the test. */
export type OutputTrial = { readonly output: string; readonly problem?: Problem };

/** At most this many deliveries are under way; beyond that an output hears that it missed some, and goes on. */
const underWayLimit = 32;

type Settings = AlertSettings["outputs"];

/** Tells the outside of alerts: each output on its own, none waits for another, and none holds the watch up. */
export const openOutputs = (settings: Settings, world: OutputsWorld): Outputs => {
  const closing = new AbortController();
  const underWay = new Set<Promise<void>>();
  return {
    rings: ({ change, alert }) =>
      change !== "resolved" && settings.bell !== "never" && alert.priority <= settings.bell,
    announce: async (announcement) => {
      const own: Promise<void>[] = [];
      for (const { name, send } of deliveries(settings, announcement, world, closing.signal)) {
        if (underWay.size >= underWayLimit) {
          world.onTrouble(
            name,
            problemOf(new Error(`${underWayLimit} messages are under way; this one was dropped`)),
          );
          continue;
        }
        const delivery = send()
          .catch((error: unknown) => {
            if (!closing.signal.aborted) world.onTrouble(name, problemOf(error));
          })
          .finally(() => underWay.delete(delivery));
        underWay.add(delivery);
        own.push(delivery);
      }
      await Promise.all(own);
      return !closing.signal.aborted;
    },
    [Symbol.asyncDispose]: async () => {
      closing.abort();
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

const deliveries = (
  settings: Settings,
  announcement: Announcement,
  { clock, env }: Omit<OutputsWorld, "onTrouble">,
  signal: AbortSignal,
): readonly { readonly name: string; readonly send: () => Promise<void> }[] => {
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
