import { onset, type Alert, type Onset } from "../alerts/alert.ts";
import type { GatewayModel } from "../gateway-model.ts";
import { median, percentile } from "../vitals/statistics.ts";
import { isTrailName, series, type TrailName } from "../vitals/trail.ts";

/** How far back the beginning of a trouble is looked for. */
const lookBackMs = 3_600_000;

/**
 * When the trouble behind an alert began, as the numbers tell it. A rule that knows says so itself. Otherwise the
 * vital it is about is followed back from the moment it fired, as long as it stays away from its calm level: the
 * median of the first third of the hour before. Away is what that calm time's own noise does not explain.
 */
export const onsetOf = (alert: Alert, gateway: GatewayModel | undefined, about?: string): Onset => {
  if (alert.onset !== undefined) return alert.onset;
  const fallback = onset(alert.since, { say: "began-to-hold", rule: alert.rule });
  if (gateway === undefined || about === undefined || !isTrailName(about)) return fallback;
  return departure(gateway, about, alert) ?? fallback;
};

const departure = (gateway: GatewayModel, name: TrailName, alert: Alert): Onset | undefined => {
  const points = series(gateway.trail, name, alert.since - lookBackMs).filter(
    (point) => point.at <= alert.since,
  );
  const last = points.at(-1);
  if (last === undefined || points.length < 6) return undefined;
  const early = points.slice(0, Math.ceil(points.length / 3)).map((point) => point.value);
  const calm = median(early);
  const low = percentile(early, 0.1);
  const high = percentile(early, 0.9);
  const peak = last.value;
  if (calm === undefined || low === undefined || high === undefined || calm === peak) return undefined;
  const noise = Math.max((high - low) * 1.5, Math.abs(peak - calm) / 20);
  const edge = peak > calm ? calm + noise : calm - noise;
  const away = (value: number): boolean => (peak > calm ? value > edge : value < edge);
  let first = points.length;
  while (first > 0) {
    const point = points[first - 1];
    if (point === undefined || !away(point.value)) break;
    first -= 1;
  }
  const begin = points[first];
  if (begin === undefined) return undefined;
  return onset(begin.at, { say: "left-usual", vital: name, usual: calm, moved: begin.value });
};
