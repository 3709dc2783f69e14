import { moment } from "../../../ground/index.ts";
import type { Alert } from "../../alerts/alert.ts";

/** What is told when an alert changes: the same facts for every output. Nothing secret is in an alert. */
export type Announcement = {
  readonly change: "fired" | "resolved" | "escalated" | "test";
  readonly alert: Alert;
};

/** Fields are added, never renamed: hooks of strangers read them. */
export const messageOf = (
  { change, alert }: Announcement,
  now: number,
): Readonly<Record<string, string | number | null>> => ({
  version: 1,
  change,
  id: alert.id,
  rule: alert.rule,
  gateway: alert.gateway,
  subject: alert.subject ?? null,
  severity: alert.severity,
  priority: alert.priority,
  evidence: alert.evidence,
  next: alert.next,
  since: alert.since,
  firedAt: alert.firedAt ?? null,
  resolvedAt: alert.resolvedAt ?? null,
  text: textOf({ change, alert }),
  sentAt: now,
});

export const textOf = ({ change, alert }: Announcement): string =>
  `${alert.priority} ${alert.rule} ${change} on ${alert.gateway}${alert.subject === undefined ? "" : ` (${alert.subject})`}: ${alert.evidence}`;

/** For `alerts test`: an alert that says that it is none. */
export const testAlert = (now: number): Alert => ({
  id: "atest",
  rule: "test",
  gateway: "none",
  severity: "info",
  priority: "P0",
  state: "firing",
  since: now,
  firedAt: now,
  evidence: `somebody tried the outputs at ${moment(now)}; nothing is wrong`,
  evidenceAt: now,
  samples: 1,
  next: "clawback alerts list",
  fires: [now],
  flapping: false,
});
