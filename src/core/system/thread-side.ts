import { parentPort } from "node:worker_threads";
import { isProblem } from "../../ground/index.ts";
import { flatProblem } from "./thread-problem.ts";
import type { ThreadAnswer } from "./threads.ts";

/** The thread's side: one job after the other, each answered. Problems cross the border with all they say. */
export const serve = <Job, Answer>(handle: (job: Job) => Answer | Promise<Answer>): void => {
  const port = parentPort;
  if (port === null) throw new Error("this file runs as a thread");
  let last: Promise<void> = Promise.resolve();
  const answerTo = async (job: Job): Promise<void> => {
    let answer: ThreadAnswer<Answer>;
    try {
      answer = { kind: "done", answer: await handle(job) };
    } catch (error) {
      answer = { kind: "failed", error: isProblem(error) ? flatProblem(error) : error };
    }
    port.postMessage(answer);
  };
  port.postMessage({ kind: "up" } satisfies ThreadAnswer<Answer>);
  port.on("message", (job: Job) => {
    last = last.then(() => answerTo(job));
  });
};
