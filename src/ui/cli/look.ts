import { afterListening, sleep } from "../../ground/index.ts";
import type { Model } from "../../watch/index.ts";
import type { FleetSource } from "../fleet-source.ts";
import { watchFleet } from "../watch-fleet.ts";
import type { Context } from "./command.ts";
import { isUnreachable, untoldBy } from "./verdict.ts";

type Gateway = Model["gateways"][number];

/** Longer than it takes to find out that an event loop stands still; a fleet that answers takes a fraction of it. */
export const lookWithinMs = 7_000;

/** Watches until every gateway has told what is wanted, or the time is over; answers with what is known then. */
export const look = async (
  context: Context,
  fleet: FleetSource,
  { withinMs = lookWithinMs, hasTold = toldAll }: LookOptions = {},
): Promise<Model> => {
  const done = Promise.withResolvers<void>();
  const isDone = (model: Model, watchesVault: boolean): boolean =>
    model.gateways.every(hasTold) && (!watchesVault || model.vault !== undefined);
  let watchesVault = true;
  await using watching = await watchFleet(context, fleet, {
    onChange: (model) => {
      if (isDone(model, watchesVault)) done.resolve();
    },
  });
  ({ watchesVault } = watching);
  if (isDone(watching.model(), watchesVault)) done.resolve();
  const callOff = afterListening(context.clock, withinMs, done.resolve);
  context.signal.addEventListener("abort", () => {
    done.resolve();
  });
  await done.promise;
  callOff();
  context.signal.throwIfAborted();
  // One more tick, so that the rules have judged the newest numbers.
  watching.dispatch({ kind: "tick", at: context.clock.now() });
  await sleep(context.clock, 0);
  return watching.model();
};

export type LookOptions = {
  readonly withinMs?: number | undefined;
  readonly hasTold?: ((gateway: Gateway) => boolean) | undefined;
};

/** The connection alone: what `health` is about. */
export const toldConnection = ({ connection }: Gateway): boolean =>
  connection !== undefined && connection.state.kind !== "connecting";

/** Everything a first look can tell, or a state in which no more will come than what lies on disk. */
export const toldAll = (gateway: Gateway): boolean => {
  if (!toldConnection(gateway)) return false;
  if (gateway.identity.local && gateway.memoryAt === undefined) return false;
  if (isUnreachable(gateway)) return !gateway.identity.local || gateway.sessionsAt !== undefined;
  if (gateway.connection?.state.kind !== "up") return true;
  return untoldBy(gateway).length === 0;
};

/** Also what is asked for later: lanes and the newest calls of models. */
export const toldMore = (gateway: Gateway): boolean =>
  toldAll(gateway) && (gateway.connection?.state.kind !== "up" || gateway.lanesAt !== undefined);
