import { onset } from "../alert.ts";
import { command } from "../command.ts";
import { durationMs } from "../quantity.ts";
import { atOnce, clear, gatewayRule, type Finding } from "../rule.ts";

export const secretInLog = gatewayRule({
  id: "secret-in-log",
  title: "Secret in a log",
  explains:
    "A log line held something that looks like a token, key or password, or the value of a known one.",
  severity: "critical",
  priority: "P1",
  incident: "secret-leak",
  witnessedMs: 600_000,
  hold: atOnce,
  duringMaintenance: true,
  thresholds: { remember: durationMs },
  defaults: { remember: 600_000 },
  judge: ({ gateway, now }, { remember }) => {
    if (gateway.leaks.length === 0) return clear;
    const newest = new Map<string, Finding>();
    for (const leak of gateway.leaks) {
      if (now - leak.at >= remember) continue;
      newest.set(leak.what, {
        subject: leak.what,
        evidence: {
          say: "secret-logged",
          what: leak.what,
          subsystem: leak.subsystem,
          at: leak.at,
          line: leak.redacted.slice(0, 160),
        },
        at: leak.at,
        next: command(gateway.identity.name, "logs", "--tail", "50"),
        onset: onset(leak.at, { say: "secret-written", what: leak.what }),
      });
    }
    return [...newest.values()];
  },
});
