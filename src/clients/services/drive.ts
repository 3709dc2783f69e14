import { type Clock, age } from "../../ground/index.ts";
import type { Owner } from "../../openclaw/index.ts";
import type { ServiceAdvice } from "../sentences/index.ts";
import type {
  Answer,
  Service,
  ServiceResult,
  ServiceStatus,
  StartOptions,
  StopOptions,
  Supervisor,
} from "./service.ts";

export type DrivePorts = {
  readonly clock: Clock;
  /** Who holds the state directory; undefined where there is none to look at. */
  readonly owner: () => Promise<Owner | undefined>;
  readonly kill: (pid: number, signal: "SIGKILL") => void;
};

const pollMs = 250;
const progressEveryMs = 1_000;
const defaultDrainBudgetMs = 330_000;
const defaultStartMs = 30_000;
const defaultSettleMs = 3_000;
/** Between SIGKILL and the end of a process nothing can drain any more. */
const killWithinMs = 10_000;

/** The waiting around a supervisor: the same for all of them, with the lock of the state directory as second witness. */
export const driven = (supervisor: Supervisor, ports: DrivePorts): Service => {
  const { clock } = ports;

  /** The supervisor's word, corrected by the lock: a held directory is never stopped. */
  const status = async (signal: AbortSignal): Promise<ServiceStatus> => {
    const said = await supervisor.status(signal);
    const owner = await ports.owner();
    if (owner === undefined) return said;
    const evidence = [...said.evidence, ...owner.evidence];
    const pid = said.pid ?? (owner.kind === "alive" ? owner.pid : undefined);
    const rest = { ...said, evidence, ...(pid === undefined ? {} : { pid }) };
    if (owner.kind === "alive" && (said.state === "stopped" || said.state === "unknown")) {
      return { ...rest, state: "running" };
    }
    if (said.state === "unknown" && (owner.kind === "nobody" || owner.kind === "dead")) {
      return { ...rest, state: "stopped" };
    }
    return rest;
  };

  const stop = async (options: StopOptions): Promise<ServiceResult> => {
    const { signal, drainBudgetMs = defaultDrainBudgetMs, whenOver = "leave", cutShort, onEvent } = options;
    const begun = clock.steady();
    const elapsedMs = (): number => clock.steady() - begun;
    const result = (
      outcome: ServiceResult["outcome"],
      evidence: readonly string[],
      advice?: ServiceAdvice,
    ): ServiceResult => ({
      outcome,
      tookMs: elapsedMs(),
      evidence,
      ...(advice === undefined ? {} : { advice }),
    });

    const before = await status(signal);
    if (ended(before)) return result("already", before.evidence);
    const asking = ask(supervisor.stop, signal);
    onEvent?.({ kind: "asked", words: `asked ${supervisor.words} to stop`, ...argvOf(supervisor.stop) });

    let now = before;
    let told = -Infinity;
    while (elapsedMs() < drainBudgetMs && cutShort?.aborted !== true) {
      const answer = asking.settled();
      if (answer !== undefined && answer.kind !== "taken") {
        return result(answer.kind, [answer.why, ...now.evidence], answer.advice);
      }
      now = await status(signal);
      // A stop command that waits itself must have come back too, or a start would meet it half-way.
      if (ended(now) && answer !== undefined) return settle(now);
      // Started again so quickly that its absence was never seen. One that dies at its start again and again may have
      // another process by the time the order arrives: that one is on its way out, too.
      const isAnother = before.pid !== undefined && now.pid !== undefined && now.pid !== before.pid;
      if (isAnother && answer !== undefined && now.state !== "stopping") return respawned(now);
      if (elapsedMs() - told >= progressEveryMs) {
        told = elapsedMs();
        onEvent?.({
          kind: "waiting",
          for: "stop",
          elapsedMs: told,
          budgetMs: drainBudgetMs,
          status: now,
          // Without a supervisor that kills, only a process that is known by its number can be.
          killable: supervisor.kill !== undefined || now.pid !== undefined,
        });
      }
      await pause(clock, pollMs, signal, cutShort);
    }
    if (cutShort?.aborted === true) {
      now = await status(signal);
      if (ended(now)) return settle(now);
      return kill(now, "told not to wait any longer: killing it");
    }
    if (whenOver === "leave") {
      return result("timed-out", [`it still drains after ${age(elapsedMs())}`, ...now.evidence], {
        say: "wait-or-allow-kill",
      });
    }
    return kill(now, `the budget of ${age(drainBudgetMs)} is over: killing it`);

    async function settle(stopped: ServiceStatus): Promise<ServiceResult> {
      const until = clock.steady() + (options.settleMs ?? defaultSettleMs);
      do {
        await pause(clock, pollMs, signal);
        const again = await status(signal);
        if (!ended(again)) return respawned(again);
      } while (clock.steady() < until);
      return result("done", [`it ended ${age(elapsedMs())} after it was asked`, ...stopped.evidence]);
    }

    function respawned(again: ServiceStatus): ServiceResult {
      const as = again.pid === undefined ? "" : `, as process ${again.pid}`;
      return result("respawned", [`it ended, and somebody started it again${as}`, ...again.evidence], {
        say: "supervised-elsewhere",
      });
    }

    async function kill(last: ServiceStatus, words: string): Promise<ServiceResult> {
      onEvent?.({ kind: "killing", words });
      if (supervisor.kill !== undefined) {
        const answer = await supervisor.kill(signal);
        if (answer.kind !== "taken") return result("failed", [answer.why], answer.advice);
      } else {
        // Looked up again at the last moment: the number may belong to somebody else by now.
        const owner = await ports.owner();
        if (owner?.kind !== "alive" || owner.pid === undefined) {
          return result("failed", ["nobody to kill is known", ...last.evidence], { say: "stop-it-by-hand" });
        }
        ports.kill(owner.pid, "SIGKILL");
      }
      const until = clock.steady() + killWithinMs;
      for (;;) {
        const after = await status(signal);
        if (ended(after)) {
          const settled = await settle(after);
          return settled.outcome === "done" ? { ...settled, outcome: "killed" } : settled;
        }
        if (clock.steady() > until)
          return result("failed", ["it survived SIGKILL", ...after.evidence], { say: "stop-it-by-hand" });
        await pause(clock, pollMs, signal);
      }
    }
  };

  const start = async ({
    signal,
    withinMs = defaultStartMs,
    onEvent,
  }: StartOptions): Promise<ServiceResult> => {
    const begun = clock.steady();
    const elapsedMs = (): number => clock.steady() - begun;
    const before = await status(signal);
    if (before.state === "running" || before.state === "starting") {
      return { outcome: "already", tookMs: elapsedMs(), evidence: before.evidence };
    }
    const asking = ask(supervisor.start, signal);
    onEvent?.({ kind: "asked", words: `asked ${supervisor.words} to start`, ...argvOf(supervisor.start) });
    let now = before;
    let told = -Infinity;
    while (elapsedMs() < withinMs) {
      const answer = asking.settled();
      if (answer !== undefined && answer.kind !== "taken") {
        return {
          outcome: answer.kind,
          tookMs: elapsedMs(),
          evidence: [answer.why, ...now.evidence],
          advice: answer.advice,
        };
      }
      now = await status(signal);
      if (now.state === "running") return { outcome: "done", tookMs: elapsedMs(), evidence: now.evidence };
      if (answer !== undefined && now.state === "failed") {
        return {
          outcome: "failed",
          tookMs: elapsedMs(),
          evidence: now.evidence,
          advice: { say: "read-start-log" },
        };
      }
      if (elapsedMs() - told >= progressEveryMs) {
        told = elapsedMs();
        onEvent?.({ kind: "waiting", for: "start", elapsedMs: told, budgetMs: withinMs, status: now });
      }
      await pause(clock, pollMs, signal);
    }
    return {
      outcome: "timed-out",
      tookMs: elapsedMs(),
      evidence: [`it does not run ${age(elapsedMs())} after it was asked`, ...now.evidence],
      advice: { say: "read-log-ask-supervisor" },
    };
  };

  return {
    words: supervisor.words,
    status,
    stop,
    start,
    restart: async (options) => {
      const stopped = await stop(options);
      const gone =
        stopped.outcome === "done" || stopped.outcome === "already" || stopped.outcome === "killed";
      if (!gone) return stopped;
      const started = await start(options);
      return {
        ...started,
        tookMs: stopped.tookMs + started.tookMs,
        evidence: [...stopped.evidence, ...started.evidence],
      };
    },
  };
};

