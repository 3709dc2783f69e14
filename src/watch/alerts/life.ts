import { isSameSentence } from "../../ground/index.ts";
import { english } from "../sentences/index.ts";
import { alertId, type Alert } from "./alert.ts";
import type { Finding, Hold } from "./rule.ts";

/**
 * The life of one alert: pending → firing → (acknowledged) → resolved. Time and evidence move it, nothing else:
 *
 * - pending until the condition has held for long enough and in enough distinct observations;
 * - firing until it has been clear for long enough; not knowing is not clear, and keeps it as it is;
 * - one that fires again and again is flapping: it then stays on until it has been quiet for five minutes, so that
 *   people hear of it once;
 * - resolved ones are remembered for half an hour, since the next firing may be the flap.
 */
export const life = {
  flapWindowMs: 1_800_000,
  flapsAt: 4,
  flapQuietMs: 300_000,
  rememberMs: 1_800_000,
  /** A condition that began to hold and then could not be judged any more is forgotten. */
  forgetPendingMs: 600_000,
  fires: 8,
} as const;

export type Nature = {
  readonly rule: string;
  readonly gateway: string;
  readonly severity: Alert["severity"];
  readonly priority: Alert["priority"];
  readonly hold: Hold;
};

export const born = (nature: Nature, finding: Finding, now: number): Alert =>
  matured(
    {
      id: alertId(nature.rule, nature.gateway, finding.subject),
      rule: nature.rule,
      gateway: nature.gateway,
      ...(finding.subject === undefined ? {} : { subject: finding.subject }),
      state: "pending",
      since: now,
      fires: [],
      flapping: false,
      samples: 1,
      ...told(nature, finding),
    },
    nature,
    now,
  );

/** The condition holds (again). */
export const held = (alert: Alert, nature: Nature, finding: Finding, now: number): Alert => {
  if (alert.state === "resolved") {
    const fires = alert.fires.filter((at) => now - at < life.flapWindowMs);
    const { flapping } = alert;
    return matured({ ...born(pendingOnly(nature), finding, now), fires, flapping }, nature, now);
  }
  if (alert.state !== "pending" && alert.clearSince === undefined && isTold(alert, nature, finding))
    return alert;
  const news = told(nature, finding);
  const samples = finding.at > alert.evidenceAt ? Math.min(alert.samples + 1, 1_000) : alert.samples;
  // An onset that was estimated once stays: later windows no longer reach back to it.
  const onset = alert.onset ?? news.onset;
  const { clearSince: _clear, value: _value, threshold: _threshold, ...rest } = alert;
  return matured({ ...rest, ...news, ...(onset === undefined ? {} : { onset }), samples }, nature, now);
};

/** The condition does not hold. `undefined`: the alert is over and forgotten. */
export const cleared = (alert: Alert, nature: Pick<Nature, "hold">, now: number): Alert | undefined => {
  switch (alert.state) {
    case "pending":
      // Earlier fires are remembered as long as they could make a flap.
      if (alert.fires.length === 0) return undefined;
      return { ...alert, state: "resolved", firedAt: alert.fires.at(-1) ?? now, resolvedAt: now };
    case "resolved":
      return alert.resolvedAt !== undefined && now - alert.resolvedAt > life.rememberMs ? undefined : alert;
    case "firing":
    case "acknowledged": {
      const clearSince = alert.clearSince ?? now;
      const quietMs = alert.flapping
        ? Math.max(life.flapQuietMs, nature.hold.clearForMs)
        : nature.hold.clearForMs;
      if (now - clearSince < quietMs) {
        return alert.clearSince === undefined ? { ...alert, clearSince } : alert;
      }
      const { clearSince: _clear, ...rest } = alert;
      return { ...rest, state: "resolved", resolvedAt: now, flapping: false };
    }
  }
};

/** Nobody can say. A firing alert stays: silence of the source is no good news. */
export const unknown = (alert: Alert, nature: Pick<Nature, "hold">, now: number): Alert | undefined => {
  if (alert.state === "resolved") return cleared(alert, nature, now);
  return alert.state === "pending" && now - alert.since > life.forgetPendingMs ? undefined : alert;
};

const matured = (alert: Alert, nature: Nature, now: number): Alert => {
  if (alert.state !== "pending") return alert;
  if (now - alert.since < nature.hold.forMs || alert.samples < nature.hold.samples) return alert;
  const fires = [...alert.fires, now].slice(-life.fires);
  return {
    ...alert,
    // Where another process had it firing first, somebody may have answered already.
    state: alert.acknowledged === undefined ? "firing" : "acknowledged",
    firedAt: now,
    fires,
    flapping: fires.filter((at) => now - at < life.flapWindowMs).length >= life.flapsAt,
  };
};

const pendingOnly = (nature: Nature): Nature => ({
  ...nature,
  hold: { ...nature.hold, samples: Number.POSITIVE_INFINITY },
});

/** The finding has no news for whoever knows the alert. Most have none, and then nothing is put into words again. */
const isTold = (alert: Alert, nature: Nature, finding: Finding): boolean =>
  alert.value === finding.value &&
  alert.next === finding.next &&
  alert.severity === (finding.severity ?? nature.severity) &&
  alert.priority === (finding.priority ?? nature.priority) &&
  (isSameSentence(alert.said, finding.evidence) || alert.evidence === english(finding.evidence));

const told = (
  nature: Nature,
  finding: Finding,
): Pick<Alert, "severity" | "priority" | "evidence" | "said" | "evidenceAt" | "next"> &
  Partial<Pick<Alert, "onset" | "value" | "threshold">> => ({
  severity: finding.severity ?? nature.severity,
  priority: finding.priority ?? nature.priority,
  evidence: english(finding.evidence),
  said: finding.evidence,
  evidenceAt: finding.at,
  next: finding.next,
  ...(finding.onset === undefined ? {} : { onset: finding.onset }),
  ...(finding.value === undefined ? {} : { value: finding.value }),
  ...(finding.threshold === undefined ? {} : { threshold: finding.threshold }),
});
