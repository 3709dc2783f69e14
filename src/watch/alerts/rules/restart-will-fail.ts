import { onset } from "../alert.ts";
import { command } from "../command.ts";
import { durationMs } from "../quantity.ts";
import { atOnce, clear, gatewayRule } from "../rule.ts";

const believedForMs = 180_000;

export const restartWillFail = gatewayRule({
  id: "restart-will-fail",
  title: "The next restart will fail",
  explains:
    "The configuration on disk does not parse (the running gateway does not show it), or has been waiting to be applied.",
  severity: "critical",
  priority: "P1",
  incident: "config-broken",
  hold: atOnce,
  thresholds: { pendingFor: durationMs },
  defaults: { pendingFor: 600_000 },
  judge: (view, { pendingFor }) => {
    const { config, configAt, configPendingSince, identity } = view.gateway;
    // It is asked once a minute, and read from disk while the gateway is down: then it says why it does not come up.
    if (config === undefined || configAt === undefined || configAt < view.awakeSince) return "unknown";
    if (view.now - configAt > believedForMs) return "unknown";
    if (!config.valid) {
      const [first] = config.issues;
      return [
        {
          evidence: {
            say: "config-invalid",
            ...(first === undefined ? {} : { issue: first }),
            more: Math.max(0, config.issues.length - 1),
          },
          at: configAt,
          next: command(identity.name, "snapshots", "compare", "last-good", "live"),
        },
      ];
    }
    if (configPendingSince === undefined || view.now - configPendingSince < pendingFor) return clear;
    return [
      {
        severity: "warning",
        priority: "P2",
        evidence: { say: "config-unapplied", forMs: pendingFor },
        at: configAt,
        next: command(identity.name, "service", "restart"),
        onset: onset(configPendingSince, { say: "config-not-applied" }),
      },
    ];
  },
});
