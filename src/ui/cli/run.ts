import { resolve } from "node:path";
import { ExitCode, isProblem, problemOf, type Clock } from "../../ground/index.ts";
import type { Config } from "../config/index.ts";
import { globalOptions, type Context, type GlobalFlags, type OptionSpecs } from "./command.ts";
import { entries } from "./commands/index.ts";
import { helpOfCommand, helpOfCommands } from "./help.ts";
import { printable } from "./printable.ts";
import { wrapped, wrappedHint } from "./wrapped.ts";
import { readGlobalFlags, readInput, sortWords } from "./parse.ts";
import { findEntry, type Entry } from "./registry.ts";
import { inSameWorld, type SameWorld } from "./same-world.ts";

/** What the program is started with; a test brings its own. */
export type World = {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly version: string;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly terminal: Context["terminal"];
  /** Shows a line that the next one replaces; without text it goes away. Absent: nobody looks. */
  readonly progress?: (line: string | undefined) => void;
  /** Absent: nobody is there to answer. */
  readonly ask?: Context["ask"];
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Fires when nobody can read what is printed any more. */
  readonly unread?: AbortSignal;
};

/** Runs one command line and answers with its exit code. It never throws: whatever fails is printed once, here. */
export const runCommandLine = async (world: World): Promise<ExitCode> => {
  const asked = (flag: string): boolean => ownWords(world).includes(flag);
  const [json, ascii] = [asked("--json"), asked("--ascii")];
  try {
    return await run(world);
  } catch (error) {
    if (world.signal.aborted && !isProblem(error)) return ExitCode.interrupted;
    const { code, message, hint: told, exit } = problemOf(error);
    const hint = told === undefined ? undefined : inSameWorld(told, worldOf(world));
    const text = json
      ? `${JSON.stringify({ error: { code, message, hint } })}\n`
      : [
          ...wrapped("", `clawback: ${message}`, world.terminal),
          ...(hint === undefined ? [] : wrappedHint("  ", hint, world.terminal)),
          "",
        ].join("\n");
    world.err(printable(text, { ascii, json }));
    if (world.env["CLAWBACK_TRACE"] === "1" && error instanceof Error) world.err(`${error.stack ?? ""}\n`);
    return exit;
  }
};

/** A command line that cannot be read names none. */
const worldOf = ({ argv }: World): SameWorld => {
  try {
    return readGlobalFlags(sortWords(argv, globalOptions));
  } catch {
    return { config: undefined, vault: undefined, "state-dir": undefined };
  }
};

/** What comes behind `--` is said to another program. */
const ownWords = ({ argv }: World): readonly string[] => {
  const dashes = argv.indexOf("--");
  return dashes < 0 ? argv : argv.slice(0, dashes);
};

const run = async (world: World): Promise<ExitCode> => {
  const say = (text: string): void => {
    world.out(printable(text, { ascii: ownWords(world).includes("--ascii"), json: false }));
  };
  // A file has no width.
  const columns = world.terminal.interactive ? world.terminal.columns : 120;
  // Which words are values depends on the command, and the command is among the words: so the first pass knows only
  // the options that mean the same everywhere, finds the command by the words before any other, and the second pass
  // knows the rest.
  const sorted = sortWords(world.argv, globalOptions);
  const typed = sorted.certain === 0 ? sorted : { ...sorted, plain: sorted.plain.slice(0, sorted.certain) };
  const asksHelp = typed.plain[0] === "help" || typed.options.some((option) => option.name === "help");
  const leading = typed.plain[0] === "help" ? { ...typed, plain: typed.plain.slice(1) } : typed;
  if (leading.options.some((option) => option.name === "version")) {
    world.out(`clawback ${world.version}\n`);
    return ExitCode.fine;
  }
  const family = entries.filter((entry) => leading.plain.every((word, index) => entry.words[index] === word));
  const itself = family.find(
    (entry) => entry.words.length > 0 && entry.words.length === leading.plain.length,
  );
  const below = family.filter((entry) => entry !== itself && entry.words.length > 0);
  if (asksHelp && itself === undefined && below.length > 0) {
    say(helpOfCommands(await loadAll(below), columns));
    return ExitCode.fine;
  }

  const { command } = await findEntry(entries, leading.plain).load();
  const specs: OptionSpecs = { ...globalOptions, ...command.options };
  const words = sortWords(world.argv, specs);
  if (asksHelp) {
    say(helpOfCommand(command, await loadAll(below), columns));
    return ExitCode.fine;
  }
  const input = readInput(words, command);
  const context = (of: World): Context => contextOf(of, readGlobalFlags(words));
  const { signal, unread } = world;
  if (command.endsUnread !== true || unread === undefined) return command.run(context(world), input);
  try {
    const code = await command.run(context({ ...world, signal: AbortSignal.any([signal, unread]) }), input);
    return code === ExitCode.interrupted && !signal.aborted ? ExitCode.fine : code;
  } catch (error) {
    if (unread.aborted && !signal.aborted && !isProblem(error)) return ExitCode.fine;
    throw error;
  }
};

const loadAll = async (
  some: readonly Entry[],
): Promise<readonly Awaited<ReturnType<Entry["load"]>>["command"][]> =>
  (await Promise.all(some.map((entry) => entry.load()))).map(({ command }) => command);

const contextOf = (world: World, flags: GlobalFlags): Context => {
  let config: Promise<Config> | undefined;
  const clean = (text: string): string => printable(text, flags);
  // What stands beside the answer is text, also where the answer is JSON.
  const beside = (text: string): string => printable(text, { ascii: flags.ascii, json: false });
  return {
    ...world,
    out: (text) => {
      world.out(clean(text));
    },
    document: (value) => {
      world.out(printable(`${JSON.stringify(value)}\n`, { ascii: flags.ascii, json: true }));
    },
    err: (text) => {
      world.err(beside(text));
    },
    progress: (line) => {
      world.progress?.(line === undefined ? undefined : beside(line));
    },
    ask: (question, typing) => world.ask?.(beside(question), typing) ?? Promise.resolve(undefined),
    flags,
    config: () => (config ??= readConfig(world, flags)),
  };
};

/** The schema is loaded with the first command that needs it: it takes longer than many a command. */
const readConfig = async ({ env, cwd }: World, flags: GlobalFlags): Promise<Config> => {
  const { loadConfig, resolveConfig } = await import("../config/index.ts");
  const resolved = resolveConfig(await loadConfig(flags.config, env, cwd), env);
  const path = flags.vault;
  return path === undefined
    ? resolved
    : { ...resolved, vault: { ...resolved.vault, path: resolve(cwd, path) } };
};