const ended = (status: ServiceStatus): boolean => status.state === "stopped" || status.state === "failed";

const argvOf = ({ argv }: { readonly argv?: readonly string[] }): { readonly argv?: readonly string[] } =>
  argv === undefined ? {} : { argv };

/** An order under way: a command that waits for the end itself must not keep us from watching meanwhile. */
const ask = (
  request: { readonly ask: (signal: AbortSignal) => Promise<Answer> },
  signal: AbortSignal,
): { readonly settled: () => Answer | undefined } => {
  let answer: Answer | undefined;
  request.ask(signal).then(
    (given) => {
      answer = given;
    },
    (error: unknown) => {
      answer = { kind: "failed", why: String(error), advice: { say: "own-fault" } };
    },
  );
  return { settled: () => answer };
};

/** Ends early when there is something to do at once, and rejects when it is called off. */
const pause = (clock: Clock, ms: number, signal: AbortSignal, early?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const leave = (): void => {
      callOff();
      signal.removeEventListener("abort", stop);
      early?.removeEventListener("abort", go);
    };
    const stop = (): void => {
      leave();
      reject(signal.reason);
    };
    const go = (): void => {
      leave();
      resolve();
    };
    const callOff = clock.after(ms, go);
    signal.addEventListener("abort", stop, { once: true });
    early?.addEventListener("abort", go, { once: true });
    if (early?.aborted === true) go();
  });
