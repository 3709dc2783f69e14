import { moment } from "../../clock-time.ts";
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
    const more = last.mismatches.length - toldInFull;
    return [
      {
        evidence: `${last.snapshot} was restored at ${moment(last.at)} (${last.outcome}), and ${last.mismatches.slice(0, toldInFull).join("; ")}${more > 0 ? `; and ${more} more` : ""}`,
        at: last.at,
        next: command(name, "restore", "status"),
        onset: { at: last.at, reason: `the restore of ${last.snapshot}` },
        value: last.mismatches.length,
      },
    ];
  },
});
