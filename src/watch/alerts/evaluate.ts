import { byUrgency, isFiring, type Alert } from "./alert.ts";
import type { BoundRule } from "./bound-rules.ts";
import { tellsMore } from "./catalogue.ts";
import { born, cleared, held, unknown } from "./life.ts";
import type { Finding, View, VaultView } from "./rule.ts";
import { silencedUntil, type Silence } from "./silence.ts";
import { severities } from "./alert.ts";

export type Change = {
  readonly kind: "fired" | "resolved" | "escalated";
  readonly alert: Alert;
  readonly rule: BoundRule["rule"] | undefined;
};

export type Judged = { readonly alerts: readonly Alert[]; readonly changes: readonly Change[] };

type Scene = {
  readonly now: number;
  /** When this process began to watch. */
  readonly startedAt: number;
  readonly alerts: readonly Alert[];
  readonly silences: readonly Silence[];
  /** The gateway is in our own hands: most rules do not judge what we do to it ourselves. */
  readonly maintenance: boolean;
  readonly limit: number;
};

const none: readonly Alert[] = [];

/** Asks every rule, and moves every alert one step through its life. */
export const evaluate = (
  rules: readonly BoundRule[],
  scene: Scene,
  viewFor: (holds: View["holds"]) => View | VaultView,
): Judged => {
  const before = Map.groupBy(scene.alerts, ({ rule }) => rule);
  let holding: readonly Alert[] = none;
  const view = viewFor(
    (subject) => holding !== none && holding.some((alert) => alert.subject === subject && isFiring(alert)),
  );
  const alerts: Alert[] = [];
  const changes: Change[] = [];
  for (const { rule, nature, judge } of rules) {
    holding = before.get(rule.id) ?? none;
    const verdict = scene.maintenance && rule.duringMaintenance !== true ? "unknown" : judge(view);
    if (holding.length === 0 && (verdict === "unknown" || verdict.length === 0)) continue;
    const findings = new Map<string | undefined, Finding>();
    if (verdict !== "unknown") {
      for (const finding of verdict) findings.set(finding.subject, finding);
    }
    for (const alert of holding) {
      const finding = findings.get(alert.subject);
      findings.delete(alert.subject);
      const next =
        finding !== undefined
          ? held(alert, nature, finding, scene.now)
          : verdict === "unknown" || isBeforeUs(alert, rule, scene)
            ? unknown(alert, nature, scene.now)
            : cleared(alert, nature, scene.now);
      if (next !== undefined) alerts.push(next);
      changes.push(...changeBetween(alert, next, rule));
    }
    for (const finding of findings.values()) {
      const alert = born(nature, finding, scene.now);
      alerts.push(alert);
      changes.push(...changeBetween(undefined, alert, rule));
    }
  }
  // Nothing fires and nothing did: so it is of most gateways at most ticks.
  if (alerts.length === 0 && scene.alerts.length === 0) return { alerts: scene.alerts, changes };
  // A rule that was switched off takes its alerts with it.
  for (const { rule } of rules) before.delete(rule.id);
  for (const alert of [...before.values()].flat()) {
    const next = cleared(alert, { hold: { forMs: 0, samples: 1, clearForMs: 0 } }, scene.now);
    if (next !== undefined) alerts.push(next);
    changes.push(...changeBetween(alert, next, undefined));
  }
  return settled(scene, alerts, changes);
};

/** What it fires on was seen by who watched before this process, and still counts. */
const isBeforeUs = (alert: Alert, { witnessedMs = 0 }: BoundRule["rule"], scene: Scene): boolean =>
  alert.evidenceAt < scene.startedAt && scene.now - alert.evidenceAt < witnessedMs;

const settled = (scene: Scene, alerts: readonly Alert[], changes: readonly Change[]): Judged => {
  const silenced = alerts.map((alert) => withSilence(alert, scene.silences, scene.now));
  const sorted = silenced.toSorted(byLifeAndUrgency).slice(0, scene.limit);
  const same =
    sorted.length === scene.alerts.length && sorted.every((alert, place) => alert === scene.alerts[place]);
  if (same && changes.length === 0) return { alerts: scene.alerts, changes };
  const byId = new Map(sorted.map((alert) => [alert.id, alert]));
  return {
    alerts: same ? scene.alerts : sorted,
    // One that found no place would fire anew at every tick: nobody hears of it until it has one.
    changes: changes.flatMap((change) => {
      const alert = byId.get(change.alert.id);
      if (alert === undefined && change.kind === "fired") return [];
      return [{ ...change, alert: alert ?? change.alert }];
    }),
  };
};

const withSilence = (alert: Alert, silences: readonly Silence[], now: number): Alert => {
  const until = silences.length === 0 ? undefined : silencedUntil(silences, alert, now);
  if (until === alert.silencedUntil) return alert;
  const { silencedUntil: _until, ...rest } = alert;
  return until === undefined ? rest : { ...rest, silencedUntil: until };
};

const stages: readonly Alert["state"][] = ["firing", "acknowledged", "pending", "resolved"];

const byLifeAndUrgency = (a: Alert, b: Alert): number =>
  Number(!isFiring(a)) - Number(!isFiring(b)) ||
  (isFiring(a) ? 0 : stages.indexOf(a.state) - stages.indexOf(b.state)) ||
  byUrgency(a, b) ||
  tellsMore(a, b) ||
  a.since - b.since ||
  (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

const changeBetween = (
  before: Alert | undefined,
  after: Alert | undefined,
  rule: BoundRule["rule"] | undefined,
): readonly Change[] => {
  if (after === undefined || before === after) return [];
  const was = before !== undefined && isFiring(before);
  const is = isFiring(after);
  if (!was && is) return [{ kind: "fired", alert: after, rule }];
  if (was && after.state === "resolved") return [{ kind: "resolved", alert: after, rule }];
  if (was && is && severities.indexOf(after.severity) < severities.indexOf(before.severity)) {
    return [{ kind: "escalated", alert: after, rule }];
  }
  return [];
};
