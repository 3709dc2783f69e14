import { age, bytes, clockTime, count, harmlessLine, percent } from "../../../ground/index.ts";
import { theVault, type Alert, type Operation } from "../../../watch/index.ts";
import type { FleetSource } from "../../fleet-source.ts";
import type { Context } from "../command.ts";
import { ofGateway } from "../same-world.ts";
import { wrapped } from "../wrapped.ts";
import { isFromDisk, signs, worstUsage } from "../verdict.ts";
import { deepLines } from "./deep-text.ts";
import type { FleetStatus, GatewayStatus } from "./fleet-status.ts";
import { memoryInSync } from "./status-document.ts";

export type StatusForm = { readonly all: boolean; readonly deep: boolean };

const indent = "     ";

export const statusText = (
  status: FleetStatus,
  fleet: Pick<FleetSource, "banner" | "recovered">,
  form: StatusForm,
  terminal: Context["terminal"],
): string => {
  const width = Math.max(...status.gateways.map(({ row }) => row.name.length), 8);
  // A command is never broken: it must survive being copied.
  const reason = (line: string): readonly string[] =>
    /^ *next: /.test(line) ? [indent + line] : wrapped(indent, line, terminal);
  return `${[
    ...(fleet.banner === undefined ? [] : [fleet.banner, ""]),
    ...status.gateways.flatMap((each) => [
      ...wrapped(
        `${signs[each.verdict]} ${each.row.name.padEnd(width)}  `,
        factsOf(each, status.model.now).join(" · "),
        terminal,
      ),
      ...reasonsOf(each).flatMap(reason),
      ...(form.deep ? deepLines(each.row.gateway, status.model.now).map((line) => indent + line) : []),
    ]),
    ...(status.vaultAlerts.length === 0
      ? []
      : ["⚠️ the vault", ...status.vaultAlerts.flatMap(alertLines).flatMap(reason)]),
    ...vaultTroubles(status).flatMap((words) => wrapped("⚠️ ", `the vault: ${words}`, terminal)),
    ...waitingLines(fleet).flatMap(reason),
    "",
    ...closingLines(status, form),
  ].join("\n")}\n`;
};

/** It does not open, or cannot be listed: nothing is known of the way back. */
const vaultTroubles = ({ model }: FleetStatus): readonly string[] =>
  model.troubles.filter(({ effect }) => effect === "vault").map(({ message }) => harmlessLine(message, 300));

/** Healthy or not, somebody has to decide: the old state goes when the time for it is over. */
const waitingLines = ({ recovered }: Pick<FleetSource, "recovered">): readonly string[] =>
  recovered.flatMap(({ outcome, gateway }) =>
    outcome.kind === "waiting"
      ? [
          gateway === undefined ? outcome.words : `${gateway}: ${outcome.words}`,
          `   next: clawback restore status${ofGateway(gateway)}`,
        ]
      : [],
  );

const factsOf = ({ row }: GatewayStatus, now: number): readonly string[] => {
  const { gateway, lastSnapshot, version, uptimeMs, pressure, usage, sessions, channels, rssBytes, lagMs } =
    row;
  const tightest = pressure ?? usage;
  return [
    row.condition.word,
    ...(isFromDisk(gateway) ? ["from disk"] : []),
    ...(row.staleMs === undefined ? [] : [`STALE ${age(row.staleMs)}`]),
    ...(version === undefined ? [] : [version]),
    ...(uptimeMs === undefined ? [] : [`up ${age(uptimeMs)}`]),
    `context ${percent(tightest?.value)}`,
    ...(sessions === undefined ? [] : [`sessions ${count(sessions)}`]),
    ...(channels === undefined ? [] : [`channels ${channels.connected}/${channels.configured}`]),
    ...(rssBytes === undefined ? [] : [`memory ${bytes(rssBytes)}`]),
    ...(lagMs === undefined ? [] : [`lag ${Math.round(lagMs)} ms`]),
    ...(lastSnapshot === undefined ? [] : [`snapshot ${age(now - lastSnapshot.at)} ago`]),
  ];
};

