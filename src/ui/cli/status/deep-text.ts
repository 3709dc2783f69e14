import { age, bytes, count, counted, harmlessLine, percent } from "../../../ground/index.ts";
import {
  pressureOf,
  usageOf,
  writeVital,
  type GatewayModel,
  type SessionModel,
} from "../../../watch/index.ts";
import { textTable } from "../table.ts";

const sessionsShown = 10;

/** What `status --deep` adds below a gateway: its numbers, tightest sessions, channels, queues and configuration. */
export const deepLines = (gateway: GatewayModel, now: number): readonly string[] => [
  ...numbers(gateway),
  ...sessionLines(gateway, now),
  ...channelLines(gateway),
  ...configLines(gateway),
];

const numbers = ({ vitals, system, agents, lanes, memory }: GatewayModel): readonly string[] => {
  const waiting = lanes.filter(({ queued }) => queued > 0);
  return [
    `agents ${count(agents?.length)}${agents === undefined ? "" : ` (${agents.slice(0, 12).join(", ")})`} · memory keys ${count(vitals.memory_keys?.value ?? memory?.keys)}`,
    `cpu ${writeVital("cpu", vitals.cpu?.value)} · lag p99 ${writeVital("lag_p99", vitals.lag_p99?.value)} · rss ${bytes(vitals.rss?.value)} · disk free ${bytes(vitals.disk_free?.value)}${system?.diskPath === undefined ? "" : ` at ${harmlessLine(system.diskPath, 100)}`}`,
    `errors ${percent(vitals.error_rate?.value)} · model latency ${writeVital("model_latency", vitals.model_latency?.value)} · queue ${count(vitals.queue?.value)}${waiting.map(({ lane, queued }) => ` ${harmlessLine(lane, 40)}=${queued}`).join("")}`,
  ];
};

const tightness = ({ facts }: SessionModel): number => Math.max(pressureOf(facts) ?? 0, usageOf(facts) ?? 0);

const sessionLines = ({ sessions, sessionTotal }: GatewayModel, now: number): readonly string[] => {
  const tightest = [...sessions.values()].sort((a, b) => tightness(b) - tightness(a)).slice(0, sessionsShown);
  if (tightest.length === 0) return [];
  const rows = tightest.map((session) => {
    const { facts } = session;
    return [
      harmlessLine(facts.key, 60),
      percent(pressureOf(facts)),
      percent(usageOf(facts)),
      facts.lastActivityAt === undefined ? "?" : `${age(now - facts.lastActivityAt)} ago`,
      session.failures > 0
        ? `${counted(session.failures, "turn")} failed`
        : facts.running
          ? "running"
          : harmlessLine(facts.status ?? "?", 30),
    ];
  });
  const more = (sessionTotal ?? sessions.size) - rows.length;
  return [
    ...textTable(["SESSION", "PRESSURE", "USAGE", "LAST", "STATE"], rows),
    ...(more > 0 ? [`and ${count(more)} more with less`] : []),
  ];
};

const channelLines = ({ channels, channelIssues }: GatewayModel): readonly string[] => [
  ...channels
    .map(({ facts }) => facts)
    .filter(({ configured }) => configured)
    .map(
      ({ id, account, connected, terminal, lifecycle, lastError }) =>
        `channel ${harmlessLine(id, 40)}/${harmlessLine(account, 40)}: ${connected ? "connected" : terminal ? "gone for good" : (lifecycle ?? "not connected")}${connected || lastError === undefined ? "" : ` (${harmlessLine(lastError, 200)})`}`,
    ),
  ...channelIssues.map(
    ({ channel, message, fix }) =>
      `${harmlessLine(channel, 40)} says: ${harmlessLine(message, 200)}${fix === undefined ? "" : ` Fix: ${harmlessLine(fix, 200)}`}`,
  ),
];

const configLines = ({ config }: GatewayModel): readonly string[] => {
  if (config === undefined) return ["config ?"];
  if (!config.valid)
    return [
      "config BROKEN: the next restart will fail",
      ...config.issues.map((issue) => `  ${harmlessLine(issue)}`),
    ];
  return [config.pendingRestart === true ? "config valid, saved and not applied yet" : "config valid"];
};
