import { systemClock } from "../ground/index.ts";
import { runCommandLine } from "./cli/run.ts";
import { keepMemorySteady, staysOn } from "./steady-memory.ts";

declare const CLAWBACK_VERSION: string;

/**
 * The edge of the program: the only place that reads process-wide things and sets the exit code. A reader of a pipe
 * that goes away (`clawback logs | head`) is the normal end of a command, not a failure.
 */
const interrupted = new AbortController();
const interrupt = (): void => {
  // The second time, the person means it: leave at once, as without this handler.
  if (interrupted.signal.aborted) process.exit(130);
  interrupted.abort();
};
const askPerson = async (question: string, signal: AbortSignal): Promise<string | undefined> => {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  const { createInterface } = await import("node:readline/promises");
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  // The line editor takes ctrl-c for itself.
  lines.on("SIGINT", interrupt);
  const closed = new Promise<undefined>((resolve) => {
    lines.once("close", () => {
      resolve(undefined);
    });
  });
  try {
    return await Promise.race([lines.question(question, { signal }), closed]);
  } finally {
    lines.close();
  }
};
const showProgress = (line: string | undefined): void => {
  const shown = line?.slice(0, Math.max(0, (process.stderr.columns ?? 80) - 1)) ?? "";
  process.stderr.write(`\r\u001b[2K${shown}`);
};
process.on("SIGINT", interrupt);
process.on("SIGTERM", interrupt);
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

// Before anything large is loaded: what the loading itself would make the heap grow by stays small too.
if (staysOn(process.argv.slice(2))) keepMemorySteady();

process.exitCode = await runCommandLine({
  argv: process.argv.slice(2),
  env: process.env,
  cwd: process.cwd(),
  version: CLAWBACK_VERSION,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  ...(process.stderr.isTTY && process.env["TERM"] !== "dumb" ? { progress: showProgress } : {}),
  ask: (question) => askPerson(question, interrupted.signal),
  terminal: {
    interactive: process.stdin.isTTY && process.stdout.isTTY,
    columns: process.stdout.columns ?? 80,
    rows: process.stdout.rows ?? 24,
  },
  clock: systemClock,
  signal: interrupted.signal,
});
