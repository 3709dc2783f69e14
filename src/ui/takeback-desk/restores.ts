import { accept, openJournal, phaseOf, type Journal, type Vault } from "../../core/index.ts";
import { ExitCode, type Clock } from "../../ground/index.ts";
import { findSnapshot } from "../../keeping/index.ts";
import { problemSaid, stopsOf, told, type RestoreEvent, type Told } from "../../watch/index.ts";
import {
  planRestore,
  refusedBy,
  restoreInPlace,
  rollBackRestore,
  type PreparedRestore,
} from "../../watch/effects/index.ts";
import { detail } from "./found-run.ts";
import {
  failedBy,
  planKey,
  scopeWords,
  type Goal,
  type Planned,
  type RunEnd,
  type TakebackNews,
} from "../console/index.ts";
import type { GatewayDesk } from "../gateway-desk.ts";
import { endOfFailure, outcomeOf, type Outcome } from "./restore-outcome.ts";

export type Restores = {
  readonly plan: (goal: Goal) => Promise<void>;
  /** Each answers with what came of it, in words. */
  readonly restore: (goal: Goal) => Promise<Told>;
  readonly callOff: (gateway: string) => Told;
  /** The gateway is not waited for any longer. */
  readonly cutShort: (gateway: string) => Told;
  readonly accept: (gateway: string) => Promise<Told>;
  readonly putBack: (gateway: string) => Promise<Told>;
  readonly isGoing: () => boolean;
  /** What goes on is called off, or finished where nobody is there to be asked; resolves when all have ended. */
  readonly end: (how: "call-off" | "finish") => Promise<void>;
};

export type RestorePorts = {
  readonly clock: Clock;
  readonly desk: (gateway: string) => Promise<GatewayDesk>;
  readonly vault: () => { readonly vault: Vault; readonly path: string; readonly nudge: () => void };
  readonly readOnly: boolean;
  readonly tell: (news: TakebackNews) => void;
  readonly own: (gateway: string, isOurs: boolean) => void;
};

/** Why the old state went back after it had waited. */
const asked = told({ say: "you-asked" });

type Going = {
  readonly ending: AbortController;
  readonly hurry: AbortController;
  readonly done: Promise<unknown>;
};

/** What work is given: what calls it off, what ends the wait for a gateway, and who hears of each step. */
type Given = {
  readonly signal: AbortSignal;
  readonly cutShort: AbortSignal;
  readonly onEvent: (event: RestoreEvent) => void;
};

