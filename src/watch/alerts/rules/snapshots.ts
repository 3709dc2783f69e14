import { command } from "../command.ts";
import { durationMs, sizeBytes } from "../quantity.ts";
import { newestBy } from "../../snapshot-summary.ts";
import { atOnce, clear, gatewayRule, type Rule } from "../rule.ts";

/** The snapshots of one gateway: do they come, do they come too often, do they grow. */

const firstWithinMs = 3_600_000;

const snapshotOverdue = gatewayRule({
  id: "snapshot-overdue",
  title: "Snapshot overdue",
  explains:
    "The newest snapshot of a gateway whose state is here is too old to go back to, or there is none.",
  severity: "warning",
  priority: "P2",
  incident: "other",
  hold: atOnce,
  duringMaintenance: true,
  thresholds: { after: durationMs },
  defaults: { after: 86_400_000 },
  judge: ({ gateway, now, vaultSince }, { after }) => {
    if (!gateway.identity.local) return clear;
    const newest = newestBy(gateway.snapshots, now);
    if (newest === undefined) {
      // Before the vault has been listed nobody knows; then whoever takes snapshots has a while to take the first.
      if (vaultSince === undefined) return "unknown";
      if (now - vaultSince <= Math.min(after, firstWithinMs)) return clear;
      return [
        {
          evidence: { say: "snapshot-none", lookedSince: vaultSince },
          at: vaultSince,
          next: command(gateway.identity.name, "snapshots", "save"),
        },
      ];
    }
    if (now - newest.at <= after) return clear;
    return [
      {
        evidence: {
          say: "snapshot-overdue",
          snapshot: newest.id,
          takenAt: newest.at,
          limitMs: after,
        },
        at: newest.at,
        next: command(gateway.identity.name, "snapshots", "save"),
      },
    ];
  },
});

const snapshotLarge = gatewayRule({
  id: "snapshot-large",
  title: "Snapshot large",
  explains: "The newest snapshot brought more new data than usual changes do. The first one is always large.",
  severity: "info",
  priority: "P3",
  incident: "other",
  hold: atOnce,
  duringMaintenance: true,
  thresholds: { warning: sizeBytes },
  defaults: { warning: 100e6 },
  judge: ({ gateway }, { warning }) => {
    const newest = gateway.snapshots[0];
    if (newest === undefined) return "unknown";
    if (gateway.snapshots.length < 2 || newest.newBytes === undefined || newest.newBytes <= warning)
      return clear;
    return [
      {
        evidence: {
          say: "snapshot-large",
          snapshot: newest.id,
          bytes: newest.newBytes,
          limit: warning,
        },
        at: newest.at,
        next: command(gateway.identity.name, "snapshots", "show", newest.id),
        value: newest.newBytes,
        threshold: warning,
      },
    ];
  },
});

const snapshotFrequency = gatewayRule({
  id: "snapshot-frequency",
  title: "Snapshots too frequent",
  explains: "Snapshots have come closer together than this for a whole hour.",
  severity: "info",
  priority: "P3",
  incident: "other",
  hold: atOnce,
  duringMaintenance: true,
  thresholds: { every: durationMs, window: durationMs },
  defaults: { every: 300_000, window: 3_600_000 },
  judge: ({ gateway, now }, { every, window }) => {
    const most = Math.max(1, Math.floor(window / Math.max(1, every)));
    // Newest first: when this one is old or missing, there are not too many.
    const oldest = gateway.snapshots[most];
    if (oldest === undefined || now - oldest.at >= window) return clear;
    const recent = gateway.snapshots.filter((each) => now - each.at < window).length;
    return [
      {
        evidence: {
          say: "snapshots-frequent",
          snapshots: recent,
          withinMs: window,
          limit: most,
          everyMs: every,
        },
        at: gateway.snapshots[0]?.at ?? oldest.at,
        next: command(gateway.identity.name, "snapshots", "list", "--latest"),
        value: recent,
        threshold: most,
      },
    ];
  },
});

export const snapshots: readonly Rule[] = [snapshotOverdue, snapshotLarge, snapshotFrequency];
