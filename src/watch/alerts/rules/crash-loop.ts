import * as z from "zod";
import { onset } from "../alert.ts";
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
    // Made where something is found: this is asked of every gateway once a second.
    const next = (): string => command(gateway.identity.name, "snapshots", "compare", "last-good", "live");
    const state = gateway.connection?.state;
    if (state?.kind === "crash-loop") {
      const since = gateway.connection?.since ?? now;
      return [
        {
          evidence: {
            say: "quick-starts-told",
            boots: state.boots,
            withinMs: state.withinMs,
            seenAt: since,
          },
          at: since,
          next: next(),
          onset: onset(since - state.withinMs, { say: "first-quick-start" }),
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
        evidence: {
          say: "quick-starts",
          starts: recent.length,
          withinMs: last.at - first.at,
          lastAt: last.at,
          ...(last.version === undefined ? {} : { version: last.version }),
          ...(last.failure === undefined ? {} : { failure: last.failure }),
        },
        at: last.at,
        next: next(),
        onset: onset(first.at, { say: "first-quick-start" }),
        value: recent.length,
        threshold: boots,
      },
    ];
  },
});
