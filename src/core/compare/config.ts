/** JSON as a configuration holds it. */
export type ConfigJson =
  | null
  | boolean
  | number
  | string
  | readonly ConfigJson[]
  | { readonly [key: string]: ConfigJson | undefined };

export type ConfigChange = {
  /** `gateway.port`, `agents.list[0].model`, `channels["a.b"]`. */
  readonly path: string;
  /** As they may be shown; absent: not there. */
  readonly before?: ConfigJson;
  readonly after?: ConfigJson;
  /** What is shown of them looks the same, and they are not: a secret was changed. */
  readonly differs?: true;
};

/** What may be shown of a value at a path: with the secrets in it replaced. */
export type ConfigRedaction = (path: readonly string[], value: ConfigJson) => ConfigJson;

/**
 * What is different, by the smallest path that is: objects are gone into, arrays item by item, and what was added or
 * removed is shown whole. The values themselves are compared; only what is answered is redacted.
 */
export const compareConfig = (
  before: ConfigJson | undefined,
  after: ConfigJson | undefined,
  redact: ConfigRedaction,
): readonly ConfigChange[] => {
  const changes: ConfigChange[] = [];
  walk([], before, after, redact, changes);
  return changes;
};

const walk = (
  path: readonly string[],
  before: ConfigJson | undefined,
  after: ConfigJson | undefined,
  redact: ConfigRedaction,
  changes: ConfigChange[],
): void => {
  if (before === after) return;
  const old = childrenOf(before);
  const now = childrenOf(after);
  if (old !== undefined && now !== undefined && old.isArray === now.isArray) {
    const keys = [
      ...old.children.keys(),
      ...[...now.children.keys()].filter((key) => !old.children.has(key)),
    ];
    for (const key of keys)
      walk([...path, key], old.children.get(key), now.children.get(key), redact, changes);
    return;
  }
  const shownBefore = before === undefined ? undefined : redact(path, before);
  const shownAfter = after === undefined ? undefined : redact(path, after);
  const looksSame = JSON.stringify(shownBefore) === JSON.stringify(shownAfter);
  changes.push({
    path: pathText(path),
    ...(shownBefore === undefined ? {} : { before: shownBefore }),
    ...(shownAfter === undefined ? {} : { after: shownAfter }),
    ...(looksSame ? { differs: true as const } : {}),
  });
};

type Children = { readonly isArray: boolean; readonly children: ReadonlyMap<string, ConfigJson> };

const childrenOf = (value: ConfigJson | undefined): Children | undefined => {
  if (typeof value !== "object" || value === null) return undefined;
  const children = new Map<string, ConfigJson>();
  for (const [key, child] of Object.entries(value)) if (child !== undefined) children.set(key, child);
  return { isArray: Array.isArray(value), children };
};

/** Keys that are plain words stand behind a dot, everything else in brackets, so that a path says one thing only. */
const pathText = (path: readonly string[]): string =>
  path.length === 0
    ? "(all)"
    : path.reduce((text, key) => {
        if (/^\d+$/.test(key)) return `${text}[${key}]`;
        if (/^[A-Za-z_$][\w$-]*$/.test(key)) return text === "" ? key : `${text}.${key}`;
        return `${text}[${JSON.stringify(key)}]`;
      }, "");
