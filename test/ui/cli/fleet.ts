import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startDemoFleet, type DemoFleet, type DemoOptions } from "../../../src/demo/index.ts";
import type { World } from "../../../src/ui/cli/run.ts";
import { clawback, type Answer } from "../../support/command-line.ts";

/** A real fleet, configured as a person would, and a home of its own to remember things in. */
export type ConfiguredFleet = AsyncDisposable & {
  readonly demo: DemoFleet;
  readonly home: string;
  readonly configFile: string;
  readonly run: (argv: readonly string[], world?: Partial<World>) => Promise<Answer>;
};

type Extra = Readonly<Record<string, unknown>>;

export const configuredFleet = async (
  options: DemoOptions & { readonly config?: Extra; readonly perGateway?: Extra } = {},
): Promise<ConfiguredFleet> => {
  const { config, perGateway, ...demoOptions } = options;
  const home = await mkdtemp(join(tmpdir(), "clawback-cli-"));
  const demo = await startDemoFleet({ scenario: "healthy", waits: true, ...demoOptions });
  const tokens = demo.gateways.map(({ token }, at) => [`TOKEN_${at}`, token] as const);
  const configFile = join(home, "config.json5");
  const gateways = demo.gateways.map(({ name, url, stateDir, labels }, at) => ({
    name,
    url,
    stateDir,
    labels,
    token: { env: `TOKEN_${at}` },
    ...perGateway,
  }));
  await writeFile(configFile, JSON.stringify({ gateways, ...config }), { mode: 0o600 });
  const env = { HOME: home, USER: "ada", PATH: process.env["PATH"], ...Object.fromEntries(tokens) };
  return {
    demo,
    home,
    configFile,
    run: (argv, world) => clawback(["--config", configFile, ...argv], { env, cwd: home, ...world }),
    [Symbol.asyncDispose]: async () => {
      await demo.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
};
