import { userInfo } from "node:os";
import { isAbsolute } from "node:path";
import { isKeyboardLent, keepMemorySteadySoon, systemClock } from "../ground/index.ts";
import { askPerson } from "./ask-person.ts";
import { runCommandLine } from "./cli/run.ts";
import { interruptedBy } from "./interruption.ts";
import { openOutlet } from "./outlet.ts";

declare const CLAWBACK_VERSION: string;

/** The edge of the program: the only place that reads process-wide things and sets the exit code. */
const interrupted = new AbortController();
/**
 * Fires when nobody can read what is printed: the reader of a pipe went away (`clawback logs | head`), the terminal is
 * gone. That is the normal end of what only prints; what changes something goes on to its end, unread.
 */
const unread = new AbortController();
let notWritten: string | undefined;
const interrupt = (name: NodeJS.Signals): void => {
  // The second time, the person means it: leave at once, as without this handler.
  if (interrupted.signal.aborted) process.exit(130);
  interrupted.abort(interruptedBy(name));
};
const showProgress = (line: string | undefined): void => {
  const shown = line?.slice(0, Math.max(0, (err.terminal?.columns ?? 80) - 1)) ?? "";
  err.write(`\r\u001b[2K${shown}`);
};
process.on("SIGINT", (name) => {
  if (!isKeyboardLent()) interrupt(name);
});
process.on("SIGTERM", interrupt);
// A closed terminal or a service manager sends it beside another signal: it never counts as the second time.
process.on("SIGHUP", (name) => {
  interrupted.abort(interruptedBy(name));
});
const out = openOutlet(
  1,
  () => process.stdout,
  ({ code, message }) => {
    if (code !== "EPIPE" && code !== "EIO") notWritten ??= message;
    unread.abort();
  },
);
// When its reader is gone there is nobody left to tell it to.
const err = openOutlet(
  2,
  () => process.stderr,
  () => undefined,
);

/** Started by cron, a container or a bare `env -i` there may be no HOME; the account has a home all the same. */
const environment = (): NodeJS.ProcessEnv => {
  if (isAbsolute(process.env["HOME"] ?? "")) return process.env;
  try {
    return { ...process.env, HOME: userInfo().homedir };
  } catch {
    // A user number without an account: nothing is known.
    return process.env;
  }
};

/** A working directory that was deleted: names relative to it name nothing, and all else works from the root. */
const workingDirectory = (): string => {
  try {
    return process.cwd();
  } catch {
    // It is not there; what it was called is all that is known.
    process.chdir("/");
    return process.env["PWD"] ?? "/";
  }
};

keepMemorySteadySoon();

const exitCode = await runCommandLine({
  argv: process.argv.slice(2),
  env: environment(),
  cwd: workingDirectory(),
  version: CLAWBACK_VERSION,
  out: (text) => {
    if (!unread.signal.aborted) out.write(text);
  },
  err: err.write,
  ...(err.terminal !== undefined && process.env["TERM"] !== "dumb" ? { progress: showProgress } : {}),
  ask: (question, typing = "seen") =>
    askPerson(question, typing, err, {
      signal: interrupted.signal,
      onInterrupt: () => {
        interrupt("SIGINT");
      },
    }),
  terminal: {
    // In this order: Node takes its time to open a standard input that nobody reads.
    interactive: out.terminal !== undefined && process.stdin.isTTY,
    columns: out.terminal?.columns ?? 80,
    rows: out.terminal?.rows ?? 24,
  },
  clock: systemClock,
  signal: interrupted.signal,
  unread: unread.signal,
});
process.exitCode = exitCode;
process.once("beforeExit", () => {
  if (notWritten !== undefined) {
    err.write(`clawback: not all of the output could be written (${notWritten}).\n`);
    process.exitCode = exitCode === 0 ? 1 : exitCode;
  }
  // From here Node ends by itself. Told to exit, it waits for its threads before it lets go of the heap, and one that
  // compiles may be waiting for a garbage collection of this thread: then both wait for ever (nodejs/node#54918).
});
