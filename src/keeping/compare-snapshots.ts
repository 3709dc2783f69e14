import {
  compareSides,
  type Comparison,
  type ConfigJson,
  type FileFacts,
  type Finding,
  type Side,
  type Vault,
} from "../core/index.ts";
import { isProblem } from "../ground/index.ts";
import { parseConfigText, redactValue } from "../openclaw/index.ts";
import type { StateSource } from "./state-source.ts";
import { carriedWords, numbersOf } from "./carried-words.ts";

export type ComparedSnapshots = Comparison & {
  /** What could not be compared, and why. */
  readonly notes: readonly string[];
};

/** A configuration is a few kilobytes; a larger file is none. */
const configLimitBytes = 2 << 20;

export type ComparedSide = { readonly id: string } | { readonly live: StateSource };

type Known = Side & {
  readonly files: readonly FileFacts[];
  /** Files beside those that are on the other side exactly the same. */
  readonly alike: number;
  readonly notes: readonly string[];
  /** Paths that could not be read: that they are not among the files says nothing. */
  readonly unread: readonly string[];
};

/** Two snapshots, or one and the state as it is now. What is the same on both sides is not looked into. */
export const compareSnapshots = async (
  vault: Vault,
  before: ComparedSide,
  after: ComparedSide,
  signal?: AbortSignal,
): Promise<ComparedSnapshots> => {
  const known = withoutUnread(await bothSides(vault, before, after, signal));
  const same = sameContents(known[0].files, known[1].files);
  const [a, b] = [
    await withConfig(vault, before, known[0], same),
    await withConfig(vault, after, known[1], same),
  ];
  // What was written lately stands in the log beside a database.
  const listed = new Set(known.flatMap(({ files }) => files.map(({ path }) => path)));
  const unread = new Set(known.flatMap((side) => side.unread));
  // Between two snapshots, what is in neither list is in both of them.
  const areAlike = known.every(({ alike }) => alike > 0);
  const isSame = (path: string): boolean =>
    same.has(path) || (areAlike && !listed.has(path) && !unread.has(path));
  const isSameDatabase = (path: string): boolean =>
    isSame(path) && (same.has(`${path}-wal`) || !listed.has(`${path}-wal`));
  // A configuration that one side cannot tell must not look removed.
  const isConfigKnown = !a.notes.concat(b.notes).some((note) => note.startsWith("config: "));
  const trimmed = [a, b].map(({ databases, config, ...rest }) => ({
    ...rest,
    ...(databases === undefined ? {} : { databases: databases.filter(({ path }) => !isSameDatabase(path)) }),
    ...(config === undefined || !isConfigKnown ? {} : { config }),
  }));
  const [left, right] = trimmed;
  if (left === undefined || right === undefined) throw new TypeError("a comparison has two sides");
  const { files, ...compared } = compareSides(left, right, { redact: redactValue });
  return {
    ...compared,
    files: { ...files, same: files.same + b.alike },
    notes: [...new Set([...a.notes, ...b.notes])],
  };
};

type BothKnown = readonly [before: Known, after: Known];

const bothSides = async (
  vault: Vault,
  before: ComparedSide,
  after: ComparedSide,
  signal: AbortSignal | undefined,
): Promise<BothKnown> => {
  if ("live" in before) {
    if ("live" in after) throw new TypeError("the state as it is now is compared with a snapshot");
    const [then, now] = await besideLive(vault, after.id, before.live, signal);
    return [now, then];
  }
  if ("live" in after) return await besideLive(vault, before.id, after.live, signal);
  const [old, now] = await vault.sideBySide(before.id, after.id);
  return [snapshotSide(before.id, old), snapshotSide(after.id, now)];
};

