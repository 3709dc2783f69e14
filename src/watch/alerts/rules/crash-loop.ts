import * as z from "zod";
import { age } from "../../../ground/index.ts";
import { clockTime } from "../../clock-time.ts";
import { command } from "../command.ts";
import { durationMs } from "../quantity.ts";
import { atOnce, clear, gatewayRule } from "../rule.ts";

export const crashLoop = gatewayRule({
  id: "gateway-crash-loop",
  title: "Crash loop",
  explains: "The process starts again and again: several new bootIds within minutes.",
  severity: "critical",
  priority: "P0",
  incident: "crash-loop",
  witnessedMs: 600_000,
  hold: atOnce,
  thresholds: { boots: z.int().min(2), within: durationMs },
  defaults: { boots: 3, within: 600_000 },
  judge: ({ gateway, now }, { boots, within }) => {
    const next = command(gateway.identity.name, "snapshots", "compare", "last-good", "live");
    const state = gateway.connection?.state;
    if (state?.kind === "crash-loop") {
      const since = gateway.connection?.since ?? now;
      return [
        {
          evidence: `${state.boots} starts within ${age(state.withinMs)} (seen at ${clockTime(since)})`,
          at: since,
          next,
          onset: { at: since - state.withinMs, reason: "the first of the quick starts" },
          value: state.boots,
          threshold: boots,
        },
      ];
    }
    const recent = gateway.boots.filter((boot) => boot.seenStarting && now - boot.at < within);
    const [first] = recent;
    const last = recent.at(-1);
    if (first === undefined || last === undefined || recent.length < boots) return clear;
    // Somebody who restarts it again and again while trying something out has no loop: the process must have died itself.
    if (recent.filter(({ planned }) => !planned).length < boots - 1) return clear;
    return [
      {
        evidence: [
          `${recent.length} starts within ${age(last.at - first.at)}`,
          `the last at ${clockTime(last.at)}`,
          ...(last.version === undefined ? [] : [`version ${last.version}`]),
          ...(last.failure === undefined ? [] : [`it failed to start: ${last.failure}`]),
        ].join(", "),
        at: last.at,
        next,
        onset: { at: first.at, reason: "the first of the quick starts" },
        value: recent.length,
        threshold: boots,
      },
    ];
  },
});
