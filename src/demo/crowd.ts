import { hourMs } from "../ground/index.ts";
import { fullCast, type ChannelName, type GatewayCast } from "./cast.ts";

/** How large a fleet may be: each gateway is a server with databases of its own. */
export const largestFleet = 200;

const sites = ["harbour", "quay", "pier", "dock", "mole", "slip", "wharf", "berth"] as const;
const allChannels: readonly ChannelName[] = ["telegram", "slack", "whatsapp"];

/**
 * So many gateways: those of the story first, then everyday ones that no script speaks to, each a little unlike its
 * neighbour. They show what a large fleet looks like and costs.
 */
export const castOf = (size: number): readonly GatewayCast[] => [
  ...fullCast.slice(0, size),
  ...Array.from({ length: Math.max(0, Math.min(size, largestFleet) - fullCast.length) }, (_, index) =>
    bystander(index),
  ),
];

const bystander = (index: number): GatewayCast => {
  const site = sites[index % sites.length] ?? sites[0];
  const name = `${site}-${String(Math.floor(index / sites.length) + 1).padStart(2, "0")}`;
  return {
    name,
    labels: [index % 3 === 0 ? "prod" : "staging", site],
    hostname: `claw-${name}`,
    version: "2026.9.6",
    uptimeMs: (12 + ((index * 37) % 400)) * hourMs,
    agents: index % 2 === 0 ? ["main", "support"] : ["main"],
    sessions: 9 + (index % 3),
    channels: allChannels.filter((_channel, at) => at <= index % 3),
    rssBytes: 380e6 + ((index * 53) % 400) * 1e6,
    lagMs: 8 + ((index * 7) % 25),
    diskFreeBytes: 12e9 + ((index * 11) % 90) * 1e9,
    turnEveryMs: 6_000 + ((index * 13) % 9) * 1_000,
  };
};
