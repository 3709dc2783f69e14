import { median } from "../../vitals/statistics.ts";
import { isTrailName, series, type TrailName } from "../../vitals/trail.ts";
import type { VitalName } from "../../vitals/vital.ts";
import type { Priority } from "../alert.ts";
import { command } from "../command.ts";
import { durationMs, ratio, sizeBytes } from "../quantity.ts";
import { clear, gatewayRule, type Hold, type Rule } from "../rule.ts";
import { seen } from "../seen.ts";
import * as z from "zod";
import type { IncidentKind } from "../../incidents/incident.ts";

/** One number against a limit: two observations in a row to believe it, a fifth below the limit to let go. */

type Gauge = {
  readonly id: string;
  readonly title: string;
  readonly explains: string;
  readonly vital: VitalName & TrailName;
  readonly written: z.ZodType<number, number | string>;
  readonly warning: number;
  readonly critical: number;
  /** Trouble is below the limit rather than above. */
  readonly below?: boolean;
  readonly priority: Priority;
  readonly criticalPriority: Priority;
  readonly incident: IncidentKind;
  readonly hold: Hold;
  /** Beyond the limit it must also be this many times what is usual here. */
  readonly timesUsual?: number;
  readonly next: readonly string[];
};

const gauge = (given: Gauge): Rule =>
  gatewayRule({
    id: given.id,
    title: given.title,
    explains: given.explains,
    severity: "warning",
    priority: given.priority,
    incident: given.incident,
    hold: given.hold,
    vital: given.vital,
    thresholds: { warning: given.written, critical: given.written },
    defaults: { warning: given.warning, critical: given.critical },
    judge: (view, { warning, critical }) => {
      const reading = seen(view, given.vital);
      if (reading === undefined) return "unknown";
      const beyond = (limit: number): boolean =>
        given.below === true ? reading.value < limit : reading.value > limit;
      const slack = given.below === true ? 1.2 : 0.8;
      if (!beyond(view.holds() ? warning * slack : warning)) return clear;
      const usual = usualOf(view.gateway.trail, given.vital);
      if (
        given.timesUsual !== undefined &&
        usual !== undefined &&
        reading.value <= usual * given.timesUsual
      ) {
        return clear;
      }
      const worst = beyond(critical);
      return [
        {
          ...(worst ? { severity: "critical", priority: given.criticalPriority } : {}),
          evidence: {
            say: "gauge",
            vital: given.vital,
            value: reading.value,
            limit: worst ? critical : warning,
            ...(usual === undefined ? {} : { usual }),
          },
          at: reading.at,
          next: command(view.gateway.identity.name, ...given.next),
          value: reading.value,
          threshold: worst ? critical : warning,
        },
      ];
    },
  });

/** The median of what the last day showed, once there is half an hour of it. */
const usualOf = (trail: Parameters<typeof series>[0], name: VitalName): number | undefined => {
  if (!isTrailName(name) || trail.coarse.length < 6) return undefined;
  return median(series({ fine: [], coarse: trail.coarse }, name, 0).map((point) => point.value));
};

export const gauges: readonly Rule[] = [
  gauge({
    id: "event-loop-lag",
    title: "Event loop lags",
    explains: "The gateway's own measure of how late its timers run (99th percentile).",
    vital: "lag_p99",
    written: durationMs,
    warning: 250,
    critical: 1_000,
    priority: "P2",
    criticalPriority: "P2",
    incident: "slow",
    // Cold questions of any client can hold the loop for half a second, once.
    hold: { forMs: 15_000, samples: 2, clearForMs: 20_000 },
    timesUsual: 3,
    next: ["status", "--deep"],
  }),
  gauge({
    id: "queue-backlog",
    title: "Queue backlog",
    explains: "Work waits in the gateway's lanes.",
    vital: "queue",
    written: z.union([z.number(), z.string().transform(Number)]),
    warning: 50,
    critical: 500,
    priority: "P2",
    criticalPriority: "P1",
    incident: "slow",
    hold: { forMs: 10_000, samples: 2, clearForMs: 20_000 },
    next: ["status", "--deep"],
  }),
  gauge({
    id: "slow-turns",
    title: "Model calls are slow",
    explains: "Half of the model calls of the last five minutes took longer than this.",
    vital: "model_latency",
    written: durationMs,
    warning: 10_000,
    critical: 60_000,
    priority: "P3",
    criticalPriority: "P2",
    incident: "slow",
    hold: { forMs: 60_000, samples: 2, clearForMs: 60_000 },
    next: ["logs", "--level", "warn", "--tail", "50"],
  }),
  gauge({
    id: "disk-low",
    title: "Disk nearly full",
    explains: "Free space on the disk of the state directory.",
    vital: "disk_free",
    written: sizeBytes,
    warning: 2e9,
    critical: 500e6,
    below: true,
    priority: "P2",
    criticalPriority: "P1",
    incident: "disk-full",
    hold: { forMs: 0, samples: 2, clearForMs: 60_000 },
    next: ["snapshots", "cleanup", "--dry-run"],
  }),
  gauge({
    id: "high-cpu",
    title: "CPU high",
    explains: "How much of one core the process uses: a gateway does its work on one event loop.",
    vital: "cpu",
    written: ratio,
    warning: 0.8,
    critical: 2,
    priority: "P3",
    criticalPriority: "P2",
    incident: "slow",
    // A turn may take a core for seconds; that is work, not trouble.
    hold: { forMs: 120_000, samples: 2, clearForMs: 60_000 },
    timesUsual: 1.5,
    next: ["status", "--deep"],
  }),
];
