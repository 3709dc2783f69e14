import { spawn, type ChildProcessByStdio } from "node:child_process";
import { Socket } from "node:net";
import type { Readable } from "node:stream";
import { errnoOf, harmlessLine } from "../../ground/index.ts";

export type Ran =
  | { readonly kind: "ended"; readonly code: number; readonly stdout: string; readonly stderr: string }
  /** Ended by a signal, ours (too slow, called off) or somebody else's. */
  | { readonly kind: "killed"; readonly signal: string; readonly stderr: string }
  | { readonly kind: "missing"; readonly program: string }
  | { readonly kind: "failed"; readonly reason: string };

export type RunOptions = {
  readonly signal: AbortSignal;
  readonly env: NodeJS.ProcessEnv;
  /** Absent: as long as it takes, until the signal. */
  readonly withinMs?: number;
};

/** Output beyond this is dropped; nobody here reads more than a few lines. */
const maxOutputCharacters = 64 * 1024;
/** What a program has written before it ended arrives at once; what it left running may hold its output for days. */
const lastWordsMs = 200;
/** After the polite signal it has this long. */
const graceMs = 2_000;

/**
 * Runs a program with arguments: no shell, no input, bounded output. It is asked to end when the signal comes, made to
 * when it does not, and has ended when it has, whatever it left running in the background.
 */
export const runCommand = (argv: readonly string[], options: RunOptions): Promise<Ran> =>
  new Promise((resolve) => {
    const limits = options.withinMs === undefined ? [] : [AbortSignal.timeout(options.withinMs)];
    const late = AbortSignal.any([options.signal, ...limits]);
    const [program = "", ...args] = argv;
    const child = started(program, args, options.env);
    if (child instanceof Error) {
      resolve({ kind: "failed", reason: child.message });
      return;
    }
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (text: string) => {
        if (output[name].length >= maxOutputCharacters) return;
        output[name] = (output[name] + text).slice(0, maxOutputCharacters);
      });
    }
    let force: NodeJS.Timeout | undefined;
    const stop = (): void => {
      child.kill("SIGTERM");
      force = setTimeout(() => child.kill("SIGKILL"), graceMs);
    };
    if (late.aborted) stop();
    else late.addEventListener("abort", stop, { once: true });
    const over = (ran: Ran): void => {
      clearTimeout(force);
      late.removeEventListener("abort", stop);
      for (const pipe of [child.stdout, child.stderr]) if (pipe instanceof Socket) pipe.unref();
      resolve(ran);
    };
    child.once("error", (error) => {
      const missing = ["ENOENT", "EACCES"].includes(errnoOf(error) ?? "");
      over(missing ? { kind: "missing", program } : { kind: "failed", reason: error.message });
    });
    child.once("exit", (code, signal) => {
      const tell = (): void => {
        clearTimeout(lastWords);
        over(
          code === null
            ? { kind: "killed", signal: signal ?? "unknown", stderr: output.stderr }
            : { kind: "ended", code, ...output },
        );
      };
      const lastWords = setTimeout(tell, lastWordsMs);
      child.once("close", tell);
    });
  });

/** A name that no program can have throws at once. */
const started = (
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): ChildProcessByStdio<null, Readable, Readable> | Error => {
  try {
    return spawn(program, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
};

/** What went wrong, in one harmless line: the last thing the program said, or how it ended. */
export const wordsOf = (ran: Ran): string => {
  switch (ran.kind) {
    case "ended": {
      const said = harmlessLine(
        (ran.stderr.trim() === "" ? ran.stdout : ran.stderr).trim().split("\n").at(-1) ?? "",
        300,
      );
      return said === "" ? `exit code ${ran.code}` : `${said} (exit code ${ran.code})`;
    }
    case "killed":
      return `it was ended by ${ran.signal}`;
    case "missing":
      return `there is no program ${harmlessLine(ran.program, 100)} that can be run`;
    case "failed":
      return harmlessLine(ran.reason, 300);
  }
};
