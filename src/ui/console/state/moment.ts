import { freshValue, series, trailNames, type GatewayModel, type TrailName } from "../../../watch/index.ts";

/** Samples come every ten seconds, and every five minutes in what is older than an hour. */
const reachMs = 300_000;

/** What a vital was at a moment: the newest sample before it, as far as the trail goes back. */
export const valueAt = (gateway: GatewayModel, name: TrailName, at: number): number | undefined =>
  series(gateway.trail, name, at - reachMs).findLast((point) => point.at <= at)?.value;

/** Everything that was known of a gateway at a moment. Without one it is now, and the newest reading is what counts. */
export const vitalsAt = (
  gateway: GatewayModel,
  moment: number | undefined,
  now: number,
): ReadonlyMap<TrailName, number> =>
  new Map(
    trailNames.flatMap((name) => {
      const newest = moment === undefined ? freshValue(gateway.vitals, name, now) : undefined;
      const value = newest ?? valueAt(gateway, name, moment ?? now);
      return value === undefined ? [] : [[name, value]];
    }),
  );
