import * as z from "zod";
import { command } from "../command.ts";
import { durationMs, ratio } from "../quantity.ts";
import { restoreCounts } from "../../selectors/restore-counts.ts";
import { atOnce, clear, vaultRule, type Rule } from "../rule.ts";

/** The vault's own health: can the way back be trusted. */

const recoveryRate = vaultRule({
  id: "recovery-rate",
  title: "Restores fail",
  explains: "Of the restores in place that are remembered (90 days), too few succeeded.",
  severity: "critical",
  priority: "P2",
  incident: "other",
  hold: atOnce,
  duringMaintenance: true,
  thresholds: { warning: ratio, tried: z.int().min(1) },
  defaults: { warning: 0.95, tried: 1 },
  judge: ({ model }, { warning, tried }) => {
    const { all, succeeded } = restoreCounts(model);
    const last = model.restores.at(-1);
    if (last === undefined || all < tried) return clear;
    const rate = succeeded / all;
    if (rate >= warning) return clear;
    return [
      {
        evidence: {
          say: "restores-fail",
          succeeded,
          all,
          rate,
          limit: warning,
          snapshot: last.snapshot,
          gateway: last.gateway,
          at: last.at,
          outcome: last.outcome,
        },
        at: last.at,
        next: command(undefined, "snapshots", "verify", "--all"),
        value: rate,
        threshold: warning,
      },
    ];
  },
});

const vaultUnverified = vaultRule({
  id: "vault-unverified",
  title: "Vault not verified",
  explains: "Nobody has read the snapshots back for too long: whether they can be restored is a guess.",
  severity: "warning",
  priority: "P3",
  incident: "other",
  hold: atOnce,
  duringMaintenance: true,
  thresholds: { after: durationMs },
  defaults: { after: 7 * 86_400_000 },
  judge: ({ model, now }, { after }) => {
    const { vault } = model;
    if (vault === undefined) return "unknown";
    const waiting = vault.oldestUnverifiedAt;
    if (waiting === undefined || now - waiting <= after) return clear;
    const last = vault.lastVerifiedAt;
    if (last !== undefined && now - last <= after) return clear;
    return [
      {
        evidence: {
          say: "vault-unverified",
          oldestAt: waiting,
          limitMs: after,
          ...(last === undefined ? {} : { verifiedAt: last }),
        },
        at: vault.at,
        next: command(undefined, "snapshots", "verify", "--all"),
      },
    ];
  },
});

export const vault: readonly Rule[] = [recoveryRate, vaultUnverified];
