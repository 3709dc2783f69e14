import { asTold } from "../sentences/index.ts";
import { freshValue, type VitalName } from "../vitals/vital.ts";
import type { Finding, View } from "./rule.ts";

/** The gateway answers, so that what is known of it is of now. */
export const isLive = ({ gateway }: View): boolean => {
  const kind = gateway.connection?.state.kind;
  return kind === "up" || kind === "http-only";
};

/** A vital that is still believed and was heard since this machine last paused. */
export const seen = (
  view: View,
  name: VitalName,
): { readonly value: number; readonly at: number } | undefined => {
  const reading = view.gateway.vitals[name];
  if (reading === undefined || reading.at < view.awakeSince) return undefined;
  return freshValue(view.gateway.vitals, name, view.now) === undefined ? undefined : reading;
};

/** The alert as it is, told again: nothing new is known, and nothing that would end it. */
export const still = (view: View, rule: string, subject: string): Finding | undefined => {
  const alert = view.gateway.alerts.find((each) => each.rule === rule && each.subject === subject);
  return alert === undefined
    ? undefined
    : {
        subject,
        severity: alert.severity,
        priority: alert.priority,
        evidence: alert.said ?? asTold(alert.evidence),
        at: alert.evidenceAt,
        next: alert.next,
        ...(alert.value === undefined ? {} : { value: alert.value }),
        ...(alert.threshold === undefined ? {} : { threshold: alert.threshold }),
      };
};
