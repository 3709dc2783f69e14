import { basename } from "node:path";
import { profileOfDirectory } from "../../openclaw/index.ts";
import type { Request, ServiceStatus, Supervisor } from "./service.ts";
import { runCommand, wordsOf } from "./run-command.ts";

const statusMs = 15_000;

/** Commands from the configuration: arguments, no shell. They may wait for the end themselves or return at once. */
export const ownCommands = (
  commands: {
    readonly stop: readonly string[];
    readonly start: readonly string[];
    readonly status: readonly string[];
  },
  env: NodeJS.ProcessEnv,
): Supervisor => ({
  words: `its own commands (${basename(commands.stop[0] ?? "none")})`,
  status: (signal) => askStatus(commands.status, env, signal),
  stop: order(commands.stop, env),
  start: order(commands.start, env),
});

/** As in the conventions for service scripts: 0 runs, 1 to 3 does not, the rest does not know. */
const askStatus = async (
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<ServiceStatus> => {
  if (argv.length === 0) return { state: "unknown", evidence: ["no status command is configured"] };
  const ran = await runCommand(argv, { signal, env, withinMs: statusMs });
  if (ran.kind === "ended" && ran.code === 0)
    return { state: "running", evidence: ["its status command says that it runs"] };
  if (ran.kind === "ended" && ran.code <= 3) {
    return {
      state: "stopped",
      evidence: [`its status command says that it does not run (exit code ${ran.code})`],
    };
  }
  return { state: "unknown", evidence: [`its status command does not know: ${wordsOf(ran)}`] };
};

const order = (argv: readonly string[], env: NodeJS.ProcessEnv): Request => ({
  argv,
  ask: async (signal) => {
    if (argv.length === 0) {
      return {
        kind: "refused",
        why: "no command is configured for this",
        advice: { say: "add-command" },
      };
    }
    const ran = await runCommand(argv, { signal, env });
    return ran.kind === "ended" && ran.code === 0
      ? { kind: "taken" }
      : {
          kind: "failed",
          why: `${argv[0]}: ${wordsOf(ran)}`,
          advice: { say: "run-same-by-hand" },
        };
  },
});

/**
 * OpenClaw's own service commands, which find the systemd unit or LaunchAgent themselves. Asking them for the status
 * takes seconds, so the lock of the state directory answers that.
 */
export const openclawCommands = (stateDir: string | undefined, env: NodeJS.ProcessEnv): Supervisor => {
  const profile = stateDir === undefined ? undefined : profileOfDirectory(basename(stateDir));
  const command = (...args: readonly string[]): readonly string[] => [
    "openclaw",
    ...(profile === undefined || profile === "" ? [] : ["--profile", profile]),
    "gateway",
    ...args,
  ];
  return {
    words: "openclaw's own service",
    status: () => Promise.resolve({ state: "unknown", evidence: [] }),
    // Without a terminal, stopping asks for --force; it skips the question, not the draining.
    stop: order(command("stop", "--force", "--json"), env),
    start: order(command("start", "--json"), env),
  };
};
