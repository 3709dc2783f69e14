import type { RestoreEvent, RestoreStep } from "../../../watch/index.ts";
import type { Context } from "../command.ts";
import { progressText } from "../vault/index.ts";

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

const signs: Readonly<Record<RestoreEvent["state"], string>> = {
  begun: "…",
  "going-on": "…",
  done: "✅",
  skipped: "–",
  failed: "❌",
};

/** Tells a restore under way on standard error: a line for each step, and one that moves for what lasts. */
export const tellRestore =
  ({ err, progress }: Pick<Context, "err" | "progress">): ((event: RestoreEvent) => void) =>
  (event) => {
    if (event.progress !== undefined) {
      progress(progressText(event.progress));
      return;
    }
    progress(undefined);
    err(eventLine(event));
  };

const eventLine = ({ step, state, detail, wayOut }: RestoreEvent): string =>
  `${signs[state]} ${titles[step].padEnd(16)} ${detail}${wayOut === undefined ? "" : `  (${wayOut})`}\n`;
