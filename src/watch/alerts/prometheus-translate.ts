import { prometheusMetrics } from "./prometheus-names.ts";

/**
 * From a PromQL expression to ours: our metrics, with at most a `gateway` label, compared with numbers, joined by
 * `and` and `or`, and looked at over a window by avg, min, max and quantile. Everything else has no counterpart.
 */
export type Translation =
  { readonly when: string; readonly gateways: readonly string[] } | { readonly reason: string };

const windows: Readonly<Record<string, string>> = {
  avg_over_time: "avg",
  min_over_time: "min",
  max_over_time: "max",
};
const quantiles: Readonly<Record<string, string>> = { "0.5": "p50", "0.95": "p95", "0.99": "p99" };

const selector = String.raw`([A-Za-z_:][\w:]*)\s*(\{[^}]*\})?`;
const overTime = new RegExp(String.raw`^(avg|min|max)_over_time\s*\(\s*${selector}\s*\[(\w+)\]\s*\)`);
const quantile = new RegExp(
  String.raw`^quantile_over_time\s*\(\s*([\d.]+)\s*,\s*${selector}\s*\[(\w+)\]\s*\)`,
);
const plain = new RegExp(`^${selector}`);

export const translate = (expression: string): Translation => {
  const gateways = new Set<string>();
  const out: string[] = [];
  let rest = expression.trim();
  if (rest === "") return { reason: "no expression" };
  while (rest !== "") {
    const step = next(rest);
    if ("reason" in step) return step;
    if (step.gateway !== undefined) gateways.add(step.gateway);
    out.push(step.text);
    rest = rest.slice(step.length).trimStart();
  }
  if (gateways.size > 1) return { reason: "one rule about two gateways: write one for each" };
  return { when: out.join(" "), gateways: [...gateways] };
};

type Step =
  { readonly text: string; readonly length: number; readonly gateway?: string } | { readonly reason: string };

const next = (rest: string): Step => {
  const number = /^\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/.exec(rest)?.[0];
  if (number !== undefined) return { text: written(Number(number)), length: number.length };
  const sign = /^(?:<=|>=|==|!=|[<>+\-*/()])/.exec(rest)?.[0];
  if (sign !== undefined) return { text: sign, length: sign.length };
  const word = /^(?:and|or)\b/.exec(rest)?.[0];
  if (word !== undefined) return { text: word, length: word.length };

  const windowed = overTime.exec(rest);
  if (windowed !== null) {
    const [all, how = "", metric = "", labels, window = ""] = windowed;
    return metricStep(
      metric,
      labels,
      all.length,
      (vital) => `${windows[`${how}_over_time`] ?? how}(${vital}, ${window})`,
    );
  }
  const ranked = quantile.exec(rest);
  if (ranked !== null) {
    const [all, share = "", metric = "", labels, window = ""] = ranked;
    const how = quantiles[String(Number(share))];
    if (how === undefined) return { reason: `quantile ${share} is not kept; 0.5, 0.95 and 0.99 are` };
    return metricStep(metric, labels, all.length, (vital) => `${how}(${vital}, ${window})`);
  }
  const named = plain.exec(rest);
  if (named === null) return { reason: `"${rest.slice(0, 20)}" does not translate` };
  const [all, metric = "", labels] = named;
  if (rest.slice(all.length).trimStart().startsWith("("))
    return { reason: `the function ${metric} has no counterpart here` };
  if (rest.slice(all.length).trimStart().startsWith("["))
    return { reason: `a range of ${metric} outside a function` };
  return metricStep(metric, labels, all.length, (vital) => vital);
};

const metricStep = (
  metric: string,
  labels: string | undefined,
  length: number,
  text: (vital: string) => string,
): Step => {
  const known = prometheusMetrics.find((each) => each.metric === metric);
  if (known === undefined) return { reason: `${metric} is no metric of clawback` };
  const scaled = known.scale === 1 ? text(known.vital) : `${text(known.vital)} * ${written(known.scale)}`;
  if (labels === undefined || /^\{\s*\}$/.test(labels)) return { text: scaled, length };
  const gateway = /^\{\s*gateway\s*=\s*"([^"\\]*)"\s*,?\s*\}$/.exec(labels)?.[1];
  return gateway === undefined
    ? { reason: `the labels ${labels} do not translate; gateway="name" does` }
    : { text: scaled, length, gateway };
};

const written = (value: number): string => {
  const text = String(value);
  return text.includes("e") ? value.toFixed(20).replace(/0+$/, "0") : text;
};
