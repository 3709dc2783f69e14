import { vitalNames, vitalUnits, type VitalName } from "../vitals/vital.ts";

/** Our vitals as Prometheus metrics: base units (seconds, bytes, ratios), the unit in the name. */
export type PrometheusMetric = {
  readonly metric: string;
  readonly vital: VitalName;
  /** Our value times this is the metric's. */
  readonly scale: number;
};

const suffixes = { ratio: "_ratio", count: "", bytes: "_bytes", ms: "_seconds", cores: "_cores" } as const;

export const prometheusMetrics: readonly PrometheusMetric[] = vitalNames.map((vital) => ({
  metric: `clawback_${vital}${suffixes[vitalUnits[vital]]}`,
  vital,
  scale: vitalUnits[vital] === "ms" ? 0.001 : 1,
}));
