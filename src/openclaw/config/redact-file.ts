import { isJsonArray, isJsonObject, type Json } from "../json.ts";
import { fingerprint, isSecretName, redactText, redactValue, shapeLimit } from "./redact.ts";

/**
 * What may be shown of a file line by line, where nobody reads the file as a whole: a line knows neither what stands
 * above it nor what the file is for, so that the caller says what it knows. When in doubt, it is a secret.
 */

/** `"name": "value"` anywhere in a line, as JSON on one line has many of them. */
const pair = /"(?<name>(?:[^"\\]|\\.)*)"(?<sign>\s*:\s*)"(?<value>(?:[^"\\]|\\.)*)"/g;
/** `name = value` and `- name: "value"`, up to the value. */
const nameBefore = /^\s*(?:#\s*)?(?:export\s+|-\s+)?["']?(?<name>[\w.-]+)["']?\s*[:=]\s*["']?/;
/** A line of base64 as it stands between the two lines that say what it is, and its last one. */
const encoded = /^\s*(?:[A-Za-z0-9+/]{48,}={0,2}|[A-Za-z0-9+/]{8,}={1,2})\s*$/;

/** A line of a file, as a configuration or a list of variables writes it: `"token": "…"`, `API_KEY=…`. */
export const redactLine = (line: string): string => {
  if (line.length > shapeLimit || encoded.test(line)) return fingerprint(line);
  const shown = line.replace(pair, (_, name: string, sign: string, value: string) => {
    const isShown = !isSecretName(name) || isReference(value) || value === "";
    return `"${name}"${sign}"${isShown ? redactText(value) : fingerprint(value)}"`;
  });
  if (shown !== line) return redactText(shown);
  const parts = partsOf(line);
  if (parts === undefined || /^[[{]?$/.test(parts.value) || isReference(parts.value)) return redactText(line);
  const { head, name, value, tail } = parts;
  return `${head}${isSecretName(name) ? fingerprint(value) : redactText(value)}${tail}`;
};

type Assignment = {
  readonly head: string;
  readonly name: string;
  readonly value: string;
  readonly tail: string;
};

const partsOf = (line: string): Assignment | undefined => {
  const found = nameBefore.exec(line);
  const name = found?.groups?.["name"];
  if (found === null || name === undefined) return undefined;
  const [head] = found;
  const rest = line.slice(head.length);
  // What closes the value again: quotes, a comma, spaces.
  const value = rest.trimEnd().replace(/,$/, "").trimEnd().replace(/["']$/, "");
  return { head, name, value, tail: rest.slice(value.length) };
};

const isReference = (text: string): boolean => /^\$\{[A-Z_][A-Z0-9_]*\}$/.test(text);

/** A line of a file that is there to keep secrets: what they are called may be shown, and nothing else. */
export const redactSecretLine = (line: string): string => {
  if (line.length > shapeLimit) return fingerprint(line);
  if (/^[\s{}[\],]*$/.test(line) || /^-----(?:BEGIN|END) [A-Z ]+-----$/.test(line)) return line;
  const variable = /^\s*(?:#\s*)?(?:export\s+)?[\w.]+=/.exec(line)?.[0];
  if (variable !== undefined) return `${variable}${fingerprint(line.slice(variable.length))}`;
  if (line.includes('"')) {
    return line.replace(/"((?:[^"\\]|\\.)*)"(\s*:)?/g, (whole, text: string, colon: string | undefined) =>
      colon !== undefined || text === "" ? whole : `"${fingerprint(text)}"`,
    );
  }
  const parts = partsOf(line);
  if (parts === undefined) return fingerprint(line);
  const { head, value, tail } = parts;
  return `${head}${value === "" ? "" : fingerprint(value)}${tail}`;
};

/** Texts of a configuration that are not shown as they stand where they stand: in `env`, below `tokens`. */
export const secretTexts = (config: Json): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  const walk = (path: readonly string[], value: Json): void => {
    if (isJsonArray(value))
      value.forEach((item, at) => {
        walk([...path, String(at)], item);
      });
    else if (isJsonObject(value)) {
      for (const [key, item] of Object.entries(value)) if (item !== undefined) walk([...path, key], item);
    } else if (typeof value === "string") {
      const shown = redactValue(path, value);
      if (shown !== value && typeof shown === "string") found.set(value, shown);
    }
  };
  walk([], config);
  return found;
};
