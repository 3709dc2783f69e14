import { flushCompileCache } from "node:module";
import { join } from "node:path";
import {
  type ExitCode,
  harmlessLine,
  isProblem,
  keepMemorySmall,
  minuteMs,
  putMemoryOff,
} from "../ground/index.ts";
import type { Model } from "../watch/index.ts";
import type { Context } from "./cli/command.ts";
import {
  auditLog,
  capabilitiesOf,
  makeLook,
  showText,
  textsIn,
  timeWords,
  utcWords,
  writeReport,
  type Capabilities,
  type TimeWords,
} from "./console/index.ts";
import type { FleetSource } from "./fleet-source.ts";

const capabilitiesIn = ({ env, flags }: Context): Capabilities =>
  capabilitiesOf({
    env,
    stdinIsTerminal: process.stdin.isTTY === true,
    stdoutIsTerminal: process.stdout.isTTY === true,
    ascii: flags.ascii,
    noColor: flags["no-color"],
  });

/** Lines instead of a screen: asked for, or set where a screen reader is at work. */
const wantsLines = (context: Context): boolean =>
  context.flags["screen-reader"] || capabilitiesIn(context).screenReader;

/** A person at a terminal who did not ask for JSON. Lines work in any terminal, also in one that can draw nothing. */
export const wantsConsole = (context: Context): boolean =>
  !context.flags.json &&
  (capabilitiesIn(context).interactive ||
    (wantsLines(context) && process.stdin.isTTY === true && process.stdout.isTTY === true));

/** The clock on the wall where this process runs; its offset is asked for each moment because summers end. */
const timeIn = (wanted: "utc" | "local"): TimeWords =>
  wanted === "utc" ? utcWords : timeWords("local", (at) => -new Date(at).getTimezoneOffset() * minuteMs);

export const runConsole = async (context: Context, open: () => Promise<FleetSource>): Promise<ExitCode> => {
  putMemoryOff();
  await using opened = new AsyncDisposableStack();
  const { ui, stateHome } = await context.config();
  const { env, flags } = context;
  const capabilities = capabilitiesIn(context);
  const time = timeIn(ui.time);
  const shared = {
    clock: context.clock,
    setting: {
      texts: await textsIn(ui.language, env, ui.time === "utc" ? undefined : time.clock),
      time,
      banner: undefined,
      person: env["USER"] ?? env["LOGNAME"] ?? "console",
      version: context.version,
      readOnly: { all: flags["read-only"], gateways: new Set<string>() },
    },
    watch: async (onChange: (model: Model) => void) => {
      // Protocol, rules and sockets are not needed to draw where one is: they come after the first frame.
      const [{ watchFleet }, { openVaultDesk }, { openTakebackDesk }, { historyOrProblem }, fleet] =
        await Promise.all([
          import("./watch-fleet.ts"),
          import("./vault-desk/index.ts"),
          import("./takeback-desk/index.ts"),
          import("./history.ts"),
          open(),
        ]);
      // A console often ends with its terminal, by a signal that leaves no time to keep what was compiled.
      flushCompileCache();
      keepMemorySmall();
      opened.use(fleet);
      // What happens to a fleet that is not real is not remembered.
      const history = fleet.demo === undefined ? await historyOrProblem(context) : undefined;
      if (!isProblem(history)) opened.use(history);
      const staying = history === undefined ? {} : { staying: { history } };
      const watching = await watchFleet(context, fleet, { onChange, vaultIsKept: true, ...staying });
      // The screen is standard error's place: what would be said there is trouble in the model.
      const onScreen: Context = {
        ...context,
        err: (text) => {
          const at = context.clock.now();
          const trouble = { at, effect: "console", code: "NOTICE", message: harmlessLine(text.trim()) };
          watching.dispatch({ kind: "trouble", at, trouble });
        },
      };
      // Stopped before the watch it tells and the fleet it reads.
      const vault = opened.use(await openVaultDesk(context, fleet, watching.dispatch));
      return {
        watching,
        vault,
        takeback: openTakebackDesk(onScreen, fleet, { vault: vault.opened }),
        banner: fleet.banner,
        readOnly: fleet.gateways.filter((each) => each.readOnly).map(({ name }) => name),
      };
    },
  };
  const record = auditLog(join(stateHome, "audit.jsonl"));
  if (wantsLines(context)) {
    const { openPlain } = await import("./console/plain/open-plain.ts");
    return await openPlain({ ...shared, stdin: process.stdin, out: context.out, record });
  }
  const { openConsole } = await import("./console/open-console.ts");
  return await openConsole({
    ...shared,
    mouse: ui.mouse,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: context.err,
    capabilities,
    look: makeLook({
      theme: ui.theme === "auto" ? "dark" : ui.theme,
      depth: capabilities.depth,
      ascii: capabilities.ascii,
    }),
    probe: env["CLAWBACK_PROBE"],
    ports: {
      showText: (program, name, text) => showText(program, name, text, env),
      writeReport: (name, text) => writeReport(context.cwd, name, text),
      record,
    },
  });
};
