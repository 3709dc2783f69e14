import { systemClock } from "../../src/ground/index.ts";
import { runCommandLine, type World } from "../../src/ui/cli/run.ts";

export type Answer = { readonly code: number; readonly out: string; readonly err: string };

/** Runs one command line inside the test's own process: everything but the process-wide edge. */
export const clawback = async (argv: readonly string[], world: Partial<World> = {}): Promise<Answer> => {
  let out = "";
  let err = "";
  const code = await runCommandLine({
    argv,
    env: { HOME: "/nowhere" },
    cwd: "/",
    version: "9.9.9",
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    terminal: { interactive: false, columns: 80, rows: 24 },
    clock: systemClock,
    signal: new AbortController().signal,
    ...world,
  });
  return { code, out, err };
};
