import { bytes, count, harmlessLine, percent, thousands } from "../../../ground/index.ts";
import type { ComparedSnapshots } from "../../../keeping/index.ts";
import { agentOfDatabase } from "../../../openclaw/index.ts";
import { vitalWritten, writeVital } from "../../../watch/index.ts";
import type { Texts } from "../language/index.ts";
import { defineList } from "../state/list.ts";
import { remembered } from "../state/memo.ts";
import type { ConsoleModel } from "../state/model.ts";
import type { CompareSection } from "../state/place.ts";
import { comparisonKey, type Compared } from "../state/vault.ts";
import { placeOf } from "../state/view.ts";

type Done = Extract<Compared, { readonly kind: "done" }>;

/** One difference, in words. */
export type DifferenceRow = {
  readonly key: string;
  /** `?`: one side is not known, so that nobody can say. */
  readonly sign: "+" | "-" | "~" | "=" | "?";
  readonly what: string;
  readonly before: string;
  readonly after: string;
  readonly change: string;
  /** The whole of it where `what` is short for a row. */
  readonly full?: string;
  /** A file whose text can be compared. */
  readonly path?: string;
};

export type Sections = Readonly<Record<CompareSection, readonly DifferenceRow[] | undefined>>;

/** What a person asks first, in this order. */
export const headline: readonly string[] = [
  "contextPressure",
  "contextUsage",
  "sessions",
  "agents",
  "memoryKeys",
  "contextBytes",
  "channelsConnected",
  "filesAccessed",
];

const isShare = (name: string): boolean => name.startsWith("context") && name !== "contextBytes";

/** A number of a snapshot, as people read it; what is not known is `?`. */
export const numberWords = (name: string, value: number | null | undefined, { gateway }: Texts): string => {
  const known = value ?? undefined;
  const vital = vitalWritten(name);
  if (vital === "cpu" && known !== undefined) return gateway.cores(known.toFixed(2));
  if (vital !== undefined) return writeVital(vital, known);
  if (isShare(name)) return percent(known);
  if (name.endsWith("Bytes")) return bytes(known);
  return count(known === undefined ? undefined : Math.round(known * 100) / 100);
};

const changeOf = (name: string, delta: number | null, texts: Texts): string => {
  if (delta === null || delta === 0) return "";
  const size = isShare(name)
    ? texts.compare.points(count(Math.round(Math.abs(delta) * 100)))
    : numberWords(name, Math.abs(delta), texts);
  return `${delta > 0 ? "+" : "-"}${size}`;
};

/** What a number is called wherever else it is shown. */
const factOf: Readonly<Record<string, keyof Texts["gateway"]["facts"]>> = {
  lagP99Ms: "lag",
  rssBytes: "rss",
  cpuCores: "cpu",
  diskFreeBytes: "disk",
  queue: "queue",
  errorRate: "errorRate",
  modelLatencyMs: "modelLatency",
  roundTripMs: "roundTrip",
  uptimeMs: "uptime",
};

export const numberName = (name: string, { compare, gateway }: Texts): string => {
  const fact = factOf[name];
  return compare.vitals[name] ?? (fact === undefined ? name : gateway.facts[fact]);
};

const signOf = (before: unknown, after: unknown): DifferenceRow["sign"] =>
  before === after ? "=" : before === null || after === null ? "?" : "~";

const vitalRows = ({ comparison, versions }: Done, texts: Texts): readonly DifferenceRow[] => {
  const { before = null, after = null } = versions ?? {};
  const version: DifferenceRow = {
    key: "version",
    sign: signOf(before, after),
    what: texts.gateway.facts.version,
    before: before ?? "?",
    after: after ?? "?",
    change: "",
  };
  const known = before !== null || after !== null;
  return [...(known ? [version] : []), ...numberRows(comparison, texts)];
};

const rank = (name: string): number => (headline.includes(name) ? headline.indexOf(name) : headline.length);

const numberRows = ({ vitals }: ComparedSnapshots, texts: Texts): readonly DifferenceRow[] =>
  vitals
    .toSorted((one, other) => rank(one.name) - rank(other.name))
    .map(({ name, before, after, delta }) => ({
      key: name,
      sign: signOf(before, after),
      what: numberName(name, texts),
      before: numberWords(name, before, texts),
      after: numberWords(name, after, texts),
      change: changeOf(name, delta, texts),
    }));

const sessionRows = (
  { sessions }: ComparedSnapshots,
  { compare }: Texts,
): readonly DifferenceRow[] | undefined => {
  if (sessions === null) return undefined;
  const messages = (value: number | null): string => compare.counted(count(value ?? undefined));
  return [
    ...sessions.changed.map(({ key, agentId, messages: sent, tokens, status }): DifferenceRow => ({
      key: `~${agentId} ${key}`,
      sign: "~",
      what: key,
      before: messages(sent.before),
      after: messages(sent.after),
      change: [
        tokens.before === tokens.after ? "" : tokenWords(tokens, compare),
        status.before === status.after ? "" : `${status.before ?? "?"} → ${status.after ?? "?"}`,
      ]
        .filter((part) => part !== "")
        .join(", "),
    })),
    ...sessions.added.map(({ key, agentId, messages: sent }): DifferenceRow => ({
      key: `+${agentId} ${key}`,
      sign: "+",
      what: key,
      before: "",
      after: messages(sent),
      change: compare.gone,
    })),
    ...sessions.removed.map(({ key, agentId, messages: sent }): DifferenceRow => ({
      key: `-${agentId} ${key}`,
      sign: "-",
      what: key,
      before: messages(sent),
      after: "",
      change: compare.back,
    })),
  ];
};

