import { readFile } from "node:fs/promises";
import type * as z from "zod";
import { errnoOf, ExitCode, harmlessLine, Problem } from "../../ground/index.ts";
import { nearest } from "../cli/nearest.ts";
import { lineOf } from "./locate.ts";
import { namedConfigFile, usualConfigFiles } from "./places.ts";
import { configSchema, type ConfigDocument } from "./schema.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export type LoadedConfig = {
  readonly document: ConfigDocument;
  /** Absent when no file was found and everything is at its default. */
  readonly file: string | undefined;
};

const configError = (message: string, hint?: string): Problem =>
  new Problem("CONFIG_INVALID", message, { exit: ExitCode.usage, ...(hint === undefined ? {} : { hint }) });

type Parsed = { readonly value: unknown; readonly lineAt: (path: readonly PropertyKey[]) => number };

const parseJson5 = async (text: string, file: string): Promise<Parsed> => {
  const { default: json5 } = await import("json5");
  try {
    return { value: json5.parse(text), lineAt: (path) => lineOf(text, path) };
  } catch (error) {
    const where = error as { lineNumber?: number; columnNumber?: number; message?: string };
    throw configError(
      `${file}:${where.lineNumber ?? 1}: ${harmlessLine(where.message ?? "not readable").replace("JSON5: ", "")}`,
      "The file is JSON5: JSON with comments, trailing commas and unquoted keys.",
    );
  }
};

const parseYaml = async (text: string, file: string): Promise<Parsed> => {
  // A CommonJS package: split into a chunk of the bundle it has its default export and no names.
  const { default: yaml } = await import("yaml");
  const { LineCounter, parseDocument, isNode } = yaml;
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [error] = document.errors;
  if (error !== undefined) {
    throw configError(
      `${file}:${error.linePos?.[0].line ?? 1}: ${harmlessLine(error.message.split("\n")[0] ?? "")}`,
    );
  }
  let value: unknown;
  try {
    value = document.toJS();
  } catch (cause) {
    // Aliases of aliases that would unfold into more than a machine holds.
    throw configError(`${file}: ${harmlessLine(cause instanceof Error ? cause.message : String(cause))}`);
  }
  return {
    value,
    lineAt: (path) => {
      const node = document.getIn(path, true);
      return isNode(node) && node.range ? lines.linePos(node.range[0]).line : 1;
    },
  };
};

const describePath = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    return text === "" ? String(step) : `${text}.${String(step)}`;
  }, "");

/** One line for the first thing that is wrong: file, line, path in the document, what was expected. */
const explain = (error: z.ZodError, file: string, parsed: Parsed): Problem => {
  const [issue] = error.issues;
  if (issue === undefined) return configError(`${file}: not readable`);
  const strange = issue.code === "unrecognized_keys" ? (issue.keys[0] ?? "") : undefined;
  const path = strange === undefined ? issue.path : [...issue.path, strange];
  const where = `${file}:${parsed.lineAt(path)}: ${describePath(path) || "the document"}`;
  if (strange !== undefined) {
    const meant = nearest(strange, keysAt(issue.path));
    return configError(
      `${where} is not a key clawback knows.${meant === undefined ? "" : ` Did you mean ${meant}?`}`,
    );
  }
  const more = error.issues.length > 1 ? `${error.issues.length - 1} more after this one.` : undefined;
  return configError(`${where}: ${harmlessLine(issue.message)}`, more);
};

/** The keys the schema has at a path, for the nearest right word; none where the schema branches. */
const keysAt = (path: readonly PropertyKey[]): readonly string[] => {
  let schema: unknown = configSchema;
  for (const step of path) {
    const inner = unwrapped(schema);
    schema = typeof step === "number" ? inner.element : inner.shape?.[String(step)];
  }
  return Object.keys(unwrapped(schema).shape ?? {});
};

type SchemaShape = {
  readonly shape?: Readonly<Record<string, unknown>>;
  readonly element?: unknown;
  readonly def?: { readonly innerType?: unknown };
};

const unwrapped = (schema: unknown): SchemaShape => {
  const here = (schema ?? {}) as SchemaShape;
  return here.def?.innerType === undefined ? here : unwrapped(here.def.innerType);
};

/** Reads the first configuration file there is, and checks it whole before anything is started. */
export const loadConfig = async (
  asked: string | undefined,
  env: Environment,
  cwd: string,
): Promise<LoadedConfig> => {
  const named = namedConfigFile(asked, env, cwd);
  for (const file of named === undefined ? usualConfigFiles(env) : [named]) {
    let text: string;
    try {
      text = await readFile(file, "utf8");
    } catch (error) {
      const missing = errnoOf(error) === "ENOENT";
      if (missing && named === undefined) continue;
      throw configError(
        missing
          ? `${file} does not exist.`
          : `${file} cannot be read: ${harmlessLine((error as Error).message)}`,
      );
    }
    const parsed = await (/\.ya?ml$/.test(file) ? parseYaml(text, file) : parseJson5(text, file));
    const checked = configSchema.safeParse(parsed.value ?? {});
    if (!checked.success) throw explain(checked.error, file, parsed);
    return { document: checked.data, file };
  }
  return { document: configSchema.parse({}), file: undefined };
};
