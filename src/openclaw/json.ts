/** JSON as it is: what a configuration or a stored row holds before anybody knows its shape. */
export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

export type JsonObject = { readonly [key: string]: Json | undefined };

/** Deeper than anything OpenClaw writes, and far from what would exhaust the stack of a walk over it. */
export const jsonDepthLimit = 100;

export const isJsonObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !isJsonArray(value);

export const isJsonArray = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

/**
 * Takes what a parser returned and answers it as Json, or undefined when it holds something JSON cannot hold or is
 * nested deeper than the limit. Objects are rebuilt from own entries, so that a key such as `__proto__` is data.
 */
export const asJson = (value: unknown, depth = 0): Json | undefined => {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  // JSON5 knows NaN and Infinity; JSON does not, and nothing in a configuration means them.
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value !== "object" || depth >= jsonDepthLimit) return undefined;
  if (Array.isArray(value)) {
    const items: Json[] = [];
    for (const item of value) {
      const json = asJson(item, depth + 1);
      if (json === undefined) return undefined;
      items.push(json);
    }
    return items;
  }
  const entries: [string, Json][] = [];
  for (const [key, item] of Object.entries(value)) {
    const json = asJson(item, depth + 1);
    if (json === undefined) return undefined;
    entries.push([key, json]);
  }
  return Object.fromEntries(entries);
};

/** The value below `path`, looked up in own keys only. */
export const valueAt = (json: Json | undefined, path: readonly string[]): Json | undefined => {
  let value = json;
  for (const key of path) {
    if (!isJsonObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
};

export const textAt = (json: Json | undefined, path: readonly string[]): string | undefined => {
  const value = valueAt(json, path);
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
};