type Tokens = { readonly before: number | null; readonly after: number | null };

/** Thousands are what one reads at a glance; where both are the same thousand, by how much they differ. */
const tokenWords = ({ before, after }: Tokens, { tokens, tokensBy }: Texts["compare"]): string => {
  const [was, is] = [thousands(before ?? undefined), thousands(after ?? undefined)];
  if (was !== is || before === null || after === null) return tokens(was, is);
  return tokensBy(`${after > before ? "+" : "-"}${count(Math.abs(after - before))}`);
};

const written = (value: unknown): string => (value === undefined ? "" : JSON.stringify(value));

const configRows = ({ config }: ComparedSnapshots, { compare }: Texts): readonly DifferenceRow[] =>
  config.map(({ path, before, after, differs }) => ({
    key: path,
    sign: before === undefined ? "+" : after === undefined ? "-" : "~",
    what: path,
    before: written(before),
    after: written(after),
    change: differs === true ? compare.redacted : "",
  }));

const databaseRows = ({ databases }: ComparedSnapshots, texts: Texts): readonly DifferenceRow[] | undefined =>
  databases?.flatMap(({ path, tables }) =>
    tables.map(({ name, before, after }): DifferenceRow => ({
      key: `${path} ${name}`,
      sign: before === null ? "+" : after === null ? "-" : "~",
      // Every agent's database has the same name: what tells them apart is whose it is.
      what: `${name} · ${agentOfDatabase(path) ?? path}`,
      full: `${name} · ${path}`,
      before: before === null ? "" : count(before),
      after: after === null ? "" : count(after),
      change: changeOf("rows", (after ?? 0) - (before ?? 0), texts),
    })),
  );

const fileRows = ({ files }: ComparedSnapshots, { compare }: Texts): readonly DifferenceRow[] => [
  ...files.changed.map(({ path, type, what, before, after }): DifferenceRow => ({
    key: path,
    sign: "~",
    what: path,
    before: bytes(before.size),
    after: bytes(after.size),
    change: what.map((aspect) => compare.aspects[aspect] ?? aspect).join(", "),
    ...(type === "file" ? { path } : {}),
  })),
  ...files.added.map(({ path, type, size }): DifferenceRow => ({
    key: path,
    sign: "+",
    what: path,
    before: "",
    after: bytes(size),
    change: compare.aspects[type] ?? type,
    ...(type === "file" ? { path } : {}),
  })),
  ...files.removed.map(({ path, type, size }): DifferenceRow => ({
    key: path,
    sign: "-",
    what: path,
    before: bytes(size),
    after: "",
    change: compare.aspects[type] ?? type,
    ...(type === "file" ? { path } : {}),
  })),
];

const sectionsIn = remembered((texts: Texts) =>
  remembered((done: Done): Sections => sectionsOf(done, texts)),
);

const sectionsOf = (done: Done, texts: Texts): Sections => {
  const { comparison } = done;
  return {
    vitals: shown(vitalRows(done, texts)),
    sessions: shown(sessionRows(comparison, texts)),
    config: shown(configRows(comparison, texts)),
    databases: shown(databaseRows(comparison, texts)),
    files: shown(fileRows(comparison, texts)),
  };
};

/** Names of files, sessions and settings are whatever somebody wrote; the path alone stays as it is, to be asked for. */
const shown = <Rows extends readonly DifferenceRow[] | undefined>(rows: Rows) =>
  rows?.map((row) => ({
    ...row,
    what: harmlessLine(row.what),
    ...(row.full === undefined ? {} : { full: harmlessLine(row.full) }),
    before: harmlessLine(row.before),
    after: harmlessLine(row.after),
    change: harmlessLine(row.change),
  }));

/** The comparison this place is about, as far as it has come. */
export const comparedHere = ({ view, vault }: ConsoleModel): Compared | undefined => {
  const place = placeOf(view);
  return place.screen === "compare" || place.screen === "difference"
    ? vault.comparisons.get(comparisonKey(place))
    : undefined;
};

export const sectionsHere = (model: ConsoleModel): Sections | undefined => {
  const compared = comparedHere(model);
  return compared?.kind === "done" ? sectionsIn(model.setting.texts)(compared) : undefined;
};

const nothing: readonly DifferenceRow[] = [];

/** What differs in the section that is shown. */
export const differenceList = defineList<DifferenceRow>({
  id: "differences",
  rows: (model) => {
    const place = placeOf(model.view);
    return place.screen === "compare" ? (sectionsHere(model)?.[place.section] ?? nothing) : nothing;
  },
  keyOf: ({ key }) => key,
  textOf: ({ sign, what, full, before, after, change }) =>
    `${sign} ${full ?? what} ${before} ${after} ${change}`,
  copies: ({ what, full }) => full ?? what,
  opens: ({ path }, { view }) => {
    const place = placeOf(view);
    if (path === undefined || place.screen !== "compare") return undefined;
    const { gateway, a, b } = place;
    return { screen: "difference", gateway, a, b, path };
  },
  sorts: { what: ({ what }) => what, change: ({ change }) => change },
});
