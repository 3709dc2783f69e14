import type { RestoreEvent, RestoreStep } from "../../../watch/index.ts";
import type { Context } from "../command.ts";
import { progressText } from "../vault/index.ts";
import { wrapped } from "../wrapped.ts";

const titles: Readonly<Record<RestoreStep, string>> = {
  recover: "recover",
  "safety-snapshot": "snapshot of now",
  stage: "stage",
  stop: "stop",
  swap: "exchange",
  start: "start",
  ready: "ready",
  verify: "verify",
  "put-back": "put back",
};

/** Each two columns wide, so that the titles stand below each other. */
const signs: Readonly<Record<RestoreEvent["state"], string>> = {
  begun: "… ",
  "going-on": "… ",
  done: "✅",
  skipped: "– ",
  failed: "❌",
};

/** Tells a restore under way on standard error: a line for each step, and one that moves for what lasts. */
export const tellRestore = (
  context: Pick<Context, "err" | "progress" | "terminal">,
): ((event: RestoreEvent) => void) => {
  let leaving = "";
  return ({ step, state, detail, wayOut, progress }) => {
    if (progress !== undefined) {
      context.progress(progressText(progress));
      return;
    }
    context.progress(undefined);
    const lines = wrapped(`${signs[state]} ${titles[step].padEnd(16)} `, detail, context.terminal);
    for (const line of lines) context.err(`${line}\n`);
    // How to leave is said once for as long as it is the same.
    if (wayOut === undefined || wayOut === leaving) return;
    leaving = wayOut;
    for (const line of wrapped(" ".repeat(20), `(${wayOut})`, context.terminal)) context.err(`${line}\n`);
  };
};
