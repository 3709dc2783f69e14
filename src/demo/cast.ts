import { hourMs } from "../ground/index.ts";

/** Who plays in the demo: the gateways, their agents, channels and numbers. Data only. */
export type ChannelName = "telegram" | "slack" | "whatsapp";

export type GatewayCast = {
  readonly name: string;
  readonly labels: readonly string[];
  readonly hostname: string;
  readonly version: string;
  /** How long it had been up when the story begins. */
  readonly uptimeMs: number;
  readonly agents: readonly [string, ...string[]];
  readonly sessions: number;
  readonly channels: readonly ChannelName[];
  readonly rssBytes: number;
  readonly lagMs: number;
  readonly diskFreeBytes: number;
  /** Between two turns of its everyday life, on average, in the time of the story. */
  readonly turnEveryMs: number;
};

export const fullCast: readonly GatewayCast[] = [
  {
    name: "prod-eu",
    labels: ["prod", "eu"],
    hostname: "claw-eu-1",
    version: "2026.9.5",
    uptimeMs: 76.4 * hourMs,
    agents: ["main", "research", "support", "ops", "billing"],
    sessions: 41,
    channels: ["telegram", "slack", "whatsapp"],
    rssBytes: 812e6,
    lagMs: 24,
    diskFreeBytes: 46e9,
    turnEveryMs: 5_000,
  },
  {
    name: "prod-us",
    labels: ["prod", "us"],
    hostname: "claw-us-1",
    version: "2026.9.6",
    uptimeMs: 219 * hourMs,
    agents: ["main", "research", "support"],
    sessions: 18,
    channels: ["telegram", "slack", "whatsapp"],
    rssBytes: 640e6,
    lagMs: 12,
    diskFreeBytes: 118e9,
    turnEveryMs: 8_000,
  },
  {
    name: "staging",
    labels: ["staging"],
    hostname: "claw-staging",
    version: "2026.9.6",
    uptimeMs: 26 * hourMs,
    agents: ["main", "ops"],
    sessions: 9,
    channels: ["slack"],
    rssBytes: 588e6,
    lagMs: 18,
    diskFreeBytes: 23e9,
    turnEveryMs: 14_000,
  },
  {
    name: "edge-1",
    labels: ["edge"],
    hostname: "claw-edge-1",
    version: "2026.9.6",
    uptimeMs: 52 * hourMs,
    agents: ["main"],
    sessions: 4,
    channels: ["telegram"],
    rssBytes: 402e6,
    lagMs: 31,
    diskFreeBytes: 9e9,
    turnEveryMs: 20_000,
  },
];

/** The session whose context grows until it no longer fits. */
export const heroSession = "agent:main:console-big";

export type ModelCast = {
  readonly provider: string;
  readonly id: string;
  readonly name: string;
  readonly windowTokens: number;
  readonly reserveTokens: number;
  readonly usdPerMillionIn: number;
  readonly usdPerMillionOut: number;
};

export const largeModel: ModelCast = {
  provider: "reef",
  id: "reef-large",
  name: "Reef Large",
  windowTokens: 200_000,
  reserveTokens: 20_000,
  usdPerMillionIn: 1,
  usdPerMillionOut: 2,
};

export const smallModel: ModelCast = {
  provider: "reef",
  id: "reef-small",
  name: "Reef Small",
  windowTokens: 32_000,
  reserveTokens: 8_000,
  usdPerMillionIn: 1,
  usdPerMillionOut: 2,
};

export const modelNamed = (id: string | undefined): ModelCast =>
  id === smallModel.id ? smallModel : largeModel;

/** What people say in the demo: nothing that anybody would mind seeing, and nothing that may ever reach a screen. */
export const smallTalk: readonly [string, ...string[]] = [
  "How many mooring lines are left in the shed?",
  "Please list the tide times for the harbour.",
  "Sort the bait by colour and tell me which one is best.",
  "Summarise the log of the lighthouse in two lines.",
  "Which buoys were painted last week?",
  "Draw up the order for rope and shackles.",
];

export const smallAnswers: readonly [string, ...string[]] = [
  "Seven lines, two of them frayed; the list is in the notebook.",
  "High water at 04:12 and 16:37, low water in between.",
  "Done: red first, then green. Red is said to work on cloudy days.",
  "A quiet night, light wind from the west, nothing to report.",
  "Numbers four, nine and twelve, as planned.",
  "The order is ready and waits for somebody to read it.",
];
