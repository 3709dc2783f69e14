import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from "node:fs";
import { dirname, isAbsolute, resolve } from "node:path";
import { errnoOf, harmlessLine, isMissing, reasonOf } from "../../ground/index.ts";
import { findingAt, type StateFinding, type StateFindingCode } from "../finding.ts";
import { asJson, isJsonArray, isJsonObject, jsonDepthLimit, type Json, type JsonObject } from "../json.ts";
import { parseJson5 } from "../json5-text.ts";
import { isWithin } from "../layout/roots.ts";

/** A configuration file with everything it includes. */
export type ConfigReading =
  | {
      readonly kind: "read";
      readonly path: string;
      /** With every `$include` resolved. Secrets are in it: redact before it is shown or stored. */
      readonly config: Json;
      /** The main file alone, as it is written. */
      readonly written: Json;
      /** Every file it was made of, the main one first. */
      readonly files: readonly string[];
      /** Includes that could not be taken in; the gateway would refuse to start. */
      readonly findings: readonly StateFinding[];
    }
  | { readonly kind: "absent"; readonly path: string }
  | { readonly kind: "broken"; readonly path: string; readonly findings: readonly StateFinding[] };

/** OpenClaw's own bound for an included file; a configuration is a few kilobytes. */
const fileLimitBytes = 2 << 20;
/** OpenClaw's own bounds: how deep includes may nest; and ours: how many there may be in all. */
const includeDepthLimit = 10;
const includeCountLimit = 200;

/**
 * Reads a configuration as OpenClaw does: JSON first, JSON5 when that fails, `$include` merged in (arrays joined,
 * objects merged, what stands beside the include wins), included files only from below the configuration's directory
 * or the directories the environment allows. Variables such as `${TOKEN}` stay as they are written.
 */
export const readConfig = async (
  path: string,
  options: { readonly includeRoots?: readonly string[] } = {},
): Promise<ConfigReading> => {
  const main = await parseFile(path);
  if (main.kind === "absent") return { kind: "absent", path };
  if (main.kind === "broken") return { kind: "broken", path, findings: [main.finding] };
  const includes = new Includes(path, [dirname(path), ...(options.includeRoots ?? [])]);
  const config = await includes.resolve(main.json, path, []);
  return {
    kind: "read",
    path,
    config,
    written: main.json,
    files: [path, ...includes.files],
    findings: includes.findings,
  };
};

type ParsedFile =
  | { readonly kind: "parsed"; readonly json: Json }
  | { readonly kind: "absent" }
  | { readonly kind: "broken"; readonly finding: StateFinding };

const parseFile = async (path: string): Promise<ParsedFile> => {
  let text: string | number;
  try {
    text = textOf(path);
  } catch (error) {
    if (isMissing(error)) return { kind: "absent" };
    return broken(
      "CONFIG_UNREADABLE",
      path,
      `cannot be read: ${reasonOf(error)}`,
      "Run as the user that owns the state directory.",
    );
  }
  if (typeof text === "number") {
    return broken(
      "CONFIG_TOO_LARGE",
      path,
      `is ${text} bytes; a configuration has at most ${fileLimitBytes}`,
      "Is this really a configuration file?",
    );
  }
  const json = await parse(text);
  if (json.kind === "parsed") return json;
  return broken(
    "CONFIG_BROKEN",
    path,
    `is not a configuration: ${json.reason}`,
    "The gateway will not start with it. Put the last good one back: openclaw.json.last-good, or a snapshot's.",
  );
};

/**
 * What stands in a file, or of one that is too large its size. At once and not in Node's threads: a configuration is a few
 * kilobytes, and to start those takes longer than to read it.
 */
const textOf = (path: string): string | number => {
  // A pipe in the place of a configuration would keep a plain open waiting for ever.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const { size } = fstatSync(file);
    if (size > fileLimitBytes) return size;
    // No more than it holds: a console before fifty gateways reads fifty at once.
    const bytes = Buffer.alloc(size);
    return bytes.toString("utf8", 0, readSync(file, bytes, 0, size, 0)).replace(/^\ufeff/, "");
  } finally {
    closeSync(file);
  }
};

/** A configuration file as it is written, includes left alone; undefined when it is none. */
export const parseConfigText = async (text: string): Promise<Json | undefined> => {
  const parsed = await parse(text.replace(/^\ufeff/, ""));
  return parsed.kind === "parsed" ? parsed.json : undefined;
};

const parse = async (
  text: string,
): Promise<
  { readonly kind: "parsed"; readonly json: Json } | { readonly kind: "refused"; readonly reason: string }
> => {
  let value: unknown;
  try {
    value = await parseJson5(text);
  } catch (error) {
    // A parser's message quotes the offending character alone, never a line with somebody's token in it.
    return { kind: "refused", reason: reasonOf(error) };
  }
  const json = asJson(value);
  return json === undefined
    ? { kind: "refused", reason: `it is nested deeper than ${jsonDepthLimit} levels` }
    : { kind: "parsed", json };
};

