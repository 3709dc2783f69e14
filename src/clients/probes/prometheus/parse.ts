/** One measured value. Labels are in the order they were written. */
export type Sample = {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
};

export type Exposition = {
  readonly samples: readonly Sample[];
  /** By family name, from the `# TYPE` lines. */
  readonly types: ReadonlyMap<string, string>;
  /** Lines that are neither samples nor comments. They are left out; the rest counts. */
  readonly refused: number;
};

const maxLineCharacters = 16_384;
const maxSamples = 50_000;
const maxLabels = 64;

/**
 * Prometheus text, as exporters write it: the text format 0.0.4 and OpenMetrics 1.0, including quoted UTF-8 names,
 * timestamps in either unit and exemplars (read over, as nothing here needs them).
 */
export const parseExposition = (text: string): Exposition => {
  const samples: Sample[] = [];
  const types = new Map<string, string>();
  let refused = 0;
  for (const line of text.split("\n")) {
    const trimmed = line.trim();
    if (trimmed === "") continue;
    if (trimmed === "# EOF") break;
    if (trimmed.startsWith("#")) {
      const type = /^#\s+TYPE\s+(\S+)\s+(\S+)$/.exec(trimmed);
      if (type !== null) types.set(type[1] ?? "", type[2] ?? "");
      continue;
    }
    const sample = trimmed.length > maxLineCharacters ? undefined : parseSample(trimmed);
    if (sample === undefined || samples.length >= maxSamples) refused += 1;
    else samples.push(sample);
  }
  return { samples, types, refused };
};

const bareName = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const quoted = /"((?:[^"\\\n]|\\[\\"n])*)"/y;
const gap = /[ \t]*/y;
/** A value, then perhaps a timestamp, then perhaps an exemplar. */
const rest = /[ \t]*(\S+)(?:[ \t]+[-+]?[0-9.]+(?:[eE][-+]?\d+)?)?(?:[ \t]+#[ \t]+\{.*)?$/y;

const parseSample = (line: string): Sample | undefined => {
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(line);
    if (found === null) return undefined;
    at = pattern.lastIndex;
    return found;
  };
  let name = take(bareName)?.[0];
  const labels = new Map<string, string>();
  take(gap);
  if (line[at] === "{") {
    at += 1;
    for (;;) {
      take(gap);
      if (line[at] === "}") break;
      const quotedName = take(quoted)?.[1];
      const label = quotedName === undefined ? take(bareName)?.[0] : unescape(quotedName);
      if (label === undefined || labels.size >= maxLabels) return undefined;
      take(gap);
      if (line[at] === "=") {
        at += 1;
        take(gap);
        const value = take(quoted)?.[1];
        if (value === undefined || labels.has(label)) return undefined;
        labels.set(label, unescape(value));
      } else {
        // A quoted word without a value is the metric's own name, for names that are not bare words.
        if (name !== undefined || quotedName === undefined) return undefined;
        name = label;
      }
      take(gap);
      if (line[at] === ",") at += 1;
      else if (line[at] !== "}") return undefined;
    }
    at += 1;
  }
  const written = take(rest)?.[1];
  const value = written === undefined ? undefined : parseValue(written);
  return name === undefined || value === undefined ? undefined : { name, labels, value };
};

const unescape = (text: string): string =>
  text.includes("\\") ? text.replace(/\\([\\"n])/g, (_, code: string) => (code === "n" ? "\n" : code)) : text;

const parseValue = (text: string): number | undefined => {
  const special = /^([-+]?)(inf(?:inity)?|nan)$/i.exec(text);
  if (special !== null) {
    if (special[2]?.toLowerCase() === "nan") return Number.NaN;
    return special[1] === "-" ? -Infinity : Infinity;
  }
  return /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(text) ? Number(text) : undefined;
};
