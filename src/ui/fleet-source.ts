import { homedir } from "node:os";
import { resolve } from "node:path";
import { discoverGateways, serviceOf, type GatewaySettings, type Service } from "../clients/index.ts";
import { realPlace } from "../core/index.ts";
import { ExitCode, Problem } from "../ground/index.ts";
import type { DemoFleet, DemoOptions } from "../demo/index.ts";
import type { Context } from "./cli/command.ts";
import { didYouMean } from "./cli/nearest.ts";
import { recoverRestores, sayRecovered, type RecoveredRestore } from "./recover-restores.ts";
import { demoService } from "./demo-service.ts";

/** The gateways this run is about, and where they come from. */
export type FleetSource = AsyncDisposable & {
  readonly gateways: readonly GatewaySettings[];
  /** Said wherever the fleet is shown, when it is not real. */
  readonly banner: string | undefined;
  readonly demo: DemoFleet | undefined;
  /** Restores that had been interrupted, and what became of them before anything else was looked at. */
  readonly recovered: readonly RecoveredRestore[];
};

const nothingToClose = { [Symbol.asyncDispose]: async (): Promise<void> => undefined };

/**
 * The configured gateways; without any, those of this machine; without any, the embedded demo fleet. `--gateway` picks
 * by name from whichever it is, or names an address of its own.
 */
export const openFleet = async (context: Context): Promise<FleetSource> => {
  const recovered = await recoverRestores(context);
  sayRecovered(recovered, context);
  const fleet = await pickFleet(context);
  const stuck = recovered.flatMap(({ outcome }) => (outcome.kind === "stuck" ? [outcome.problem] : []))[0];
  if (stuck === undefined || fleet.demo === undefined) {
    const insecure = context.flags.insecure;
    return {
      ...fleet,
      gateways: fleet.gateways.map((each) => (insecure ? { ...each, insecure } : each)),
      recovered,
    };
  }
  // A state that lies between old and new is the reason that nothing was found; a demo in its place would mislead.
  await fleet[Symbol.asyncDispose]();
  throw stuck;
};

const pickFleet = async (context: Context): Promise<FleetSource> => {
  const asked = context.flags.gateway;
  const addresses = asked.filter(isAddress).map((address) => atAddress(address, context));
  const names = asked.filter((each) => !isAddress(each));
  if (addresses.length > 0 && names.length === 0) return real(addresses);
  const source = await everyGateway(context);
  if (asked.length === 0) return source;
  try {
    return { ...source, gateways: [...names.map((name) => gatewayCalled(name, source)), ...addresses] };
  } catch (error) {
    await source[Symbol.asyncDispose]();
    throw error;
  }
};

/**
 * The names under which the history has the gateways that `--gateway` asks for; undefined where all are meant. A name
 * that nobody has is refused, since nothing is known of it and nothing would look as if all were well. `isWatchable`:
 * none of them is an address that no configuration has.
 */
export const namesAsked = async (
  context: Context,
): Promise<{ readonly names: ReadonlySet<string>; readonly isWatchable: boolean } | undefined> => {
  const asked = context.flags.gateway;
  if (asked.length === 0) return undefined;
  const configured = (await context.config()).gateways;
  const known = configured.length > 0 ? configured : await onThisMachine(context, context.flags["state-dir"]);
  // A demo is remembered by nobody.
  if (known.length === 0) return { names: new Set(asked), isWatchable: true };
  const found = asked.map((each) =>
    isAddress(each)
      ? known.filter(({ url }) => url === each)
      : [gatewayCalled(each, { gateways: known, demo: undefined })],
  );
  return {
    names: new Set([
      ...found.flat().map(({ name }) => name),
      ...asked.filter(isAddress).map((address) => atAddress(address, context).name),
    ]),
    isWatchable: found.every((some) => some.length > 0),
  };
};

const real = (gateways: readonly GatewaySettings[]): FleetSource => ({
  gateways,
  banner: undefined,
  demo: undefined,
  recovered: [],
  ...nothingToClose,
});

const everyGateway = async (context: Context): Promise<FleetSource> => {
  const { gateways } = await context.config();
  const stateDir = context.flags["state-dir"];
  const configured = stateDir === undefined ? gateways : atStateDir(gateways, context, stateDir);
  if (configured.length > 0) return real(configured);
  const found = await onThisMachine(context, stateDir);
  return found.length > 0
    ? real(found)
    : openDemoFleet(context, "DEMO FLEET: no gateway configured or found");
};

/**
 * The gateway that is configured with this directory; or the one that is meant anyway, where the configuration names no
 * directory of it. The name, the labels and the service of a gateway never come to stand for the directory of another.
 */
