import { ExitCode, Problem, shellWord } from "../../ground/index.ts";
import { globalOptions, type Command, type GlobalFlags, type Input, type OptionSpecs } from "./command.ts";
import { parseDuration } from "./duration.ts";
import { didYouMean } from "./nearest.ts";

/** The words of a command line, sorted into what they are, before any command is known. */
export type Words = {
  /** Not an option and not the value of one, in order. */
  readonly plain: readonly string[];
  readonly options: readonly { readonly name: string; readonly value: string | undefined }[];
  /** How many of the plain words stand before the first option that was not known: none of them is a value of one. */
  readonly certain: number;
  /** Everything after `--`. */
  readonly afterDashes: readonly string[];
};

const usage = (code: string, message: string, hint?: string): Problem =>
  new Problem(code, message, { exit: ExitCode.usage, ...(hint === undefined ? {} : { hint }) });

const valueMissing = (name: string, placeholder = "VALUE"): Problem =>
  usage("USAGE_VALUE", `--${name} needs a value: --${name} ${placeholder}.`);

const takesValue = (specs: OptionSpecs, name: string): boolean => {
  const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
  return spec !== undefined && spec.kind !== "flag";
};

/**
 * Sorts the words. Which options take a value must be known to tell a value from an operand, so the caller passes all
 * options of the commands that are still possible: the names mean the same everywhere.
 */
export const sortWords = (argv: readonly string[], known: OptionSpecs): Words => {
  const plain: string[] = [];
  const options: { name: string; value: string | undefined }[] = [];
  let certain: number | undefined;
  const sorted = (afterDashes: readonly string[]): Words => ({
    plain,
    options,
    certain: certain ?? plain.length,
    afterDashes,
  });
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? "";
    if (word === "--") return sorted(argv.slice(at + 1));
    if (word === "-h") options.push({ name: "help", value: undefined });
    else if (word === "-V") options.push({ name: "version", value: undefined });
    else if (word.startsWith("--")) {
      const equals = word.indexOf("=");
      const name = equals < 0 ? word.slice(2) : word.slice(2, equals);
      if (!Object.hasOwn(known, name)) certain ??= plain.length;
      if (equals >= 0) options.push({ name, value: word.slice(equals + 1) });
      else if (takesValue(known, name)) {
        const value = argv[at + 1];
        if (value === undefined || value.startsWith("--")) throw valueMissing(name, known[name]?.value);
        options.push({ name, value });
        at += 1;
      } else options.push({ name, value: undefined });
    } else if (word.startsWith("-") && word.length > 1 && !/^-\d/.test(word)) {
      throw usage(
        "USAGE_OPTION",
        `Unknown option ${word}.${didYouMean(word.replace(/^-+/, ""), Object.keys(known))}`,
      );
    } else if (longDash.test(word)) {
      throw usage(
        "USAGE_OPTION",
        `${word} begins with a long dash: an option begins with two short ones. Did you mean ${word.replace(longDash, "--")}?`,
      );
    } else plain.push(word);
  }
  return sorted([]);
};

/** What chat programs and web pages make of two hyphens: no name here begins so. */
const longDash = /^[\u2010-\u2015\u2212]+(?=[a-z])/u;

const readOption = (
  name: string,
  { kind, value: placeholder = "VALUE" }: OptionSpecs[string],
  values: readonly (string | undefined)[],
): unknown => {
  if (kind === "flag") {
    const given = values.at(-1);
    if (given !== undefined)
      throw usage("USAGE_VALUE", `--${name} takes no value, and "${given}" was given.`);
    return values.length > 0;
  }
  // An explanation may be left out. Anything else that is empty is a variable that was not set, and means a wrong place.
  if (placeholder !== "TEXT" && values.some((value) => value?.trim() === ""))
    throw valueMissing(name, placeholder);
  if (kind === "texts") return values.filter((value) => value !== undefined);
  const value = values.at(-1) === "" ? undefined : values.at(-1);
  if (value === undefined || kind === "text") return value;
  if (kind === "duration") return parseDuration(value, `--${name}`);
  if (kind === "number") {
    if (!/^\d+$/.test(value)) throw usage("USAGE_VALUE", `--${name} takes a whole number, not "${value}".`);
    return Number(value);
  }
  if (!kind.includes(value)) {
    throw usage(
      "USAGE_VALUE",
      `--${name} takes one of ${kind.join(", ")}, not "${value}".${didYouMean(value, kind)}`,
    );
  }
  return value;
};

const readOptions = (words: Words, specs: OptionSpecs): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [
      name,
      readOption(
        name,
        spec,
        words.options.filter((option) => option.name === name).map((option) => option.value),
      ),
    ]),
  );

export const readGlobalFlags = (words: Words): GlobalFlags =>
  readOptions(words, globalOptions) as GlobalFlags;

/** Checks the words against one command: unknown options, missing or surplus operands, malformed values. */
export const readInput = (words: Words, command: Command): Input => {
  const own = command.options;
  for (const { name } of words.options) {
    if (!Object.hasOwn(own, name) && !Object.hasOwn(globalOptions, name)) {
      const names = [...Object.keys(own), ...Object.keys(globalOptions)];
      throw usage(
        "USAGE_OPTION",
        `Unknown option --${name}${command.words.length === 0 ? "" : ` for "${command.words.join(" ")}"`}.${didYouMean(name, names).replace(/mean (.+)\?/, "mean --$1?")}`,
      );
    }
  }
  const operands = words.plain.slice(command.words.length);
  const { usage: shape, least, most } = command.operands ?? { usage: "", least: 0, most: 0 };
  const call = `clawback ${[...command.words, shape].join(" ").trim()}`;
  if (operands.length < least)
    throw usage("USAGE_OPERAND", `"${command.words.join(" ")}" needs ${shape}: ${call}`);
  if (operands.some((operand) => operand.trim() === "") && least > 0)
    throw usage("USAGE_OPERAND", `"${command.words.join(" ")}" needs ${shape}, and an empty text was given.`);
  const surplus = most === undefined ? undefined : operands[most];
  if (surplus !== undefined) {
    const dashes = command.passThrough === true ? ` -- ${operands.slice(most).map(shellWord).join(" ")}` : "";
    throw usage("USAGE_OPERAND", `"${surplus}" is one word too many: ${call}${dashes}`);
  }
  if (words.afterDashes.length > 0 && command.passThrough !== true) {
    throw usage("USAGE_OPERAND", `"${command.words.join(" ")}" takes nothing after --.`);
  }
  return { options: readOptions(words, own), operands, afterDashes: words.afterDashes } as Input;
};
