import { spawn } from "node:child_process";
import { harmlessLine } from "../../ground/index.ts";

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

/** Runs a program with arguments: no shell, no input, bounded output. It is asked to end when the signal comes. */
export const runCommand = (argv: readonly string[], options: RunOptions): Promise<Ran> =>
  new Promise((resolve) => {
    const [program = "", ...args] = argv;
    const limits = options.withinMs === undefined ? [] : [AbortSignal.timeout(options.withinMs)];
    const child = spawn(program, args, {
      env: options.env,
      stdio: ["ignore", "pipe", "pipe"],
      signal: AbortSignal.any([options.signal, ...limits]),
    });
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (text: string) => {
        output[name] = (output[name] + text).slice(0, maxOutputCharacters);
      });
    }
    child.once("error", (error) => {
      // Called off: its end is reported by `close`.
      if (error.name === "AbortError") return;
      const missing = "code" in error && (error.code === "ENOENT" || error.code === "EACCES");
      resolve(missing ? { kind: "missing", program } : { kind: "failed", reason: error.message });
    });
    child.once("close", (code, signal) => {
      if (code !== null) resolve({ kind: "ended", code, ...output });
      else resolve({ kind: "killed", signal: signal ?? "unknown", stderr: output.stderr });
    });
  });

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
