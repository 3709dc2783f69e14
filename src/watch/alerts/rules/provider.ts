import * as z from "zod";
import type { GatewayModel } from "../../gateway-model.ts";
import { callTotals } from "../../intake/calls.ts";
import { onset } from "../alert.ts";
import { command } from "../command.ts";
import { durationMs, ratio } from "../quantity.ts";
import { clear, gatewayRule, type Finding } from "../rule.ts";
import { isLive } from "../seen.ts";

export const providerFailing = gatewayRule({
  id: "provider-failing",
  title: "Model provider failing",
  explains:
    "Too many model calls fail, or the gateway has put a provider's key in quarantine: then every session that uses it fails.",
  severity: "critical",
  priority: "P1",
  incident: "provider-down",
  witnessedMs: 300_000,
  hold: { forMs: 0, samples: 1, clearForMs: 30_000 },
  vital: "error_rate",
  thresholds: { errorRate: ratio, calls: z.int().min(1), window: durationMs, quarantine: durationMs },
  // A quarantine lasts about a minute and is told by each turn that meets it.
  defaults: { errorRate: 0.3, calls: 5, window: 300_000, quarantine: 120_000 },
  judge: (view, limits) => {
    if (!isLive(view)) return "unknown";
    const { gateway, now } = view;
    const findings: Finding[] = [];
    // Made where something is found: this is asked of every gateway once a second.
    const next = (): string =>
      command(gateway.identity.name, "logs", "--level", "error", "--grep", "provider");
    const quarantine = newestQuarantine(gateway, now - limits.quarantine);
    if (quarantine !== undefined) {
      findings.push({
        subject: `quarantine/${quarantine.provider}`,
        evidence: { say: "key-quarantined", provider: quarantine.provider, at: quarantine.at },
        at: quarantine.at,
        next: next(),
        onset: onset(quarantine.at, { say: "provider-refused", provider: quarantine.provider }),
      });
    }
    const last = gateway.calls.at(-1);
    if (last === undefined) return findings.length === 0 ? clear : findings;
    const { completed, failed, lastError } = callTotals(gateway.calls, now, limits.window);
    const calls = completed + failed;
    const rate = calls === 0 ? 0 : failed / calls;
    const edge = view.holds() ? limits.errorRate * 0.8 : limits.errorRate;
    if (calls < limits.calls || rate <= edge) return findings;
    findings.push({
      evidence: {
        say: "calls-failing",
        failed,
        calls,
        rate,
        limit: limits.errorRate,
        ...(lastError === undefined ? {} : { lastError: lastError.slice(0, 160) }),
      },
      at: last.at,
      next: next(),
      value: rate,
      threshold: limits.errorRate,
    });
    return findings;
  },
});

// There is no field for it. The clients tell a failed turn's reason in words of their own; where the gateway's words
// stand (the last error of a model call), they name the provider.
const quarantinedTurn = "provider key quarantined";
const quarantined =
  /provider "?([\w.-]{1,60})"?.{0,20} is temporarily disabled after a provider (?:auth|billing)/i;

const newestQuarantine = (
  gateway: GatewayModel,
  from: number,
): { readonly provider: string; readonly at: number } | undefined => {
  let newest: { readonly provider: string; readonly at: number } | undefined;
  for (const { facts, lastFailure } of gateway.sessions.values()) {
    if (lastFailure === undefined) continue;
    const { at, reason } = lastFailure;
    if (at < from || (newest !== undefined && at <= newest.at)) continue;
    const provider = reason.startsWith(quarantinedTurn) ? (facts.provider ?? "a provider") : named(reason);
    if (provider !== undefined) newest = { provider, at };
  }
  for (const { at, lastError } of gateway.calls) {
    if (lastError === undefined || at < from || (newest !== undefined && at <= newest.at)) continue;
    const provider = named(lastError);
    if (provider !== undefined) newest = { provider, at };
  }
  return newest;
};

const named = (text: string): string | undefined => quarantined.exec(text)?.[1];