/** Why it is not fine, and what to do, most urgent first. */
const reasonsOf = ({ row, alerts, verdict, doubts }: GatewayStatus): readonly string[] => {
  if (verdict === "fine") return [];
  const { connection } = row.gateway;
  const isUp = connection?.state.kind === "up";
  return [
    ...(row.work === undefined ? [] : [`under way: ${workText(row.work)}`]),
    ...(connection === undefined || isUp ? [] : [harmlessLine(connection.evidence)]),
    // What to do about it is being done.
    ...(connection?.next === undefined || isUp || row.work !== undefined
      ? []
      : [`next: ${nextOf(row.gateway, connection)}`]),
    ...alerts.flatMap((alert) => alertLines(alert)),
    ...doubts,
  ];
};

const workText = ({ kind, snapshot, step, startedAt }: Operation): string =>
  `${kind} ${harmlessLine(snapshot ?? step, 100)}, since ${clockTime(startedAt)} UTC`;

/** What is down here can be asked of its service; of all else the connection knows best. */
const nextOf = (
  { identity }: GatewayStatus["row"]["gateway"],
  { state, next }: NonNullable<GatewayStatus["row"]["gateway"]["connection"]>,
): string =>
  state.kind === "down" && identity.local
    ? `clawback service status${ofGateway(identity.name)}`
    : harmlessLine(next ?? "");

/** Whom an alert is about, for a person. */
export const whose = ({ gateway }: Pick<Alert, "gateway">): string =>
  gateway === theVault ? "the vault" : gateway;

export const alertLines = (alert: Alert): readonly string[] => {
  const began = alert.onset?.at ?? alert.since;
  const about = alert.subject === undefined ? "" : ` ${harmlessLine(alert.subject, 100)}`;
  const known = alert.state === "acknowledged" ? ` (acknowledged by ${alert.acknowledged?.by ?? "?"})` : "";
  const evidence = harmlessLine(alert.evidence);
  // Some evidence says it in its own words already.
  const since = /\(since [\d:]+\)$/.test(evidence) ? "" : ` (since ${clockTime(began)} UTC)`;
  return [`${alert.priority} ${alert.rule}${about}: ${evidence}${since}${known}`, `   next: ${alert.next}`];
};

const closingLines = (status: FleetStatus, { all, deep }: StatusForm): readonly string[] => {
  const { gateways, model, vaultAlerts } = status;
  const sick = gateways.filter(({ verdict }) => verdict !== "fine");
  // Probes say that a gateway answers and is ready; of its agents they say nothing.
  const isBlind = gateways.some(({ row }) => row.gateway.connection?.state.kind === "http-only");
  const fine = isBlind ? "All gateways ready; agents are not seen over HTTP" : "All agents healthy";
  const headline =
    gateways.length > 0 && sick.length === 0
      ? vaultAlerts.length === 0
        ? `Status: ✅ ${fine}`
        : `Status: ⚠️ ${fine}, and the vault needs attention`
      : sickLine(sick, gateways.length);
  if (!all && !deep) return [headline];
  return [headline, `Context usage: ${percent(worstUsage(model))}`, `Memory sync: ${memoryWords(gateways)}`];
};

const sickLine = (sick: readonly GatewayStatus[], all: number): string => {
  const names = sick.map(({ row }) => row.name).join(", ");
  // Nothing is known against them, only too little for them.
  if (sick.length > 0 && sick.every(isOnlyDoubted)) {
    return `Status: ⚠️ ${sick.length} of ${all} ${all === 1 ? "gateway" : "gateways"} cannot be judged yet: ${names}`;
  }
  return `Status: ❌ ${sick.length} of ${all} ${all === 1 ? "gateway needs" : "gateways need"} attention: ${names}`;
};

const isOnlyDoubted = ({ verdict, alerts, doubts, row }: GatewayStatus): boolean =>
  verdict === "attention" && alerts.length === 0 && doubts.length > 0 && row.condition.severity === "ok";

const memoryWords = (gateways: readonly GatewayStatus[]): string => {
  const inSync = memoryInSync(gateways);
  if (inSync === null) {
    return gateways.some(({ row }) => row.gateway.memory !== undefined)
      ? "? (an index is in use, and its files could not be looked at)"
      : "? (no state directory on this machine to look at)";
  }
  if (inSync) return "✅ Complete";
  const behind = gateways.flatMap(({ row }) =>
    row.gateway.memory?.inSync === false
      ? [`${row.name} (${row.gateway.memory.detail ?? "index and files disagree"})`]
      : [],
  );
  return `❌ Out of sync: ${behind.join("; ")}`;
};
