import { onset } from "../alert.ts";
import { command } from "../command.ts";
import { durationMs } from "../quantity.ts";
import { atOnce, clear, gatewayRule } from "../rule.ts";
import { isLive } from "../seen.ts";

export const silent = gatewayRule({
  id: "silent",
  title: "Nothing happens",
  explains: "A gateway that was at work has had no turn and no session moved for a long time.",
  severity: "info",
  priority: "P3",
  incident: "other",
  hold: atOnce,
  thresholds: { after: durationMs },
  defaults: { after: 1_800_000 },
  judge: (view, { after }) => {
    const { activeAt, identity } = view.gateway;
    // Never seen at work: an idle gateway is no news.
    if (activeAt === undefined || !isLive(view)) return "unknown";
    if (view.now - Math.max(activeAt, view.awakeSince) < after) return clear;
    return [
      {
        evidence: { say: "no-turn", since: activeAt, limitMs: after },
        at: activeAt,
        next: command(identity.name, "session", "list"),
        onset: onset(activeAt, { say: "last-work" }),
      },
    ];
  },
});
