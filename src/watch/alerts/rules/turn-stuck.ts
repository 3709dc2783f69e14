import type { SessionModel } from "../../gateway-model.ts";
import { onset } from "../alert.ts";
import { command } from "../command.ts";
import { durationMs } from "../quantity.ts";
import { atOnce, gatewayRule, type Finding } from "../rule.ts";
import { isLive } from "../seen.ts";

export const turnStuck = gatewayRule({
  id: "turn-stuck",
  title: "Turn stuck",
  explains: "A turn is running and nothing has been heard of it for a long time.",
  severity: "warning",
  priority: "P2",
  incident: "slow",
  witnessedMs: 300_000,
  hold: atOnce,
  thresholds: { timeout: durationMs },
  defaults: { timeout: 300_000 },
  judge: (view, { timeout }) => {
    if (!isLive(view)) return "unknown";
    const findings: Finding[] = [];
    for (const session of view.gateway.sessions.values()) {
      const heard = runningSinceHeard(session);
      if (heard === undefined) continue;
      if (view.now - Math.max(heard, view.awakeSince) < timeout) continue;
      const { key } = session.facts;
      findings.push({
        subject: key,
        evidence: { say: "turn-silent", since: heard, limitMs: timeout },
        at: Math.max(heard, session.at),
        next: command(view.gateway.identity.name, "logs", "--grep", key, "--tail", "50"),
        onset: onset(heard, { say: "last-word-of-turn", session: key }),
      });
      if (findings.length === 20) break;
    }
    return findings;
  },
});

/**
 * When the turn under way was last heard of, by our clock; nothing when none runs. The row is newer than the events of
 * a turn when it says so, and the gateway's own start time is not used: its clock may be wrong.
 */
const runningSinceHeard = ({ facts, at, turn, seenRunningSince }: SessionModel): number | undefined => {
  if (turn !== undefined && (facts.running || turn.lastEventAt > at)) {
    return Math.max(turn.lastEventAt, turn.since);
  }
  return facts.running ? seenRunningSince : undefined;
};
