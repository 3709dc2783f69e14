import type { GatewayModel } from "../../gateway-model.ts";
import { median, slopePerHour } from "../../vitals/statistics.ts";
import { series, valueIn, type Trail } from "../../vitals/trail.ts";
import { command } from "../command.ts";
import { durationMs, sizeBytes } from "../quantity.ts";
import { clear, gatewayRule, twoSamples, type Rule } from "../rule.ts";
import { isLive, seen } from "../seen.ts";

/** Memory of the process, and the memory files of its agents. */

/** A process fills its caches at first: what it holds in its first minutes is not its baseline. */
const warmUpMs = 600_000;
/** Fewer than this says nothing of a trend. */
const leastSpanMs = 1_200_000;

const trustedFrom = (gateway: GatewayModel, now: number): number => {
  const boot = gateway.boots.at(-1);
  const warm = boot?.seenStarting === true ? boot.at + warmUpMs : 0;
  return Math.max(now - 3_900_000, warm, gateway.replacedAt ?? 0);
};

const oldestRss = ({ fine }: Trail): number | undefined => {
  for (const row of fine) {
    const value = valueIn(row, "rss");
    if (value !== undefined) return value;
  }
  return undefined;
};

const memoryLeak = gatewayRule({
  id: "memory-leak",
  title: "Memory grows",
  explains:
    "RSS grew against the gateway's own level of an hour ago and still grows. Absolute numbers say little: an idle gateway holds 600 to 1,000 MB.",
  severity: "warning",
  priority: "P2",
  incident: "memory-growth",
  hold: { forMs: 60_000, samples: 2, clearForMs: 60_000 },
  vital: "rss",
  thresholds: { growth: sizeBytes, within: durationMs },
  defaults: { growth: 500e6, within: 3_600_000 },
  judge: (view, { growth, within }) => {
    const { gateway, now } = view;
    const reading = seen(view, "rss");
    if (reading === undefined || !isLive(view)) return "unknown";
    if (gateway.trail.fine.length === 0) return clear;
    // Most of the time the first row that knows it already says no. The very first one of a watch knows nothing yet.
    const before = oldestRss(gateway.trail);
    if (before !== undefined && reading.value - before < growth && !view.holds()) return clear;
    const points = series(gateway.trail, "rss", Math.max(trustedFrom(gateway, now), now - within - 300_000));
    const first = points[0];
    const last = points.at(-1);
    if (first === undefined || last === undefined || last.at - first.at < leastSpanMs) return clear;
    const base = median(points.slice(0, 12).map((point) => point.value));
    const level = median(points.slice(-12).map((point) => point.value));
    const recent = slopePerHour(points.slice(Math.floor(points.length / 2)));
    if (base === undefined || level === undefined || recent === undefined) return clear;
    const edge = view.holds() ? growth * 0.8 : growth;
    if (level - base <= edge || recent <= 0) return clear;
    return [
      {
        evidence: {
          say: "memory-grew",
          by: level - base,
          withinMs: last.at - first.at,
          from: base,
          to: level,
          hourly: recent,
        },
        at: reading.at,
        next: command(gateway.identity.name, "service", "restart"),
        value: level - base,
        threshold: growth,
      },
    ];
  },
});

const memoryHigh = gatewayRule({
  id: "memory-high",
  title: "Memory high",
  explains: "RSS is above the limit and half as much again above what is usual for this gateway.",
  severity: "warning",
  priority: "P3",
  incident: "memory-growth",
  hold: { ...twoSamples, forMs: 60_000, clearForMs: 60_000 },
  vital: "rss",
  thresholds: { warning: sizeBytes },
  defaults: { warning: 1e9 },
  judge: (view, { warning }) => {
    const reading = seen(view, "rss");
    if (reading === undefined) return "unknown";
    const edge = view.holds() ? warning * 0.9 : warning;
    if (reading.value <= edge) return clear;
    const usual = median(
      view.gateway.trail.coarse.flatMap((row) => {
        const value = valueIn(row, "rss");
        return value === undefined ? [] : [value];
      }),
    );
    // Without a day behind it there is no usual level, and the limit alone would cry at every busy gateway.
    if (usual === undefined || reading.value <= usual * 1.5) return clear;
    return [
      {
        evidence: { say: "memory-high", rss: reading.value, limit: warning, usual },
        at: reading.at,
        next: command(view.gateway.identity.name, "status", "--deep"),
        value: reading.value,
        threshold: warning,
      },
    ];
  },
});

const memoryOutOfSync = gatewayRule({
  id: "memory-out-of-sync",
  title: "Memory out of sync",
  explains:
    "Memory files and the gateway's index over them disagree: agents do not find what they wrote down.",
  severity: "warning",
  priority: "P2",
  incident: "other",
  hold: { forMs: 900_000, samples: 2, clearForMs: 0 },
  thresholds: {},
  defaults: {},
  judge: ({ gateway }) => {
    const { memory, memoryAt } = gateway;
    if (memory?.inSync === undefined || memoryAt === undefined) return "unknown";
    if (memory.inSync) return clear;
    return [
      {
        evidence: {
          say: "memory-out-of-sync",
          files: memory.files,
          ...(memory.keys === undefined ? {} : { keys: memory.keys }),
          ...(memory.detail === undefined ? {} : { detail: memory.detail }),
          ...(memory.stale === undefined ? {} : { stale: memory.stale }),
          ...(memory.gone === undefined ? {} : { gone: memory.gone }),
          readAt: memoryAt,
        },
        at: memoryAt,
        next: command(gateway.identity.name, "doctor"),
      },
    ];
  },
});

export const memory: readonly Rule[] = [memoryLeak, memoryHigh, memoryOutOfSync];
