import * as z from "zod";
import type { SessionModel } from "../../gateway-model.ts";
import { pressureOf } from "../../intake/sessions.ts";
import type { Sentence } from "../../sentences/index.ts";
import { onset } from "../alert.ts";
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
        onset: onset(Math.min(session.squeezedSince, deadSince), {
          say: "context-stopped-fitting",
          session: key,
        }),
        value: session.failures,
        threshold: failedTurns,
      });
      if (findings.length === atMost) break;
    }
    return findings;
  },
});

const evidenceOf = (session: SessionModel, deadSince: number): Sentence => {
  const { budget } = session.facts;
  const pressure = pressureOf(session.facts);
  const refused = session.compactionsRefused > 0 && session.lastRefusalAt !== undefined;
  return {
    say: "session-dead",
    turns: session.failures,
    since: deadSince,
    ...(budget === undefined ? {} : { route: budget.route }),
    ...(pressure === undefined ? {} : { pressure }),
    over: budget?.overflowTokens ?? 0,
    ...(refused ? { refusedAt: session.lastRefusalAt } : {}),
    ...(refused && session.refusalReason !== undefined ? { refusal: session.refusalReason } : {}),
  };
};