const snapshotSide = (
  id: string,
  { vitals, sessions, findings, files, alike }: Awaited<ReturnType<Vault["sideBySide"]>>[0],
): Known => {
  const words = carriedWords(sessions);
  return {
    id,
    vitals: numbersOf(vitals),
    files,
    alike,
    ...(words.sessions === undefined ? {} : { sessions: words.sessions }),
    ...(words.databases === undefined ? {} : { databases: words.databases }),
    notes: [],
    unread: findings.filter(isUnread).flatMap(({ path }) => path ?? []),
  };
};

const isUnread = ({ code }: Finding): boolean =>
  code === "FILE_UNREADABLE" || code === "DIRECTORY_UNREADABLE" || code === "DATABASE_NOT_CAPTURED";

/** What one side could not read neither came nor went: it is left out of both, and said. */
const withoutUnread = ([before, after]: BothKnown): BothKnown => {
  const unread = [...new Set([...before.unread, ...after.unread])];
  if (unread.length === 0) return [before, after];
  const isKnown = ({ path }: FileFacts): boolean =>
    !unread.some((each) => path === each || path.startsWith(`${each}/`));
  const noteFor = ({ id, unread: own }: Known): readonly string[] =>
    own.map((path) => `${path} of ${id} could not be read and is not compared`);
  const trimmed = (side: Known): Known => ({
    ...side,
    files: side.files.filter(isKnown),
    notes: [...side.notes, ...noteFor(side)],
  });
  return [trimmed(before), trimmed(after)];
};

/** The snapshot first. */
const besideLive = async (
  vault: Vault,
  id: string,
  source: StateSource,
  signal: AbortSignal | undefined,
): Promise<BothKnown> => {
  // What reads a state is as much code as all else that a comparison needs.
  const { stateWords } = await import("./state-words.ts");
  const unread: string[] = [];
  const { snapshot, live, filesBelow } = await vault.besideLive(id, source.plan, signal, ({ path }) => {
    if (path !== undefined) unread.push(path);
  });
  const words = await stateWords(source, { filesBelow });
  const { sessions, databases } = carriedWords(words.sessions);
  const now: Known = {
    id: "live",
    vitals: numbersOf(words.vitals),
    files: live,
    alike: 0,
    ...(sessions === undefined ? {} : { sessions }),
    ...(databases === undefined ? {} : { databases }),
    notes: [],
    unread,
  };
  return [snapshotSide(id, { ...(await vault.carried(id)), files: snapshot, alike: 0 }), now];
};

/** Paths whose bytes are the same on both sides. */
const sameContents = (before: readonly FileFacts[], after: readonly FileFacts[]): ReadonlySet<string> => {
  const contents = new Map(before.map(({ path, content }) => [path, content]));
  return new Set(
    after.flatMap(({ path, content }) =>
      content !== undefined && contents.get(path) === content ? [path] : [],
    ),
  );
};

const withConfig = async (
  vault: Vault,
  which: ComparedSide,
  side: Known,
  same: ReadonlySet<string>,
): Promise<Known> => {
  const path = side.files.map((file) => file.path).find((each) => configNames.has(each));
  if (path === undefined || same.has(path)) return side;
  // As written, on either side: what it includes is compared as files.
  const config = "id" in which ? await configOf(vault, which.id, path) : writtenNow(which.live);
  return config === undefined
    ? { ...side, notes: [...side.notes, `config: ${path} of ${side.id} cannot be read`] }
    : { ...side, config };
};

const writtenNow = ({ config }: StateSource): ConfigJson | undefined =>
  config.kind === "read" ? config.written : undefined;

const configNames: ReadonlySet<string> = new Set(["openclaw.json", "clawdbot.json", "@config"]);

const configOf = async (vault: Vault, id: string, path: string): Promise<ConfigJson | undefined> => {
  try {
    return await parseConfigText((await vault.readFile(id, path, configLimitBytes)).toString("utf8"));
  } catch (error) {
    // Too large for a configuration, or a link in its place.
    if (isProblem(error) && (error.code === "FILE_TOO_LARGE" || error.code === "FILE_UNKNOWN"))
      return undefined;
    throw error;
  }
};
