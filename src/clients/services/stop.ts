import { age } from "../../ground/index.ts";
import { asked, give, hasEnded, pause, Stopwatch, type Driven, type Order } from "./order.ts";
import type { ServiceResult, ServiceStatus, StopOptions } from "./service.ts";

const defaultDrainBudgetMs = 330_000;
const defaultSettleMs = 3_000;
/** Between SIGKILL and the end of a process nothing can drain any more. */
const killWithinMs = 10_000;

/** Asks for the end and watches until it has come and stays, or until it is clear why it does not. */
export const stop = (driven: Driven, options: StopOptions): Promise<ServiceResult> =>
  new Stop(driven, options).run();

class Stop {
  readonly #driven: Driven;
  readonly #options: StopOptions;
  /** From when it was asked on: the budget is its own, whatever a slow look took before. */
  #watch: Stopwatch;
  #settleMs: number;

  constructor(driven: Driven, options: StopOptions) {
    this.#driven = driven;
    this.#options = options;
    this.#settleMs = options.settleMs ?? defaultSettleMs;
    this.#watch = new Stopwatch(driven.clock);
  }

  async run(): Promise<ServiceResult> {
    const { supervisor, clock } = this.#driven;
    const { signal, cutShort, whenOver = "leave", drainBudgetMs = defaultDrainBudgetMs } = this.#options;
    const before = await this.#status();
    if (hasEnded(before)) return this.#watch.result("already", before.evidence);
    if (before.staysStopped === true) this.#settleMs = 0;
    this.#watch = new Stopwatch(clock);
    const order = give(supervisor.stop, signal);
    this.#options.onEvent?.(asked(supervisor.stop, `asked ${supervisor.words} to stop`));
    let now = before;
    for (;;) {
      // Looked at once more when the time is over: it may have ended in the last pause, however long that became.
      const isOver = this.#watch.elapsedMs >= drainBudgetMs || cutShort?.aborted === true;
      const looked = await this.#look(order, before, now);
      if ("outcome" in looked) return looked;
      now = looked;
      if (isOver) break;
      this.#tellWaiting(now, drainBudgetMs);
      await this.#pause([cutShort, order.answer()]);
    }
    const isCutShort = cutShort?.aborted === true;
    if (!isCutShort && whenOver === "leave") {
      const still = `it still drains after ${age(this.#watch.elapsedMs)}`;
      return this.#watch.result("timed-out", [still, ...now.evidence], { say: "wait-or-allow-kill" });
    }
    if (hasEnded(now)) return await this.#settle(now);
    const words = isCutShort
      ? "told not to wait any longer: killing it"
      : `the budget of ${age(drainBudgetMs)} is over: killing it`;
    return await this.#kill(now, words);
  }

  /** What has become of the order by now: how it ended, or how the gateway is while it has not. */
  async #look(
    order: Order,
    before: ServiceStatus,
    last: ServiceStatus,
  ): Promise<ServiceResult | ServiceStatus> {
    const answer = order.settled();
    if (answer !== undefined && answer.kind !== "taken")
      return this.#watch.result(answer.kind, [answer.why, ...last.evidence], answer.advice);
    const now = await this.#status();
    // A stop command that waits itself must have come back too, or a start would meet it half-way.
    if (answer === undefined) return now;
    if (hasEnded(now)) return await this.#settle(now);
    // Started again so quickly that its absence was never seen. One that dies at its start again and again may have
    // another process by the time the order arrives: that one is on its way out, too.
    const isAnother = before.pid !== undefined && now.pid !== undefined && now.pid !== before.pid;
    return isAnother && now.state !== "stopping" ? this.#respawned(now) : now;
  }

  #tellWaiting(status: ServiceStatus, budgetMs: number): void {
    const elapsedMs = this.#watch.tell();
    if (elapsedMs === undefined) return;
    // Without a supervisor that kills, only a process that is known by its number can be.
    const killable = this.#driven.supervisor.kill !== undefined || status.pid !== undefined;
    this.#options.onEvent?.({ kind: "waiting", for: "stop", elapsedMs, budgetMs, status, killable });
  }

  /**
   * It has ended: whether somebody starts it again shows within a few seconds. Twice in a row, because one look may be
   * wrong: a process that is just being cleared away is there for one and gone for another.
   */
  async #settle(stopped: ServiceStatus): Promise<ServiceResult> {
    const { clock } = this.#driven;
    const until = clock.steady() + this.#settleMs;
    let isDoubted = false;
    do {
      await this.#pause();
      const again = await this.#status();
      const isThere = !hasEnded(again);
      if (isThere && isDoubted) return this.#respawned(again);
      isDoubted = isThere;
    } while (isDoubted || clock.steady() < until);
    const words = `it ended ${age(this.#watch.elapsedMs)} after it was asked`;
    return this.#watch.result("done", [words, ...stopped.evidence]);
  }

  #respawned(again: ServiceStatus): ServiceResult {
    const as = again.pid === undefined ? "" : `, as process ${again.pid}`;
    return this.#watch.result(
      "respawned",
      [`it ended, and somebody started it again${as}`, ...again.evidence],
      {
        say: "supervised-elsewhere",
      },
    );
  }

  async #kill(last: ServiceStatus, words: string): Promise<ServiceResult> {
    const { clock } = this.#driven;
    this.#options.onEvent?.({ kind: "killing", words });
    const refused = await this.#sendKill(last);
    if (refused !== undefined) return refused;
    const until = clock.steady() + killWithinMs;
    for (;;) {
      const after = await this.#status();
      if (hasEnded(after)) {
        const settled = await this.#settle(after);
        return settled.outcome === "done" ? { ...settled, outcome: "killed" } : settled;
      }
      if (clock.steady() > until)
        return this.#watch.result("failed", ["it survived SIGKILL", ...after.evidence], {
          say: "stop-it-by-hand",
        });
      await this.#pause();
    }
  }

  /** Undefined when it is sent. */
  async #sendKill(last: ServiceStatus): Promise<ServiceResult | undefined> {
    const { supervisor, kill } = this.#driven;
    if (supervisor.kill !== undefined) {
      const answer = await supervisor.kill(this.#options.signal);
      return answer.kind === "taken" ? undefined : this.#watch.result("failed", [answer.why], answer.advice);
    }
    // Looked up again at the last moment: the number may belong to somebody else by now.
    const owner = await this.#driven.owner();
    if (owner?.kind !== "alive" || owner.pid === undefined)
      return this.#watch.result("failed", ["nobody to kill is known", ...last.evidence], {
        say: "stop-it-by-hand",
      });
    kill(owner.pid, "SIGKILL");
    return undefined;
  }

  async #pause(early: readonly (AbortSignal | undefined)[] = []): Promise<void> {
    const { clock } = this.#driven;
    await pause({ clock, signal: this.#options.signal, ms: this.#watch.nextLookMs, early });
  }

  #status(): Promise<ServiceStatus> {
    return this.#driven.status(this.#options.signal);
  }
}
