import { setFlagsFromString } from "node:v8";
import type { ExitCode } from "../ground/index.ts";
import type { Context } from "./cli/command.ts";
import { capabilitiesOf, makeLook, openConsole, type Capabilities } from "./console/index.ts";
import type { FleetSource } from "./fleet-source.ts";

const capabilitiesIn = ({ env, flags }: Context): Capabilities =>
  capabilitiesOf({
    env,
    stdinIsTerminal: process.stdin.isTTY === true,
    stdoutIsTerminal: process.stdout.isTTY === true,
    ascii: flags.ascii,
    noColor: flags["no-color"],
  });

/** A person at a terminal who did not ask for JSON. */
export const wantsConsole = (context: Context): boolean =>
  !context.flags.json && capabilitiesIn(context).interactive;

export const runConsole = async (context: Context, open: () => Promise<FleetSource>): Promise<ExitCode> => {
  // A young generation that never grows: a long-lived screen makes small garbage steadily, and 16 MB of halves that
  // were needed once would stay for ever. Measured at 200x60 on the demo: 126 MB resident without it, 118 with it.
  setFlagsFromString("--semi-space-growth-factor=1");
  await using opened = new AsyncDisposableStack();
  const { ui } = await context.config();
  const capabilities = capabilitiesIn(context);
  return await openConsole({
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: context.err,
    capabilities,
    look: makeLook({
      theme: ui.theme === "auto" ? "dark" : ui.theme,
      depth: capabilities.depth,
      ascii: capabilities.ascii,
    }),
    clock: context.clock,
    watch: async (onChange) => {
      // Protocol, rules and sockets are not needed to draw where one is: they come after the first frame.
      const [{ watchFleet }, fleet] = await Promise.all([import("./watch-fleet.ts"), open()]);
      opened.use(fleet);
      return { watching: await watchFleet(context, fleet, { onChange }), banner: fleet.banner };
    },
  });
};
