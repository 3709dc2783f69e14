import type { GatewayPorts, GatewaySettings, WatchCost } from "../../clients/index.ts";
import type { AlertSettings } from "../alerts/settings.ts";
import type { Event } from "../event.ts";
import type { GatewayIdentity } from "../gateway-model.ts";
import { startLoop } from "../loop.ts";
import type { Model } from "../model.ts";
import type { Policies } from "../policies/settings.ts";
import { newModel } from "../update.ts";
import { secretGuard } from "./known-secrets.ts";
import type { Effects } from "./run-effects.ts";
import { watchOneGateway, type Pace } from "./watch-gateway.ts";

export type WatchingOptions = {
  readonly gateways: readonly GatewaySettings[];
  readonly alerts?: AlertSettings;
  readonly policies?: Policies;
  readonly ports: GatewayPorts;
  /** Told once per burst of events, with the model after all of it. */
  readonly onChange: (model: Model) => void;
  /** Does what is asked for, and answers with events. Absent: nobody remembers or tells anything. */
  readonly effects?: Pick<Effects, "run" | "start">;
  readonly onEvent?: (event: Event) => void;
};

export type Watching = AsyncDisposable & {
  readonly model: () => Model;
  readonly dispatch: (event: Event) => void;
  /** How often gateways are asked, all of them or each its own: less where nobody is looking, or the link is slow. */
  readonly pace: (pace: Pace | ((gateway: string) => Pace)) => void;
  /** What watching each gateway has cost so far; of those watched by probes alone nothing is counted. */
  readonly costs: () => readonly (WatchCost & { readonly gateway: string })[];
  readonly stop: () => Promise<void>;
};

/** Each gateway is judged this often. */
const tickMs = 1_000;
/** Of a large fleet so many at a time, so that a frame can be drawn between two of them. */
const gatewaysATick = 64;

/** What the model may know of a gateway's settings. */
export const identityOf = ({ name, url, labels, stateDir }: GatewaySettings): GatewayIdentity => ({
  name,
  url,
  labels,
  local: stateDir !== undefined,
});

/** The brain, started: the loop, a clock that ticks, and a watch on every gateway. Console, status and guard share it. */
export const startWatching = (options: WatchingOptions): Watching => {
  const { gateways, ports, alerts } = options;
  const { clock } = ports;
  const identities = gateways.map(identityOf);
  const loop = startLoop(newModel(clock.now(), identities, alerts, options.policies), {
    run: options.effects?.run ?? (() => undefined),
    onChange: options.onChange,
    schedule: (fold) => {
      setImmediate(fold);
    },
    ...(options.onEvent === undefined ? {} : { onEvent: options.onEvent }),
  });
  const guarded = secretGuard(alerts?.knownSecrets ?? []);
  options.effects?.start(
    identities.map(({ name }) => name),
    loop.dispatch,
  );
  const watches = gateways.map((settings) =>
    watchOneGateway(
      settings,
      ports,
      (event) => {
        for (const each of guarded(event)) loop.dispatch(each);
      },
      loop.dispatch,
    ),
  );

  let callOff: () => void = () => undefined;
  const slices = Math.max(1, Math.ceil(identities.length / gatewaysATick));
  const everyMs = tickMs / slices;
  let turn = 0;
  const tick = (): void => {
    const slice = slices === 1 ? {} : { slice: { index: turn % slices, of: slices } };
    turn += 1;
    loop.dispatch({ kind: "tick", at: clock.now(), ...slice });
    callOff = clock.after(everyMs - (clock.now() % everyMs), tick);
  };
  tick();

  const stop = async (): Promise<void> => {
    callOff();
    loop.stop();
    await Promise.all(watches.map((watch) => watch.stop()));
  };
  return {
    model: loop.model,
    dispatch: loop.dispatch,
    pace: (pace) => {
      watches.forEach((watch, place) => {
        watch.pace(typeof pace === "string" ? pace : pace(identities[place]?.name ?? ""));
      });
    },
    costs: () =>
      watches.flatMap((watch, place) => {
        const cost = watch.cost();
        return cost === undefined ? [] : [{ ...cost, gateway: identities[place]?.name ?? "" }];
      }),
    stop,
    [Symbol.asyncDispose]: stop,
  };
};
