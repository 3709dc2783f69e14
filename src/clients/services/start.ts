import { age } from "../../ground/index.ts";
import { asked, give, pause, Stopwatch, type Driven } from "./order.ts";
import type { ServiceResult, StartOptions } from "./service.ts";

const defaultStartMs = 30_000;

/** Asks for a start and watches until the process runs, or until it is clear that it does not come. */
export const start = async (
  { supervisor, clock, status }: Driven,
  { signal, withinMs = defaultStartMs, onEvent }: StartOptions,
): Promise<ServiceResult> => {
  const looking = new Stopwatch(clock);
  const before = await status(signal);
  if (before.state === "running" || before.state === "starting")
    return looking.result("already", before.evidence);
  const watch = new Stopwatch(clock);
  const order = give(supervisor.start, signal);
  onEvent?.(asked(supervisor.start, `asked ${supervisor.words} to start`));
  let now = before;
  for (;;) {
    // Looked at once more when the time is over: it may have come up in the last pause, however long that became.
    const isOver = watch.elapsedMs >= withinMs;
    const answer = order.settled();
    if (answer !== undefined && answer.kind !== "taken")
      return watch.result(answer.kind, [answer.why, ...now.evidence], answer.advice);
    now = await status(signal);
    if (now.state === "running") return watch.result("done", now.evidence);
    if (answer !== undefined && now.state === "failed")
      return watch.result("failed", now.evidence, { say: "read-start-log" });
    if (isOver) break;
    const elapsedMs = watch.tell();
    if (elapsedMs !== undefined)
      onEvent?.({ kind: "waiting", for: "start", elapsedMs, budgetMs: withinMs, status: now });
    await pause({ clock, signal, ms: watch.nextLookMs, early: [order.answer()] });
  }
  const words = `it does not run ${age(watch.elapsedMs)} after it was asked`;
  return watch.result("timed-out", [words, ...now.evidence], { say: "read-log-ask-supervisor" });
};
