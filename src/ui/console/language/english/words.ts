const factHeads: readonly [name: string, value: string] = ["what", "how it is"];

/** Words that many screens use. */
export const words = {
  comma: ", ",
  semicolon: "; ",
  by: "by",
  countOf: (shown: number, total: number) => `${shown} of ${total}`,
  following: "following",
  paused: "paused, f follows",
  newBelow: (count: number) => `${count} new`,
  moreBelow: (count: number) => `${count} more`,
  stale: "STALE",
  ago: (age: string) => `${age} ago`,
  nothingMatches: (filter: string) => `nothing here matches /${filter} · Esc shows all`,
  unknown: "unknown",
  none: "none",
  factHeads,
  yes: "yes",
  no: "no",
  now: "now",
  prod: "PROD",
  readOnly: "READ-ONLY",
  demo: "demo",
  guardOn: "guard on",
  noGuard: "no guard",
  gateways: (count: number) => `${count} ${count === 1 ? "gateway" : "gateways"}`,
  critical: (count: number) => `${count} critical`,
  warnings: (count: number) => `${count} ${count === 1 ? "warning" : "warnings"}`,
  unknowns: (count: number) => `${count} unknown`,
  allWell: "all well",
  gone: "it is not there any more; Esc goes back",
};

/** How a gateway is; the watch says it in these words, some with a time behind them. */
export const states: Readonly<Record<string, string>> = {};
