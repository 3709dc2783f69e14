import { readFile, stat } from "node:fs/promises";
import { parseEnv } from "node:util";
import { errnoOf, ExitCode, isProblem, Problem } from "../../ground/index.ts";
import { readConfig, textAt } from "../../openclaw/index.ts";
import { runCommand } from "../services/run-command.ts";
import type { SecretSource } from "../settings.ts";

/**
 * Reads a secret at the moment it is needed. The value goes to the caller and nowhere else: no message, cause or log
 * of ours holds it, nor what a command printed beside it.
 */
export type Secret = {
  readonly value: string;
  /** What is wrong with where it is kept, though it could be read. */
  readonly warning?: string;
};

const commandWithinMs = 10_000;
const secretMaxBytes = 16_384;

export const readSecret = async (
  source: SecretSource,
  environment: Readonly<Record<string, string | undefined>> = process.env,
  withinMs: number = commandWithinMs,
): Promise<Secret> => {
  switch (source.kind) {
    case "inline":
      return {
        value: checked(source.value, "the secret in the configuration"),
        warning: "a secret stands in the configuration itself; keep it in a file or the environment instead",
      };
    case "env":
      return { value: checked(environment[source.name] ?? "", `the environment variable ${source.name}`) };
    case "file":
      return fromFile(source.path);
    case "json":
      return fromJson(source.file, source.path);
    case "dotenv": {
      const { value: text } = await fromFile(source.file, whole);
      return { value: checked(parseEnv(text)[source.name] ?? "", `${source.name} in ${source.file}`) };
    }
    case "command":
      return {
        value: checked(
          await fromCommand(source.argv, environment, withinMs),
          `the output of ${source.argv[0] ?? "the command"}`,
        ),
      };
  }
};

/** One line, because a header or a frame cannot carry another; the end of line that editors add does not count. */
const checked = (text: string, what: string): string => {
  const value = text.replace(/\r?\n$/, "");
  if (value === "") {
    throw new Problem("SECRET_EMPTY", `${what} is not set or empty`, {
      hint: "Set it, or configure another source for the secret of this gateway.",
      exit: ExitCode.gateway,
    });
  }
  if (value.length > secretMaxBytes || /[\r\n\0]/.test(value)) {
    throw new Problem("SECRET_SHAPE", `${what} is not a single line`, {
      hint: "A secret is one line of at most 16 kB.",
      exit: ExitCode.gateway,
    });
  }
  return value;
};

const whole = (text: string): string => text;

const fromFile = async (path: string, take = checked): Promise<Secret> => {
  try {
    const { mode, size } = await stat(path);
    if (size > secretMaxBytes) throw new Problem("SECRET_SHAPE", `${path} is too long for a secret`);
    const value = take(await readFile(path, "utf8"), path);
    if ((mode & 0o077) === 0) return { value };
    const octal = (mode & 0o777).toString(8).padStart(4, "0");
    return { value, warning: `${path} can be read by others (mode ${octal}): chmod 600 ${path}` };
  } catch (cause) {
    if (isProblem(cause)) throw cause;
    const code = errnoOf(cause) ?? "unknown";
    throw new Problem("SECRET_FILE", `the secret file ${path} cannot be read (${code})`, {
      hint: "Check the path and that it belongs to the user clawback runs as.",
      exit: ExitCode.gateway,
      cause,
    });
  }
};

const fromJson = async (file: string, path: readonly string[]): Promise<Secret> => {
  const reading = await readConfig(file);
  const what = `${path.join(".")} of ${file}`;
  if (reading.kind === "read") return { value: checked(textAt(reading.config, path) ?? "", what) };
  throw new Problem("SECRET_FILE", `${what} cannot be read: the file is ${reading.kind}`, {
    hint: "Check the file, or name a secret for this gateway in clawback's own configuration.",
    exit: ExitCode.gateway,
  });
};

const fromCommand = async (
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  withinMs: number,
): Promise<string> => {
  const [program] = argv;
  if (program === undefined) throw gaveNone("(none)", "the configuration names none");
  // It is killed when it does not want to end: who waits for it is the watch on its gateway.
  const ran = await runCommand(argv, { signal: new AbortController().signal, env: { ...env }, withinMs });
  switch (ran.kind) {
    case "ended":
      if (ran.code === 0) return ran.stdout;
      throw gaveNone(program, `exit code ${ran.code}`);
    case "killed":
      throw gaveNone(program, `it was ended by ${ran.signal}, after ${withinMs / 1000} s at the latest`);
    case "missing":
      throw gaveNone(program, "there is no such program that can be run");
    case "failed":
      throw gaveNone(program, "it could not be started");
  }
};

/** Neither the arguments nor what it printed: both may hold the secret. */
const gaveNone = (program: string, why: string): Problem =>
  new Problem("SECRET_COMMAND", `the command ${program} gave no secret: ${why}`, {
    hint: "Run it by hand as the same user; it must print the secret and exit with 0.",
    exit: ExitCode.gateway,
  });
