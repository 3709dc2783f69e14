/** The deploy view and the screens about the console itself. */
export const deploy = {
  place: "deploy",
  more: (count: number) => `and ${count} more; the terminal is too small for them`,
};

export const perf = {
  place: "perf",
  measuring: "measuring …",
  facts: {
    written: "written",
    rate: "now",
    frames: "frames",
    dropped: "frames left out",
    misfits: "frames that did not fit",
    pace: "the link is",
    keyToPaint: "key to paint",
    gap: "longest event loop gap",
    rss: "memory of clawback",
    cpu: "processor",
  },
  perSecond: (amount: string) => `${amount}/s`,
  keys: (count: number, p50: string, p95: string) => `p50 ${p50} · p95 ${p95} · of the last ${count} keys`,
  noKeys: "press some keys",
  pace: {
    live: "quick: 10 frames a second",
    slow: "slow: 2 frames a second",
    stalled: "stalled: 1 frame in 2 s",
  },
  gateways: "what watching costs, by gateway",
  noGateways: "no gateway is watched",
  columns: {
    gateway: "GATEWAY",
    requests: "ASKED",
    bytesIn: "IN",
    bytesOut: "OUT",
    frames: "FRAMES",
    skipped: "SKIPPED",
    refused: "REFUSED",
    timeouts: "TIMEOUTS",
    connects: "CONNECTS",
  },
};

export const audit = {
  place: "audit",
  none: "nothing has been done from here yet",
  columns: { at: "WHEN", exit: "EXIT", took: "TOOK", command: "COMMAND", what: "WHAT CAME OF IT" },
  running: "runs",
};

export const about = {
  place: "about",
  facts: {
    version: "clawback",
    gateways: "gateways",
    person: "acts as",
    time: "time",
    theme: "theme",
    colours: "colours",
    letters: "letters",
    size: "screen",
    readOnly: "read-only",
  },
  all: "everything",
  ascii: "ASCII",
  unicode: "Unicode",
};
