import type { AlertSettings, Event, Model } from "../watch/index.ts";
import {
  identityOf,
  openEffects,
  startWatching,
  watchVault,
  type Effects,
  type EffectsOptions,
  type History,
  type Watching,
} from "../watch/effects/index.ts";
import { isProblem, type Problem } from "../ground/index.ts";
import { vaultBeside } from "./beside.ts";
import type { Context } from "./cli/command.ts";
import type { FleetSource } from "./fleet-source.ts";
import { gatewayPorts } from "./gateway-ports.ts";
import { recoveredEvents } from "./recover-restores.ts";

export type FleetWatchOptions = {
  readonly onChange: (model: Model) => void;
  readonly onEvent?: (event: Event) => void;
  /** Somebody else lists the vault for this watch. */
  readonly vaultIsKept?: true;
  /** Remembers, tells and answers, as somebody who stays does. Absent: looks and forgets. */
  readonly staying?: Pick<EffectsOptions, "onBell" | "takeSnapshot" | "recover"> & {
    /** A problem where it does not open. */
    readonly history?: History | Problem;
    /** Sees what is asked for before it is done. */
    readonly onEffect?: (effect: Parameters<Effects["run"]>[0]) => void;
  };
};

export type FleetWatching = Watching & {
  readonly settings: AlertSettings;
  /** There is a vault, and the model will hear of it. */
  readonly watchesVault: boolean;
  /** Something a person did here, for this process and all others. */
  readonly publish: (event: Event & { readonly at: number }) => void;
};

/** Console, guard and every command that looks watch a fleet the same way: this one. */
export const watchFleet = async (
  context: Context,
  fleet: FleetSource,
  { onChange, onEvent, vaultIsKept, staying }: FleetWatchOptions,
): Promise<FleetWatching> => {
  const { alerts, policies } = await context.config();
  const { history, ...deeds } = staying ?? {};
  const effects =
    staying === undefined
      ? undefined
      : openEffects({
          ...deeds,
          ...(history === undefined || isProblem(history) ? {} : { history }),
          clock: context.clock,
          env: context.env,
          settings: alerts,
          reload: () => readAgain(context, fleet),
        });
  const watching = startWatching({
    gateways: fleet.gateways,
    alerts,
    policies,
    ports: gatewayPorts(context),
    onChange,
    ...(onEvent === undefined ? {} : { onEvent }),
    ...(effects === undefined
      ? {}
      : {
          effects: {
            start: effects.start,
            run: (effect, emit) => {
              staying?.onEffect?.(effect);
              effects.run(effect, emit);
            },
          },
        }),
  });
  for (const event of recoveredEvents(fleet.recovered, fleet.gateways, context.clock.now())) {
    watching.dispatch(event);
  }
  const troubled = (effect: string, { code, message }: Problem): void => {
    const at = context.clock.now();
    watching.dispatch({ kind: "trouble", at, trouble: { at, effect, code, message } });
  };
  if (isProblem(history)) troubled("history", history);
  const names = new Set(fleet.gateways.map(({ name }) => name));
  const deaf = fleet.demo?.onMark(({ at, text, gateway }) => {
    if (!names.has(gateway)) return;
    watching.dispatch({ kind: "mark", at, mark: { at, text, by: "demo", gateway } });
  });
  const beside = vaultIsKept === true ? undefined : await vaultBeside(context, fleet);
  if (isProblem(beside)) troubled("vault", beside);
  const vault =
    beside === undefined || isProblem(beside)
      ? undefined
      : watchVault(beside, context.clock, fleet.gateways, watching.dispatch);
  const stop = async (): Promise<void> => {
    deaf?.();
    await vault?.stop();
    await watching.stop();
    await effects?.[Symbol.asyncDispose]();
  };
  return {
    ...watching,
    settings: alerts,
    watchesVault: vault !== undefined,
    publish: (event) => {
      if (effects === undefined) watching.dispatch(event);
      else effects.publish(event, watching.dispatch);
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
};

/** Rules, outputs and policies as the file says now. Which gateways there are is decided when a watch begins. */
const readAgain = async (
  { clock, cwd, env, flags }: Context,
  fleet: FleetSource,
): Promise<Extract<Event, { readonly kind: "settings" }>> => {
  const { loadConfig, resolveConfig } = await import("./config/index.ts");
  const { alerts, policies } = resolveConfig(await loadConfig(flags.config, env, cwd), env);
  return { kind: "settings", at: clock.now(), gateways: fleet.gateways.map(identityOf), alerts, policies };
};
