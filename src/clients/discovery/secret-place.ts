import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { errnoOf, harmlessLine } from "../../ground/index.ts";
import { type Environment, type Json, type StatePlace, textAt, valueAt } from "../../openclaw/index.ts";
import type { SecretSource } from "../settings.ts";

export type SecretPlace = {
  readonly place: StatePlace;
  readonly config: Json | undefined;
  readonly env: Environment;
};

export type FoundSource = {
  readonly source?: SecretSource;
  /** Where the secret is kept, in words. */
  readonly words: string;
  readonly problems: readonly string[];
};

/**
 * Where a secret of the configuration is kept, by OpenClaw's rules: a variable of the environment first, then what the
 * configuration writes (the value itself, a reference to a variable, or to one of its secret providers). A program that
 * a provider would run is not run because a file names it: that needs a person's word in our own configuration.
 */
export const sourceOf = (scene: SecretPlace, path: readonly string[], variable: string): FoundSource => {
  const { config, place } = scene;
  const fromEnv = variableSource(scene, variable);
  if (fromEnv !== undefined) return fromEnv;
  const written = valueAt(config, path);
  if (typeof written === "string" && written.trim() !== "") {
    const named = /^\$(?:\{([A-Z_][A-Z0-9_]*)\}|([A-Z_][A-Z0-9_]*))$/.exec(written.trim());
    const name = named?.[1] ?? named?.[2];
    if (name === undefined) {
      const source = { kind: "json", file: place.configPath, path } as const;
      return { source, words: `${path.join(".")} of ${place.configPath}`, problems: [] };
    }
    return variableSource(scene, name) ?? missing(`the variable ${name}, which is not set`);
  }
  const source = textAt(written, ["source"]);
  const id = textAt(written, ["id"]);
  if (source === undefined || id === undefined) return { words: "nowhere", problems: [] };
  const alias = textAt(written, ["provider"]) ?? textAt(config, ["secrets", "defaults", source]) ?? "default";
  if (source === "env") {
    return variableSource(scene, id) ?? missing(`the variable ${harmlessLine(id, 100)}, which is not set`);
  }
  if (source === "file") return fileSource(scene, alias, id);
  return missing(
    `the secret provider ${harmlessLine(`${source}:${alias}`, 100)}, which only the gateway itself may ask`,
  );
};

const missing = (where: string): FoundSource => ({
  words: where,
  problems: [`its secret is kept in ${where}: name a token for this gateway in clawback's own configuration`],
});

/** In our own environment, in the `.env` file of the state directory, or among the variables the configuration sets. */
const variableSource = (scene: SecretPlace, name: string): FoundSource | undefined => {
  const { env, place, config } = scene;
  if ((env[name]?.trim() ?? "") !== "") {
    return { source: { kind: "env", name }, words: `the variable ${name}`, problems: [] };
  }
  const file = join(place.stateDir, ".env");
  if (isSetIn(file, name)) {
    return { source: { kind: "dotenv", file, name }, words: `${name} in ${file}`, problems: [] };
  }
  const path = ["env", "vars", name];
  if (textAt(config, path) !== undefined) {
    const source = { kind: "json", file: place.configPath, path } as const;
    return { source, words: `${path.join(".")} of ${place.configPath}`, problems: [] };
  }
  return undefined;
};

const isSetIn = (file: string, name: string): boolean => {
  if (!existsSync(file)) return false;
  try {
    return (parseEnv(readFileSync(file, "utf8"))[name] ?? "") !== "";
  } catch (error) {
    // Not ours to read; then it is not ours to use either.
    if (errnoOf(error) !== undefined) return false;
    throw error;
  }
};

const fileSource = ({ config, place }: SecretPlace, alias: string, id: string): FoundSource => {
  const provider = valueAt(config, ["secrets", "providers", alias]);
  const written = textAt(provider, ["path"]);
  if (textAt(provider, ["source"]) !== "file" || written === undefined) {
    return missing(`the secret provider file:${harmlessLine(alias, 100)}, which is not configured`);
  }
  const file = place.expand(written);
  if (textAt(provider, ["mode"]) === "singleValue") {
    return { source: { kind: "file", path: file }, words: file, problems: [] };
  }
  // A JSON pointer (RFC 6901).
  const path = id
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  return { source: { kind: "json", file, path }, words: `${harmlessLine(id, 200)} of ${file}`, problems: [] };
};
