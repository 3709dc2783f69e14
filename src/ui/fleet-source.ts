import type { GatewaySettings } from "../clients/index.ts";
import { ExitCode, Problem } from "../ground/index.ts";
import type { DemoFleet } from "../demo/index.ts";
import type { Context } from "./cli/command.ts";
import { didYouMean } from "./cli/nearest.ts";

/** The gateways this run is about, and where they come from. */
export type FleetSource = AsyncDisposable & {
  readonly gateways: readonly GatewaySettings[];
  /** Said wherever the fleet is shown, when it is not real. */
  readonly banner: string | undefined;
  readonly demo: DemoFleet | undefined;
};

const nothingToClose = { [Symbol.asyncDispose]: async (): Promise<void> => undefined };

/** The configured gateways, or those named on the command line; where there are none, the embedded demo fleet. */
export const openFleet = async (context: Context): Promise<FleetSource> => {
  const { gateways } = await context.config();
  const asked = context.flags.gateway;
  if (asked.length > 0) {
    return {
      gateways: asked.map((each) => named(each, gateways, context)),
      banner: undefined,
      demo: undefined,
      ...nothingToClose,
    };
  }
  if (gateways.length > 0) return { gateways, banner: undefined, demo: undefined, ...nothingToClose };
  return openDemoFleet(context, "DEMO FLEET: no gateway configured or found");
};

/** `--gateway` takes a name of the configuration or an address. */
const named = (asked: string, known: readonly GatewaySettings[], context: Context): GatewaySettings => {
  const found = known.find(({ name }) => name === asked);
  if (found !== undefined) return found;
  if (/^wss?:\/\//.test(asked)) {
    return {
      name: asked.replace(/^wss?:\/\//, "").replace(/\/.*$/, ""),
      url: asked,
      labels: [],
      service: { kind: "none" },
      readOnly: true,
      insecure: false,
      httpOnly: false,
      ...(context.env["OPENCLAW_GATEWAY_TOKEN"] === undefined
        ? {}
        : { token: { kind: "env", name: "OPENCLAW_GATEWAY_TOKEN" } }),
    };
  }
  throw new Problem(
    "USAGE_GATEWAY",
    `No gateway is called "${asked}".${didYouMean(
      asked,
      known.map(({ name }) => name),
    )}`,
    {
      exit: ExitCode.usage,
      hint:
        known.length === 0 ? "None is configured." : `Known: ${known.map(({ name }) => name).join(", ")}.`,
    },
  );
};

export const openDemoFleet = async (context: Context, banner: string, speed = 1): Promise<FleetSource> => {
  const { startDemoFleet } = await import("../demo/index.ts");
  const demo = await startDemoFleet({ clock: context.clock, speed });
  return {
    gateways: demo.gateways.map(({ name, url, token, stateDir, labels }): GatewaySettings => ({
      name,
      url,
      labels,
      stateDir,
      token: { kind: "inline", value: token },
      service: { kind: "none" },
      readOnly: false,
      insecure: false,
      httpOnly: false,
    })),
    banner,
    demo,
    [Symbol.asyncDispose]: () => demo.stop(),
  };
};
