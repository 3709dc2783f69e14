import { onset } from "../alert.ts";
import { command } from "../command.ts";
import { durationMs } from "../quantity.ts";
import { atOnce, clear, gatewayRule } from "../rule.ts";

/** More than this many lines in one alert are read by nobody. */
const toldInFull = 3;

export const restoreMismatch = gatewayRule({
  id: "restore-mismatch",
  title: "Restore does not match",
  explains: "After the last restore in place something is not as the snapshot promised.",
  severity: "critical",
  priority: "P1",
  incident: "other",
  hold: atOnce,
  duringMaintenance: true,
  thresholds: { remember: durationMs },
  defaults: { remember: 86_400_000 },
  judge: ({ gateway, now, restores }, { remember }) => {
    const { name } = gateway.identity;
    const last = restores.findLast((each) => each.gateway === name);
    if (last === undefined || last.mismatches.length === 0 || now - last.at >= remember) return clear;
    return [
      {
        evidence: {
          say: "restore-mismatch",
          snapshot: last.snapshot,
          at: last.at,
          outcome: last.outcome,
          mismatches: last.mismatches.slice(0, toldInFull),
          more: Math.max(0, last.mismatches.length - toldInFull),
        },
        at: last.at,
        next: command(name, "restore", "status"),
        onset: onset(last.at, { say: "restore-of", snapshot: last.snapshot }),
        value: last.mismatches.length,
      },
    ];
  },
});