const atStateDir = (
  gateways: readonly GatewaySettings[],
  { cwd, flags }: Context,
  named: string,
): readonly GatewaySettings[] => {
  const asked = resolve(cwd, named);
  const place = realPlace(asked);
  const own = gateways.filter(({ stateDir }) => stateDir !== undefined && realPlace(stateDir) === place);
  const [only, ...others] = gateways.filter(
    ({ name }) => flags.gateway.length === 0 || flags.gateway.includes(name),
  );
  return own.length > 0 || only === undefined || others.length > 0 || only.stateDir !== undefined
    ? own
    : [{ ...only, stateDir: asked }];
};

/** The gateways OpenClaw itself would find here; with a state directory named, the one it belongs to. */
const onThisMachine = async (
  { clock, cwd, env, err }: Context,
  named: string | undefined,
): Promise<readonly GatewaySettings[]> => {
  const asked = named === undefined ? undefined : resolve(cwd, named);
  const { gateways } = await discoverGateways({
    env: asked === undefined ? env : { ...env, OPENCLAW_STATE_DIR: asked },
    home: homeIn(env),
    platform: process.platform,
    now: clock.now(),
  });
  const wanted = gateways.filter(({ settings }) => asked === undefined || settings.stateDir === asked);
  if (asked !== undefined && wanted.length === 0) {
    throw new Problem("STATE_DIRECTORY_MISSING", `There is no state directory ${asked}.`, {
      exit: ExitCode.usage,
      hint: "Name the directory that holds openclaw.json and state/, usually ~/.openclaw.",
    });
  }
  for (const { settings, problems } of wanted) {
    for (const problem of problems) err(`${settings.name}: ${problem}\n`);
  }
  return wanted.map(({ settings }) => settings);
};

const homeIn = (env: Context["env"]): string => env["HOME"] ?? homedir();

const isAddress = (asked: string): boolean => /^(?:wss?|https?):\/\//.test(asked);

/** A gateway that only the command line knows: to look at. One at an http address is asked by HTTP alone. */
const atAddress = (url: string, context: Context): GatewaySettings => {
  if (!URL.canParse(url)) {
    throw new Problem("USAGE_GATEWAY", `"${url}" is not an address.`, {
      exit: ExitCode.usage,
      hint: "An address looks like ws://127.0.0.1:18789.",
    });
  }
  const { username, password } = new URL(url);
  if (username !== "" || password !== "") {
    throw new Problem("USAGE_GATEWAY", "An address is shown everywhere and takes no name or secret.", {
      exit: ExitCode.usage,
      hint: "Put the token into OPENCLAW_GATEWAY_TOKEN, or the gateway into the configuration.",
    });
  }
  return {
    name: url.replace(/^\w+:\/\//, "").replace(/\/.*$/, ""),
    url,
    labels: [],
    service: { kind: "none" },
    readOnly: true,
    insecure: false,
    httpOnly: url.startsWith("http"),
    ...(context.env["OPENCLAW_GATEWAY_TOKEN"] === undefined
      ? {}
      : { token: { kind: "env", name: "OPENCLAW_GATEWAY_TOKEN" } }),
  };
};

const gatewayCalled = (
  asked: string,
  { gateways, demo }: Pick<FleetSource, "gateways" | "demo">,
): GatewaySettings => {
  const found = gateways.find(({ name }) => name === asked);
  if (found !== undefined) return found;
  const names = gateways.map(({ name }) => name);
  throw new Problem("USAGE_GATEWAY", `No gateway is called "${asked}".${didYouMean(asked, names)}`, {
    exit: ExitCode.usage,
    hint:
      demo === undefined
        ? `Known: ${names.join(", ")}. An address such as ws://127.0.0.1:18789 works too.`
        : `None is configured or found here; the demo fleet has ${names.join(", ")}.`,
  });
};

/** Who stops and starts a gateway of this fleet. */
export const serviceFor = (
  settings: GatewaySettings,
  { demo }: FleetSource,
  { clock, env }: Context,
): Service =>
  demo === undefined
    ? serviceOf(settings, {
        clock,
        env,
        uid: process.getuid?.() ?? -1,
        home: homeIn(env),
      })
    : demoService(demo.control(settings.name), clock);

export const openDemoFleet = async (
  context: Context,
  banner: string,
  options: Pick<DemoOptions, "speed" | "gateways" | "mishap" | "busy"> = {},
): Promise<FleetSource> => {
  const { startDemoFleet } = await import("../demo/index.ts");
  const demo = await startDemoFleet({ clock: context.clock, waits: true, ...options });
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
    recovered: [],
    [Symbol.asyncDispose]: () => demo.stop(),
  };
};
