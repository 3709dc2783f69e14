import { minuteMs } from "../../../ground/index.ts";
import type { Incident, Model } from "../../../watch/index.ts";

/** What is before the onset explains it: at least so much of it is shown. */
const beforeMs = 5 * minuteMs;
const longestMs = 24 * 60 * minuteMs;

/** From before the onset, and before what changed ahead of it, until now or a little after the end. */
export const incidentWindow = (
  incident: Incident,
  { now, marks }: Pick<Model, "now" | "marks">,
): { readonly from: number; readonly until: number } => {
  const { onset, openedAt, resolvedAt } = incident;
  const end = resolvedAt === undefined ? now : Math.min(now, resolvedAt + beforeMs);
  const earliestMark =
    marks.find(({ at }) => at >= onset.at - 30 * minuteMs && at <= onset.at)?.at ?? onset.at;
  const start = Math.min(onset.at, openedAt, earliestMark);
  const span = Math.max(end - start, minuteMs);
  const from = Math.max(end - longestMs, start - Math.max(beforeMs / 5, Math.min(span / 2, 30 * minuteMs)));
  // On whole ten seconds, so that the axis does not tremble while time goes on.
  return { from: Math.floor(from / 10_000) * 10_000, until: end };
};

/** Every moment something happened, in order: what the keys for events step through. */
export const eventMoments = (incident: Incident, { marks }: Pick<Model, "marks">): readonly number[] =>
  [
    ...new Set([incident.onset.at, ...incident.timeline.map(({ at }) => at), ...marks.map(({ at }) => at)]),
  ].toSorted((a, b) => a - b);
