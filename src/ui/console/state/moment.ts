import { series, trailNames, type GatewayModel, type TrailName } from "../../../watch/index.ts";

/** Samples come every ten seconds, and every five minutes in what is older than an hour. */
const reachMs = 300_000;

/** What a vital was at a moment: the newest sample before it, as far as the trail goes back. */
export const valueAt = (gateway: GatewayModel, name: TrailName, at: number): number | undefined =>
  series(gateway.trail, name, at - reachMs).findLast((point) => point.at <= at)?.value;

/** Everything that was known of a gateway at a moment. */
export const vitalsAt = (
  gateway: GatewayModel,
  at: number,
): readonly { readonly name: TrailName; readonly value: number }[] =>
  trailNames.flatMap((name) => {
    const value = valueAt(gateway, name, at);
    return value === undefined ? [] : [{ name, value }];
  });