export const restoresWith = (ports: RestorePorts): Restores => {
  const { clock, tell } = ports;
  const going = new Map<string, Going>();
  const leaving = new AbortController();

  const prepare = async (
    { gateway, snapshot, scope }: Goal,
    signal: AbortSignal,
  ): Promise<PreparedRestore> => {
    const desk = await ports.desk(gateway);
    const { vault } = ports.vault();
    const { settings, service, controllable } = desk;
    const listed = await vault.list();
    return await planRestore({
      vault,
      snapshot: findSnapshot(snapshot, listed, { of: settings }).snapshot,
      source: await desk.live(),
      settings,
      service,
      controllable,
      choice: scopeWords(scope),
      readOnly: ports.readOnly,
      clock,
      signal,
    });
  };

  const plan = async (goal: Goal): Promise<void> => {
    const key = planKey(goal);
    const planned = (news: Planned): void => {
      tell({ kind: "planned", key, planned: news });
    };
    try {
      const prepared = await prepare(goal, leaving.signal);
      planned({ kind: "done", at: clock.now(), plan: prepared.plan });
    } catch (error) {
      planned(failedBy(error));
    }
  };

  /** From the confirmation to the end: what happens is told as it happens, and what it ended with. */
  const goes = async (
    of: Extract<TakebackNews, { readonly kind: "begun" }>,
    work: (given: Given) => Promise<Outcome>,
  ): Promise<Told> => {
    const { gateway } = of;
    if (going.has(gateway)) {
      throw problemSaid("RESTORE_RUNNING", { say: "goes-on-already", gateway }, { exit: ExitCode.refused });
    }
    const [ending, hurry] = [new AbortController(), new AbortController()];
    ports.own(gateway, true);
    tell(of);
    const onEvent = (event: RestoreEvent): void => {
      tell({ kind: "event", gateway, event });
    };
    const ended = (end: RunEnd): void => {
      tell({ kind: "ended", at: clock.now(), gateway, end });
    };
    const carriedOut = async (): Promise<Told> => {
      let isTold = false;
      try {
        const { end, safetySnapshot, told, problem } = await work({
          signal: ending.signal,
          cutShort: hurry.signal,
          onEvent,
        });
        if (safetySnapshot !== undefined) tell({ kind: "safety", gateway, snapshot: safetySnapshot });
        ended(end);
        isTold = true;
        if (problem !== undefined) throw problem;
        return told;
      } catch (error) {
        if (!isTold) ended(endOfFailure(error));
        throw error;
      } finally {
        going.delete(gateway);
        ports.own(gateway, false);
        ports.vault().nudge();
      }
    };
    const done = carriedOut();
    // Whoever asked for it hears of a failure; who waits for the end only wants to know that it came.
    going.set(gateway, { ending, hurry, done: done.catch(() => undefined) });
    return await done;
  };

  const restore = (goal: Goal): Promise<Told> => {
    const { gateway, snapshot, scope } = goal;
    const begun = { kind: "begun", at: clock.now(), gateway, snapshot, scope, doing: "restoring" } as const;
    return goes(begun, async ({ signal, cutShort, onEvent }) => {
      onEvent({ step: "recover", state: "begun", ...detail({ say: "looking-again" }), at: clock.now() });
      // Time has passed while the plan was read: what is done is planned on how it is now.
      const prepared = await prepare(goal, signal);
      const stop = stopsOf(prepared.plan)[0];
      if (stop !== undefined) throw refusedBy(stop);
      onEvent({ step: "recover", state: "done", detail: prepared.plan.scope, at: clock.now() });
      const desk = await ports.desk(gateway);
      const { settings, service, controllable } = desk;
      const { vault, path } = ports.vault();
      const result = await restoreInPlace({
        vault,
        vaultPath: path,
        prepared,
        source: await desk.live(),
        lookAgain: desk.live,
        settings,
        ports: desk.ports,
        service,
        controllable,
        clock,
        signal,
        cutShort,
        onEvent,
      });
      return outcomeOf(result, prepared, gateway);
    });
  };

  const waiting = async (gateway: string): Promise<Journal> => {
    const { stateDir } = await (await ports.desk(gateway)).live();
    const journal = openJournal(stateDir);
    if (journal !== undefined && phaseOf(journal.records) === "in-place") return journal;
    throw problemSaid(
      "NOTHING_PENDING",
      { say: "nothing-waits", gateway },
      { advice: { say: "decided-elsewhere", gateway }, exit: ExitCode.refused },
    );
  };

  const putBack = async (gateway: string): Promise<Told> => {
    const journal = await waiting(gateway);
    const { snapshot, scope } = journal.begun;
    const begun = {
      kind: "begun",
      at: clock.now(),
      gateway,
      snapshot,
      scope,
      doing: "putting-back",
    } as const;
    return await goes(begun, async ({ signal, cutShort, onEvent }) => {
      const desk = await ports.desk(gateway);
      const { settings, service, controllable } = desk;
      const { running, wasRunning, safetySnapshot } = await rollBackRestore({
        journal,
        vault: ports.vault().vault,
        source: await desk.live(),
        settings,
        service,
        controllable,
        ports: desk.ports,
        reason: "a person asked for it",
        clock,
        signal,
        cutShort,
        onEvent,
      });
      const isWell = running || !wasRunning;
      return {
        end: { kind: "put-back", why: asked.text, said: asked.said, running: isWell, recovery: null },
        safetySnapshot,
        told: told({ say: "put-before", gateway, snapshot }),
        problem: isWell
          ? undefined
          : problemSaid(
              "RESTORE_PUT_BACK",
              { say: "put-before-down", gateway, snapshot },
              { exit: ExitCode.needsPerson },
            ),
      };
    });
  };

  const goingOn = (gateway: string): Going => {
    const found = going.get(gateway);
    if (found !== undefined) return found;
    throw problemSaid("NOTHING_PENDING", { say: "nothing-goes-on", gateway }, { exit: ExitCode.refused });
  };

  return {
    plan,
    restore,
    cutShort: (gateway) => {
      goingOn(gateway).hurry.abort();
      return told({ say: "not-waited-for", gateway });
    },
    callOff: (gateway) => {
      goingOn(gateway).ending.abort(problemSaid("RESTORE_CALLED_OFF", { say: "restore-called-off" }));
      return told({ say: "restore-off", gateway });
    },
    accept: async (gateway) => {
      const journal = await waiting(gateway);
      ports.own(gateway, true);
      try {
        await accept(journal, "a person", clock);
        tell({ kind: "ended", at: clock.now(), gateway, end: { kind: "accepted", recovery: null } });
      } finally {
        ports.own(gateway, false);
      }
      return told({ say: "accepted", snapshot: journal.begun.snapshot });
    },
    putBack,
    isGoing: () => going.size > 0,
    end: async (how) => {
      leaving.abort(problemSaid("LEFT", { say: "console-left" }, { exit: ExitCode.interrupted }));
      if (how === "call-off") {
        const left = problemSaid("RESTORE_CALLED_OFF", { say: "console-left" });
        for (const { ending } of going.values()) ending.abort(left);
      }
      await Promise.all([...going.values()].map(({ done }) => done));
    },
  };
};
