import * as z from "zod";
import { percent, count } from "../../../ground/index.ts";
import { clockTime } from "../../clock-time.ts";
import type { SessionModel } from "../../gateway-model.ts";
import { pressureOf } from "../../intake/sessions.ts";
import { command } from "../command.ts";
import { atOnce, gatewayRule, type Finding } from "../rule.ts";
import { isLive, still } from "../seen.ts";

/** More than this many at once say no more. */
const atMost = 20;

export const sessionDead = gatewayRule({
  id: "session-dead",
  title: "Dead session",
  explains:
    "Its next turn does not fit by the gateway's own estimate, and turns fail without a completed compaction. The session itself still says it is done.",
  severity: "critical",
  priority: "P1",
  incident: "context-overflow",
  hold: atOnce,
  thresholds: { failedTurns: z.int().min(1) },
  defaults: { failedTurns: 1 },
  judge: (view, { failedTurns }) => {
    if (!isLive(view)) return "unknown";
    const { name } = view.gateway.identity;
    const findings: Finding[] = [];
    for (const session of view.gateway.sessions.values()) {
      if (session.squeezedSince === undefined) continue;
      const { key } = session.facts;
      if (session.failures < failedTurns) {
        // Who watched before saw its turns fail; since this process watches, none has been seen to end.
        const known =
          view.holds(key) && session.lastTurnEndedAt === undefined
            ? still(view, "session-dead", key)
            : undefined;
        if (known !== undefined) findings.push(known);
        continue;
      }
      const deadSince = session.firstFailureAt ?? session.squeezedSince;
      findings.push({
        subject: key,
        evidence: evidenceOf(session, deadSince),
        at: session.lastFailure?.at ?? deadSince,
        next: command(name, "session", "rollback", key, "--snapshot-id", "last-good"),
        onset: {
          at: Math.min(session.squeezedSince, deadSince),
          reason: `the context of ${key} stopped fitting`,
        },
        value: session.failures,
        threshold: failedTurns,
      });
      if (findings.length === atMost) break;
    }
    return findings;
  },
});

const evidenceOf = (session: SessionModel, deadSince: number): string => {
  const { budget } = session.facts;
  const turns = session.failures === 1 ? "1 turn" : `${session.failures} turns`;
  const parts = [
    `${turns} failed since ${clockTime(deadSince)}`,
    ...(budget === undefined
      ? []
      : [
          `route ${budget.route}`,
          `pressure ${percent(pressureOf(session.facts))}`,
          ...(budget.overflowTokens > 0 ? [`${count(budget.overflowTokens)} tokens over`] : []),
        ]),
    ...(session.compactionsRefused > 0 && session.lastRefusalAt !== undefined
      ? [
          `compaction refused at ${clockTime(session.lastRefusalAt)}${session.refusalReason === undefined ? "" : ` (${session.refusalReason})`}`,
        ]
      : ["no completed compaction"]),
  ];
  return parts.join(", ");
};
