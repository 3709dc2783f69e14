import * as z from "zod";
import { age, percent } from "../../../ground/index.ts";
import { moment } from "../../clock-time.ts";
import { command } from "../command.ts";
import { durationMs, ratio } from "../quantity.ts";
import { atOnce, clear, vaultRule, type Finding, type Rule } from "../rule.ts";

/** The vault's own health: can the way back be trusted. */

const recoveryRate = vaultRule({
  id: "recovery-rate",
  title: "Restores fail",
  explains: "Of the restores tried, real and drilled, too few succeeded.",
  severity: "critical",
  priority: "P2",
  incident: "other",
  hold: atOnce,
  duringMaintenance: true,
  thresholds: { warning: ratio, tried: z.int().min(1) },
  defaults: { warning: 0.95, tried: 1 },
  judge: ({ model }, { warning, tried }) => {
    const { vault } = model;
    if (vault === undefined) return "unknown";
    if (vault.restoresTried < tried) return clear;
    const rate = vault.restoresSucceeded / vault.restoresTried;
    if (rate >= warning) return clear;
    return [
      {
        evidence: `${vault.restoresSucceeded} of ${vault.restoresTried} restores succeeded (${percent(rate)}, limit ${percent(warning)})`,
        at: vault.at,
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
        evidence: `the oldest snapshot nobody has read back is of ${moment(waiting)} (limit ${age(after)}); last verified ${last === undefined ? "never" : moment(last)}`,
        at: vault.at,
        next: command(undefined, "snapshots", "verify", "--all"),
      },
    ];
  },
});

const remoteBehind = vaultRule({
  id: "remote-behind",
  title: "Remote store behind",
  explains: "Snapshots wait to be copied off the machine.",
  severity: "warning",
  priority: "P3",
  incident: "other",
  hold: atOnce,
  duringMaintenance: true,
  thresholds: { after: durationMs },
  defaults: { after: 6 * 3_600_000 },
  judge: ({ model, now }, { after }) => {
    const { vault } = model;
    if (vault === undefined) return "unknown";
    return vault.remotes.flatMap((remote): readonly Finding[] => {
      if (remote.behind === 0 || remote.since === undefined || now - remote.since <= after) return [];
      return [
        {
          subject: remote.name,
          evidence: `${remote.behind} snapshots wait for ${remote.name} since ${moment(remote.since)} (limit ${age(after)})`,
          at: vault.at,
          next: command(undefined, "vault", "stats"),
          value: remote.behind,
        },
      ];
    });
  },
});

export const vault: readonly Rule[] = [recoveryRate, vaultUnverified, remoteBehind];
