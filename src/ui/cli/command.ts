import type { Clock, ExitCode } from "../../ground/index.ts";
import type { Config } from "../config/index.ts";
import type { Typing } from "../ask-person.ts";

/** What an option takes after its name; a list of words means one of exactly these. */
export type OptionKind = "flag" | "text" | "texts" | "number" | "duration" | readonly string[];

export type OptionSpec = {
  readonly kind: OptionKind;
  readonly help: string;
  /** The word that stands for the value in the help: `--tail N`. */
  readonly value?: string;
};

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

type ValueOf<Kind extends OptionKind> = Kind extends "flag"
  ? boolean
  : Kind extends "texts"
    ? readonly string[]
    : Kind extends "number" | "duration"
      ? number | undefined
      : Kind extends "text"
        ? string | undefined
        : Kind extends readonly (infer Word)[]
          ? Word | undefined
          : never;

export type OptionValues<Specs extends OptionSpecs> = {
  readonly [Name in keyof Specs]: ValueOf<Specs[Name]["kind"]>;
};

/** The operands a command takes after its own words. `most` absent: any number. */
export type Operands = { readonly usage: string; readonly least: number; readonly most?: number };

/** What the command line hands to a command: everything of the outside world it may touch. */
export type Context = {
  /** Text is made harmless, and ASCII where that was asked for, on its way out. */
  readonly out: (text: string) => void;
  /** One JSON document on a line of its own. */
  readonly document: (value: object) => void;
  /** For what is no answer: progress, notices, warnings. */
  readonly err: (text: string) => void;
  /** A line that the next one replaces, and that goes away at the end. Nothing where nobody looks. */
  readonly progress: (line: string | undefined) => void;
  readonly terminal: { readonly interactive: boolean; readonly columns: number; readonly rows: number };
  /** Puts a question to the person at the terminal; undefined when there is none, empty when she left. */
  readonly ask: (question: string, typing?: Typing) => Promise<string | undefined>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly version: string;
  readonly clock: Clock;
  /** Fires at the first ctrl-c or SIGTERM; a command ends in good order. */
  readonly signal: AbortSignal;
  readonly flags: GlobalFlags;
  /** Reads and checks the configuration at first use: a broken one stops only the commands that need it. */
  readonly config: () => Promise<Config>;
};

export type Command<Specs extends OptionSpecs = OptionSpecs> = {
  /** As typed: `["snapshots", "save"]`. */
  readonly words: readonly string[];
  readonly summary: string;
  /** Paragraphs for `--help`, after the summary. */
  readonly details?: string;
  readonly operands?: Operands;
  readonly options: Specs;
  /** It prints until it is told to stop: when nobody reads that any more, it ends. */
  readonly endsUnread?: boolean;
  /** Everything after `--` goes to this command untouched. */
  readonly passThrough?: boolean;
  readonly run: (context: Context, input: Input<Specs>) => Promise<ExitCode>;
};

export type Input<Specs extends OptionSpecs = OptionSpecs> = {
  readonly options: OptionValues<Specs>;
  readonly operands: readonly string[];
  readonly afterDashes: readonly string[];
};

/** Keeps the types of the options for `run`, and gives them up for the registry, which holds commands of every shape. */
export const defineCommand = <const Specs extends OptionSpecs>(command: Command<Specs>): Command =>
  command as unknown as Command;

/** Understood everywhere, before and after the command's own words. */
export const globalOptions = {
  json: { kind: "flag", help: "one JSON document instead of text" },
  ascii: { kind: "flag", help: "no characters beyond ASCII" },
  "no-color": { kind: "flag", help: "no colours (NO_COLOR does the same)" },
  config: { kind: "text", value: "FILE", help: "the configuration to use" },
  vault: { kind: "text", value: "DIR", help: "the vault to use" },
  "state-dir": { kind: "text", value: "DIR", help: "the OpenClaw state directory to use" },
  gateway: { kind: "texts", value: "NAME|URL", help: "only this gateway; may be repeated" },
  insecure: { kind: "flag", help: "show secrets to a plain ws:// gateway on another machine" },
  "read-only": { kind: "flag", help: "look, and change nothing" },
  yes: { kind: "flag", help: "do not ask; for scripts" },
  "screen-reader": { kind: "flag", help: "plain lines that change, for a screen reader" },
  help: { kind: "flag", help: "what a command does and takes" },
  version: { kind: "flag", help: "the version of clawback" },
} as const satisfies OptionSpecs;

export type GlobalFlags = OptionValues<typeof globalOptions>;