class Includes {
  readonly files: string[] = [];
  readonly findings: StateFinding[] = [];
  readonly #main: string;
  readonly #allowed: readonly string[];

  constructor(main: string, allowed: readonly string[]) {
    this.#main = main;
    this.#allowed = allowed;
  }

  async resolve(json: Json, file: string, chain: readonly string[]): Promise<Json> {
    if (isJsonArray(json)) {
      const items: Json[] = [];
      for (const item of json) items.push(await this.resolve(item, file, chain));
      return items;
    }
    if (!isJsonObject(json)) return json;
    const own: [string, Json][] = [];
    for (const [key, value] of Object.entries(json)) {
      if (key !== "$include" && value !== undefined) own.push([key, await this.resolve(value, file, chain)]);
    }
    const rest = Object.fromEntries(own);
    const include = Object.hasOwn(json, "$include") ? json["$include"] : undefined;
    if (include === undefined) return rest;
    const included = await this.#includeAll(include, file, chain);
    if (included === undefined) return rest;
    return own.length === 0 ? included : merge(included, rest);
  }

  async #includeAll(include: Json, file: string, chain: readonly string[]): Promise<Json | undefined> {
    const names = isJsonArray(include) ? include : [include];
    let merged: Json | undefined;
    for (const name of names) {
      if (typeof name !== "string") {
        this.#refuse(file, "names an include that is not a path");
        continue;
      }
      const part = await this.#include(name, file, chain);
      if (part === undefined) continue;
      merged = merged === undefined ? part : merge(merged, part);
    }
    return merged;
  }

  async #include(name: string, file: string, chain: readonly string[]): Promise<Json | undefined> {
    const path = isAbsolute(name) ? resolve(name) : resolve(dirname(file), name);
    const shown = harmlessLine(name, 200);
    if (name.includes("\0")) return this.#refuse(file, "includes a path with a null character");
    if (path === this.#main || chain.includes(path))
      return this.#refuse(file, `includes itself by way of ${shown}`);
    if (chain.length >= includeDepthLimit)
      return this.#refuse(file, `includes deeper than ${includeDepthLimit} files`);
    if (this.files.length >= includeCountLimit)
      return this.#refuse(file, `includes more than ${includeCountLimit} files`);
    if (!this.#isAllowed(path)) {
      return this.#refuse(file, `includes ${shown}, which lies outside the configuration's directory`);
    }
    const parsed = await parseFile(path);
    if (parsed.kind === "parsed") {
      this.files.push(path);
      return this.resolve(parsed.json, path, [...chain, path]);
    }
    this.findings.push({
      code: "CONFIG_INCLUDE_BROKEN",
      path,
      message:
        parsed.kind === "absent"
          ? `${shown} is included by ${harmlessLine(file, 300)} and is not there`
          : parsed.finding.message,
      hint: "The gateway will not start without it: put it back, from a snapshot if need be.",
    });
    return undefined;
  }

  /** Both as it is written and as it is after following links: a link must not lead out. */
  #isAllowed(path: string): boolean {
    if (!this.#allowed.some((root) => isWithin(path, root))) return false;
    const real = realOf(path);
    const roots = this.#allowed.map(realOf);
    return real === undefined || roots.some((root) => root !== undefined && isWithin(real, root));
  }

  #refuse(file: string, what: string): undefined {
    this.findings.push({
      code: "CONFIG_INCLUDE_REFUSED",
      path: file,
      message: `${harmlessLine(file, 300)} ${what}`,
      hint: "OpenClaw refuses such a configuration at its next start. OPENCLAW_INCLUDE_ROOTS can allow directories.",
    });
    return undefined;
  }
}

const realOf = (path: string): string | undefined => {
  try {
    return realpathSync.native(path);
  } catch (error) {
    // What is not there leads nowhere; reading it says so. Anything else is no reason to trust it.
    return errnoOf(error) === "ENOENT" ? undefined : "/";
  }
};

const merge = (base: Json, over: Json): Json => {
  if (isJsonArray(base) && isJsonArray(over)) return [...base, ...over];
  if (!isJsonObject(base) || !isJsonObject(over)) return over;
  const merged = new Map<string, Json>();
  for (const [key, value] of Object.entries(base)) if (value !== undefined) merged.set(key, value);
  for (const [key, value] of Object.entries(over)) {
    if (value === undefined) continue;
    const known = merged.get(key);
    merged.set(key, known === undefined ? value : merge(known, value));
  }
  return Object.fromEntries(merged) satisfies JsonObject;
};

const broken = (code: StateFindingCode, path: string, what: string, hint: string): ParsedFile => ({
  kind: "broken",
  finding: findingAt(code, path, what, hint),
});
