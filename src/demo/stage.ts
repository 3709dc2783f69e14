import { heroSession } from "./cast.ts";
import type { DemoGateway } from "./gateway.ts";
import type { Random } from "./random.ts";
import type { Step } from "./script.ts";
import { deployConfig } from "./state/config.ts";
import type { Timers } from "./timers.ts";
import { playTurn } from "./turn.ts";

/** Something worth a mark on the time axis, as a deploy tool would leave one. */
export type DemoMark = { readonly at: number; readonly gateway: string; readonly text: string };

export type Stage = {
  readonly gateways: readonly DemoGateway[];
  readonly timers: Timers;
  readonly random: Random;
  readonly mark: (mark: DemoMark) => void;
  /** Owns work that a step begins and nobody waits for. */
  readonly own: (work: Promise<void>) => void;
};

/** Gateways that the script restarts just now, each with the steps that come after that. */
type Restarts = Map<DemoGateway, { readonly step: Step; readonly act: () => void }[]>;

/**
 * Plays the script. A step whose gateway is not running is left out: whoever stopped it has taken over. One whose
 * gateway the script itself restarts comes after that, however long this machine takes for it, and at the same distance
 * from the next as in the script.
 */
export const play = (script: readonly Step[], stage: Stage): void => {
  const restarts: Restarts = new Map();
  for (const [index, step] of script.entries()) {
    const perform = (round: number): void => {
      act(step, stage, restarts, stage.random.fork(`step-${index}-${round}`));
      const { everySeconds } = step;
      if (everySeconds === undefined) return;
      stage.timers.story(everySeconds * 1_000, () => {
        perform(round + 1);
      });
    };
    stage.timers.story(step.atSeconds * 1_000, () => {
      perform(0);
    });
  }
};

/** Before it is tried again whether a turn of the hero is over. */
const waitMs = 500;

const act = (step: Step, stage: Stage, restarts: Restarts, random: Random): void => {
  const gateway = stage.gateways.find(({ name }) => name === step.gateway);
  if (gateway === undefined) return;
  const later = restarts.get(gateway);
  if (later !== undefined) {
    later.push({
      step,
      act: () => {
        act(step, stage, restarts, random);
      },
    });
    return;
  }
  const running = gateway.running();
  if (running === undefined) return;
  switch (step.kind) {
    case "deploy":
      stage.mark({ at: stage.timers.now(), gateway: gateway.name, text: `deploy ${step.version}` });
      restart(gateway, stage, restarts, step, () => {
        deployConfig(gateway.stateDir, `demo-telegram-${random.hex(24)}`);
      });
      return;
    case "restart":
      restart(gateway, stage, restarts, step);
      return;
    case "hero-turn":
      // Two turns of one session never overlap; on a busy machine the one before may still go on.
      if (running.session(heroSession)?.activeRunId !== undefined) {
        stage.timers.story(waitMs, () => {
          act(step, stage, restarts, random);
        });
        return;
      }
      playTurn(running, heroSession, { random, growTokens: step.growTokens });
      return;
    case "channel-refused":
      gateway.refuseChannel(step.channel, step.error);
      return;
    case "kill":
      stage.own(gateway.kill());
  }
};

const restart = (
  gateway: DemoGateway,
  stage: Stage,
  restarts: Restarts,
  step: { readonly downMs: number; readonly bootMs: number; readonly version?: string },
  meanwhile?: () => void,
): void => {
  const { downMs, bootMs, version } = step;
  const stopped = gateway.stop({ restartExpectedMs: downMs + bootMs });
  stage.own(stopped);
  const later: Parameters<Restarts["set"]>[1] = [];
  restarts.set(gateway, later);
  const over = (): void => {
    restarts.delete(gateway);
    const [first] = later;
    for (const next of later) {
      stage.timers.story((next.step.atSeconds - (first?.step.atSeconds ?? 0)) * 1_000, next.act);
    }
  };
  const start = async (): Promise<void> => {
    await stopped;
    // Somebody else may have started it by now, or the whole fleet may have ended.
    if (gateway.status() !== "stopped") {
      over();
      return;
    }
    meanwhile?.();
    try {
      await gateway.start({ bootMs, ...(version === undefined ? {} : { version }) });
    } catch (error) {
      over();
      throw error;
    }
    // Listening is not running: it boots for as long, and what comes meanwhile would find nobody.
    stage.timers.story(bootMs, over);
  };
  stage.timers.story(downMs, () => {
    stage.own(start());
  });
};
