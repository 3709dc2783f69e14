import type { RestoreEvent, RestoreStep } from "../../../watch/index.ts";

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

/** One line of a restore under way, for standard error. */
export const eventLine = ({ step, state, detail, wayOut }: RestoreEvent): string =>
  `${signs[state]} ${titles[step].padEnd(16)} ${detail}${wayOut === undefined ? "" : `  (${wayOut})`}\n`;
