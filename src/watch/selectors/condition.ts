import type { ConnectionReport, ConnectionState } from "../../clients/index.ts";
import { age } from "../../ground/index.ts";
import { isFiring, type Alert } from "../alerts/alert.ts";
import { isJudgedMeanwhile } from "../alerts/catalogue.ts";
import type { GatewayModel } from "../gateway-model.ts";
import { settlesAt, workOn } from "../maintenance.ts";
import { gatewayNamed, type Model } from "../model.ts";
import { asTold, told, type Told } from "../sentences/index.ts";

/** How a gateway is, in a word a tired person understands, with how bad that is and why. */
export type Condition = {
  readonly word: string;
  readonly severity: ConditionSeverity;
  /** The observation behind the word, then what the firing alerts say. */
  readonly reasons: readonly Told[];
  readonly since?: number;
  /** It was so at the first look already. */
  readonly orBefore?: true;
};

/** `unknown`: nobody can say. `maintenance`: on purpose, by us or by somebody who said so. */
export type ConditionSeverity = "ok" | "warning" | "critical" | "unknown" | "maintenance";

export const conditionOf = (gateway: GatewayModel, now: number): Condition => {
  const firing = gateway.alerts.filter(isFiring);
  const report = gateway.connection;
  if (report === undefined) {
    return {
      word: "waiting",
      severity: "unknown",
      reasons: [told({ say: "nothing-heard" }), ...saidBy(firing)],
    };
  }
  const base = stateWord(report);
  const worst = worstOf(gateway);
  const sick = base.severity === "ok" && worst !== "ok";
  return {
    word:
      sick && worst === "critical" ? "sick" : base.lasts ? base.word + lastedWords(report, now) : base.word,
    severity: sick ? worst : base.severity,
    reasons: [{ text: report.evidence, said: report.said }, ...saidBy(firing)].filter(
      ({ text }) => text !== "",
    ),
    since: report.since,
    ...(report.orBefore === undefined ? {} : { orBefore: report.orBefore }),
  };
};

/**
 * As `conditionOf`, where it is known what we do to it: while we are at it, it is down on purpose, and right after that
 * alerts from before do not make it sick.
 */
export const conditionIn = (model: Model, gateway: GatewayModel): Condition => {
  const condition = conditionOf(gateway, model.now);
  const severity = severityIn(model, gateway);
  if (severity === condition.severity) return condition;
  return stateWord(gateway.connection).severity === "ok"
    ? { ...condition, word: "settling", severity }
    : { ...condition, severity };
};

const severityIn = (model: Model, gateway: GatewayModel): ConditionSeverity => {
  const { severity } = stateWord(gateway.connection);
  if (severity === "critical" && workOn(model, gateway) !== undefined) return "maintenance";
  if (severity !== "ok") return severity;
  const worst = worstOf(gateway);
  return worst !== "ok" && isFromBefore(model, gateway) ? "maintenance" : worst;
};

/** When its rule judges this again, where we have just been at work on its gateway. */
export const judgedAgainAt = (model: Model, alert: Alert): number | undefined => {
  const gateway = gatewayNamed(model, alert.gateway);
  return gateway === undefined || !isFiring(alert) || isJudgedMeanwhile(alert)
    ? undefined
    : settlesAt(model, gateway);
};

/** All that fires is from before we did something to it. */
const isFromBefore = (model: Model, gateway: GatewayModel): boolean =>
  !gateway.alerts.some((alert) => isFiring(alert) && isJudgedMeanwhile(alert)) &&
  settlesAt(model, gateway) !== undefined;

const worstOf = ({ alerts }: GatewayModel): "critical" | "warning" | "ok" =>
  alerts.some((alert) => alert.severity === "critical" && isFiring(alert))
    ? "critical"
    : alerts.some((alert) => alert.severity === "warning" && isFiring(alert))
      ? "warning"
      : "ok";

const saidBy = (alerts: readonly Alert[]): readonly Told[] =>
  alerts.map(({ rule, evidence, said }) =>
    told({ say: "rule-says", rule, because: said ?? asTold(evidence) }),
  );

type StateWord = {
  readonly word: string;
  readonly severity: ConditionSeverity;
  /** How long it has been so belongs to the word. */
  readonly lasts?: true;
};

const unheard: StateWord = { word: "waiting", severity: "unknown" };

const words: Readonly<Record<Exclude<ConnectionState["kind"], "http-only">, StateWord>> = {
  connecting: { word: "connecting", severity: "unknown" },
  up: { word: "up", severity: "ok" },
  down: { word: "down", severity: "critical", lasts: true },
  booting: { word: "booting", severity: "maintenance" },
  frozen: { word: "frozen", severity: "critical", lasts: true },
  stopping: { word: "stopping", severity: "maintenance" },
  crashed: { word: "crashed", severity: "critical", lasts: true },
  "crash-loop": { word: "crash loop", severity: "critical" },
  suspended: { word: "suspended", severity: "maintenance" },
  "half-open": { word: "silent", severity: "critical", lasts: true },
  "under-scoped": { word: "limited", severity: "warning" },
  pairing: { word: "pairing", severity: "warning" },
  unauthorised: { word: "refused", severity: "critical" },
  incompatible: { word: "incompatible", severity: "critical" },
};

const probedWell: StateWord = { word: "up (http)", severity: "ok" };
const probedUnwell: StateWord = { word: "unwell", severity: "critical" };
const probedUnknown: StateWord = { word: "http ?", severity: "unknown" };

const stateWord = (report: ConnectionReport | undefined): StateWord => {
  if (report === undefined) return unheard;
  const { state } = report;
  if (state.kind !== "http-only") return words[state.kind];
  if (state.healthy === undefined) return probedUnknown;
  return state.healthy ? probedWell : probedUnwell;
};

/** At the first look nobody knows for how long, only that it is no shorter than this. */
const lastedWords = ({ since, orBefore }: ConnectionReport, now: number): string => {
  const lasted = now - since;
  return orBefore === true ? (lasted < 1_000 ? "" : ` >${age(lasted)}`) : ` ${age(lasted)}`;
};

/** Polls come every few seconds; three lost ones in a row are no hiccup. */
const staleAfterMs = 20_000;
/** HTTP probes come more rarely. */
const staleHttpMs = 60_000;

/** How old the newest word of a gateway is, once that is too old to be called live. */
export const staleFor = (gateway: GatewayModel, now: number): number | undefined => {
  if (gateway.heardAt === undefined) return undefined;
  const silence = now - gateway.heardAt;
  const limit = gateway.connection?.state.kind === "http-only" ? staleHttpMs : staleAfterMs;
  return silence > limit ? silence : undefined;
};
