import { clockTime, ExitCode } from "../../ground/index.ts";
import {
  conditionOf,
  isFiring,
  isSpeechless,
  judgedFrom,
  type Alert,
  type GatewayModel,
  type Model,
} from "../../watch/index.ts";

/** `connecting` is one of its states too, once the time for a look is over. */
export const isUnreachable = ({ connection }: GatewayModel): boolean =>
  connection === undefined || connection.state.kind === "connecting" || isSpeechless(connection.state);

/** `fine` only when it answers and nothing is known to be wrong; unknown is never fine. */
export type Verdict = "fine" | "attention" | "unreachable";

export const verdictOf = (
  gateway: GatewayModel,
  alerts: readonly Alert[],
  doubts: readonly string[],
  now: number,
): Verdict => {
  if (isUnreachable(gateway)) return "unreachable";
  const isWell = conditionOf(gateway, now).severity === "ok" && alerts.length === 0;
  return isWell && doubts.length === 0 ? "fine" : "attention";
};

/** Why one that answers cannot be called fine, though nothing is known against it: nobody judged it, or it told too little. */
export const doubtsOf = (model: Model, gateway: GatewayModel): readonly string[] => {
  if (gateway.connection?.state.kind !== "up") return [];
  const judged = judgedFrom(model, gateway);
  const untold = untoldBy(gateway);
  return [
    ...(judged === undefined
      ? []
      : judged === "when-over"
        ? ["something is being done to it: no rule judges it before that is over"]
        : [`something was done to it a moment ago: no rule judges it before ${clockTime(judged)} UTC`]),
    ...(untold.length === 0
      ? []
      : [`it has not told in time, and nothing is known of: ${untold.join(", ")}`]),
  ];
};

/** What a first look waits for, of a gateway that is up. */
export const untoldBy = (gateway: GatewayModel): readonly string[] => {
  const waits = (known: unknown, method: string, what: string): readonly string[] =>
    known === undefined && !gateway.absent.includes(method) ? [what] : [];
  return [
    ...waits(gateway.system, "system.info", "its host and memory"),
    ...waits(gateway.sessionsAt, "sessions.list", "its sessions"),
    ...waits(gateway.channelsAt, "channels.status", "its channels"),
    ...waits(gateway.configAt, "config.get", "its configuration"),
  ];
};

/**
 * Firing alerts of one gateway: what the process that watches all the time knows, since it saw them begin, then what
 * only this look saw.
 */
export const alertsOf = (gateway: GatewayModel, watcher: readonly Alert[] | undefined): readonly Alert[] => {
  const known = (watcher ?? []).filter((alert) => alert.gateway === gateway.identity.name);
  const seen = gateway.alerts.filter((alert) => isFiring(alert) && !known.some(({ id }) => id === alert.id));
  return [...known, ...seen].toSorted((a, b) =>
    a.priority < b.priority ? -1 : a.priority > b.priority ? 1 : 0,
  );
};

export const exitFor = (verdicts: readonly Verdict[]): ExitCode => {
  if (verdicts.includes("unreachable")) return ExitCode.gateway;
  return verdicts.includes("attention") ? ExitCode.notFine : ExitCode.fine;
};

export const signs: Readonly<Record<Verdict, string>> = { fine: "✅", attention: "⚠️", unreachable: "❌" };

/** What it said before it fell silent, or what its directory tells since: never taken for live. */
export const isFromDisk = ({ sessionsAt, heardAt }: GatewayModel): boolean =>
  sessionsAt !== undefined && (heardAt === undefined || sessionsAt > heardAt);

/** The tightest context of the fleet, by usage; absent where nobody knows. */
export const worstUsage = (model: Model): number | undefined => {
  const known = model.gateways.flatMap(({ vitals }) => vitals.context_usage?.value ?? []);
  return known.length === 0 ? undefined : Math.max(...known);
};
