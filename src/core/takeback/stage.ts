import { chmodSync, lstatSync, readdirSync, rmSync, utimesSync, type Dirent } from "node:fs";
import { dirname, join } from "node:path";
import { errnoOf, ExitCode, Problem } from "../../ground/index.ts";
import { companionOf, exclusionOf, isInInnerWorkspace } from "../../openclaw/index.ts";
import type { Finding } from "../findings.ts";
import type { FileFacts } from "../compare/index.ts";
import type { OnProgress } from "../progress.ts";
import type { Restored, RestoreOptions } from "../restore/restore-to.ts";
import { timeOf } from "../restore/write-file.ts";
import { bytePath, pathOfText, pathText, shownOf, type BytePath } from "../manifest/byte-path.ts";
import { nativeOfShown, placeOfShown, Reach } from "../source/reach.ts";
import { realFiles } from "../system/files.ts";
import type { Hands } from "../system/threads.ts";
import { syncsAsWhole, syncWhole } from "../system/whole-sync.ts";
import { cleanDatabases, type StagedFile } from "./clean-crew.ts";
import { isDatabase, syncFile, type CleanedDatabase } from "./clean-databases.ts";
import { identityOf, makeWay, type Exchange } from "./exchange.ts";
import { planFiles } from "./file-plan.ts";
import { shownIn, stagedPath, type RootPlaces } from "./places.ts";
import type { TakebackScope } from "./scope.ts";

export type TakebackRoot = RootPlaces & {
  /** Databases of a gateway are made ready to start on, and its files made private; a workspace belongs to its user. */
  readonly kind: "state" | "workspace";
  /** Workspaces inside it that do not have the usual name, by their relative path. */
  readonly workspaces?: readonly string[];
  /** Where the vault is when it lies inside: it moves over as it is. */
  readonly vault?: string;
};

/** The part of a vault that staging needs. */
export type StageSource = {
  readonly hands: Hands;
  readonly restoreTo: (id: string, target: string, options: RestoreOptions) => Promise<Restored>;
};

export type StageOptions = {
  readonly snapshot: string;
  readonly roots: readonly TakebackRoot[];
  readonly scope: TakebackScope;
  readonly facts: StageFacts;
  readonly signal: AbortSignal;
  readonly onProgress?: OnProgress;
};

/** What is looked at of both sides, sorted by path. The whole is compared with nothing: of that the paths are enough. */
export type StageFacts = {
  readonly paths: readonly string[];
  readonly snapshot: readonly FileFacts[];
  readonly live: readonly FileFacts[];
};

export type Staged = {
  readonly exchanges: readonly Exchange[];
  readonly databases: readonly CleanedDatabase[];
  readonly files: number;
  readonly bytes: number;
  /** Of the bytes, found in the live state as they were; the others came from the vault. */
  readonly presentBytes: number;
  /** What could not be restored exactly and does not stop anybody: owners, extended attributes. */
  readonly findings: readonly Finding[];
};

/**
 * Writes what is to come in beside what is there, checks it, and says what has to change places. Every file is read back
 * after it was written; every database is opened and checked. Nothing live is touched.
 */
export const stage = async (source: StageSource, options: StageOptions): Promise<Staged> => {
  const { roots, scope, facts } = options;
  const exchanges: Exchange[] = [];
  const databases: CleanedDatabase[] = [];
  const findings: Finding[] = [];
  /** A directory of each file system that is synced as a whole in the end. */
  const unsynced = new Map<number, string>();
  let files = 0;
  let bytes = 0;
  let presentBytes = 0;
  const prefixes = roots.map(({ prefix }) => prefix).filter((prefix) => prefix !== "");
  for (const root of roots) {
    const isOfRoot = (path: string): boolean =>
      root.prefix === "" ? !prefixes.some((prefix) => isBelow(path, prefix)) : isBelow(path, root.prefix);
    const here = {
      paths: facts.paths.filter(isOfRoot),
      snapshot: facts.snapshot.filter(({ path }) => isOfRoot(path)),
      live: facts.live.filter(({ path }) => isOfRoot(path)),
    };
    if (here.paths.length === 0 && scope.extent.kind === "whole") continue;
    const wanted = wantedOf(here, scope);
    const asWhole = wanted.size > fewFiles && syncsAsWhole(dirname(root.staged));
    const restored = await source.restoreTo(options.snapshot, root.staged, {
      select: (path) => wanted.has(path),
      sync: asWhole ? "none" : "each",
      present: roots.map(({ prefix, live }) => ({ prefix, path: live })),
      signal: options.signal,
      ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
    });
    refuseDamage(restored.findings);
    findings.push(...restored.findings);
    files += restored.files;
    bytes += restored.bytes;
    presentBytes += restored.presentBytes;
    // The disk begins to take it in while the databases are looked at; what they still change is little.
    const begun = asWhole ? syncWhole(root.staged) : Promise.resolve();
    begun.catch(() => undefined);
    const cleaned = root.kind === "state" ? await makeReady(root, scope, source.hands) : [];
    databases.push(...cleaned);
    await begun;
    if (asWhole) unsynced.set(lstatSync(root.staged).dev, root.staged);
    else for (const { path } of cleaned) syncFile(nativeOfShown(shownIn(stagedPath(root, ""), path)));
    exchanges.push(...(scope.extent.kind === "whole" ? wholeOf(root) : partOf(root, here, wanted, scope)));
  }
  for (const staged of unsynced.values()) await syncWhole(staged);
  return { exchanges, databases, files, bytes, presentBytes, findings };
};

/** Up to here they are synced one by one: a whole file system may have much else to write. */
const fewFiles = 64;

/** Of a part only what differs; databases always, because their newest rows may stand in a log beside them. */
const wantedOf = (here: StageFacts, scope: TakebackScope): ReadonlySet<string> => {
  if (scope.extent.kind === "whole") return new Set(here.paths);
  const { includes } = scope.extent;
  const plan = planFiles(here.snapshot, here.live, scope);
  const differing = [...plan.written, ...plan.replaced].map(({ path }) => path);
  const named = here.snapshot.filter(
    ({ path, type }) => type === "file" && databaseName.test(databaseOf(path)),
  );
  return new Set([...differing, ...named.map(({ path }) => path).filter(includes)]);
};

const refuseDamage = (findings: readonly Finding[]): void => {
  const damage = findings.filter(({ code }) => code === "NOT_RESTORED");
  const first = damage[0];
  if (first === undefined) return;
  throw new Problem("STAGED_INCOMPLETE", `The snapshot cannot be taken back whole: ${first.message}`, {
    hint: `${damage.length} of its files are hurt; \`clawback snapshots verify\` says which snapshots are whole.`,
    exit: ExitCode.refused,
  });
};

const databaseName = /\.(?:sqlite3?|db)$/i;

/** The database that a log stands beside, else the path itself. */
const databaseOf = (path: string): string => companionOf(path)?.database ?? path;

/** What only the gateway's user may read, as OpenClaw itself makes it. */
const secretFile = /(?:^|\/)(?:openclaw|clawdbot)\.json[^/]*$|\.key$|(?:^|\/)credentials\/|\.sqlite$/;

const makeReady = async (
  root: TakebackRoot,
  scope: TakebackScope,
  hands: Hands,
): Promise<readonly CleanedDatabase[]> => {
  const top = stagedPath(root, "");
  if (identityOf(shownOf(top)) === undefined) return [];
  const databases = await cleanStaged(
    top,
    hands,
    root.workspaces === undefined ? {} : { workspaces: root.workspaces },
  );
  // A directory that others may list is a mistake that restores by hand are known for.
  if (scope.extent.kind === "whole" && lstatSync(top).isDirectory()) {
    chmodSync(top, 0o700);
    for (const name of ["agents", "state", "credentials"]) {
      if (identityOf(shownOf(join(top, name))) !== undefined) chmodSync(join(top, name), 0o700);
    }
    realFiles.syncDirectory(top);
  }
  return databases;
};

export type CleanOptions = {
  /** Workspaces inside it that do not have the usual name, by their relative path. */
  readonly workspaces?: readonly string[];
  /** Hears of each database that is not whole. Absent: the first such is the end of it. */
  readonly onDamaged?: (finding: Finding) => void;
};

/** Makes a state that was laid out somewhere ready to be started on: databases checked and freed, secrets private. */
export const cleanStaged = async (
  top: string,
  hands: Hands,
  { workspaces, onDamaged }: CleanOptions = {},
): Promise<readonly CleanedDatabase[]> => {
  const own = ownFiles(top, workspaces);
  for (const { path, absolute } of own) {
    if (!secretFile.test(path)) continue;
    const { mode } = lstatSync(absolute);
    if ((mode & 0o077) !== 0) chmodSync(absolute, mode & 0o700);
  }
  const databases = databasesAmong(own);
  // Logs come and go beside them while they are open.
  const directories = [...new Set(databases.map(({ path }) => dirname(path)))].map((path) => {
    const absolute = placeOfShown(top, path);
    return { absolute, time: timeOf(lstatSync(absolute, { bigint: true }).mtimeNs) };
  });
  const cleaned = await cleanDatabases(databases, hands, onDamaged);
  for (const { absolute, time } of directories) utimesSync(absolute, time, time);
  return cleaned;
};

/** The databases of a gateway in a state that was laid out. Listed before any is opened: its log goes when it is closed. */
export const stagedDatabases = (top: string): readonly StagedFile[] => databasesAmong(ownFiles(top));

const databasesAmong = (files: readonly StagedFile[]): readonly StagedFile[] =>
  files.filter(({ path, absolute }) => databaseName.test(path) && isDatabase(absolute));

/** Workspaces, inside or laid out along, belong to their users: what lies there may be anything. */
const ownFiles = (top: string, workspaces?: readonly string[]): readonly StagedFile[] => {
  if (!lstatSync(top).isDirectory()) return [];
  using reach = new Reach();
  const isOwn = (path: string): boolean => !path.startsWith("@") && !isInInnerWorkspace(path, workspaces);
  return Array.from(filesBelow(reach, pathOfText(top), bytePath(""), isOwn)).map((path) => ({
    path: pathText(path),
    absolute: placeOfShown(top, pathText(path)),
  }));
};

function* filesBelow(
  reach: Reach,
  top: BytePath,
  path: BytePath,
  isOwn: (path: string) => boolean,
): Generator<BytePath> {
  for (const { inner, entry } of namesWhereAllowed(reach, top, path)) {
    if (!isOwn(pathText(inner))) continue;
    if (entry.isDirectory()) yield* filesBelow(reach, top, inner, isOwn);
    else if (entry.isFile()) yield inner;
  }
}

/** What was closed to us when it was saved is closed when it was laid out: a gateway cannot read there either. */
const namesWhereAllowed = (...where: Parameters<typeof entriesIn>): ReturnType<typeof entriesIn> => {
  try {
    return entriesIn(...where);
  } catch (error) {
    if (errnoOf(error) !== "EACCES") throw error;
    return [];
  }
};

/** Names are bytes, whatever they look like, and may lie deeper than a path is long. */
const entriesIn = (
  reach: Reach,
  top: BytePath,
  path: BytePath,
): readonly { inner: BytePath; entry: Dirent }[] =>
  readdirSync(reach.at(path === "" ? top : bytePath(`${top}/${path}`)), {
    withFileTypes: true,
    encoding: "latin1",
  }).map((entry) => ({ entry, inner: bytePath(path === "" ? entry.name : `${path}/${entry.name}`) }));

const wholeOf = (root: TakebackRoot): readonly Exchange[] => {
  const staged = stagedPath(root, "");
  const newOne = identityOf(shownOf(staged));
  if (newOne === undefined) return [];
  const oldOne = identityOf(shownOf(root.live));
  const carried =
    oldOne === undefined
      ? []
      : carriedOver(root).filter((path) => identityOf(shownIn(staged, path)) === undefined);
  // Where a carried directory stands must be there to receive it.
  for (const path of carried) makeWay(dirname(shownIn(staged, path)));
  return [
    {
      kind: "swap",
      live: shownOf(root.live),
      staged: shownOf(staged),
      newOne,
      displaced: shownOf(root.displaced),
      ...(oldOne === undefined ? {} : { oldOne }),
      undone: shownOf(root.undone),
    },
    ...carried.map((path): Exchange => ({
      kind: "carry",
      from: shownIn(root.displaced, path),
      to: shownIn(root.live, path),
    })),
  ];
};

/** What lies in the live directory, is never in a snapshot, and belongs to the host rather than to a moment; as shown. */
const carriedOver = ({ live, kind, vault }: TakebackRoot): readonly string[] => {
  if (!lstatSync(live).isDirectory()) return [];
  using reach = new Reach();
  const below = (path: BytePath): readonly string[] =>
    entriesIn(reach, pathOfText(live), path).flatMap(({ inner, entry }) => {
      const shown = pathText(inner);
      const exclusion = exclusionOf(shown, { kind, ...(vault === undefined ? {} : { vault }) });
      if (exclusion?.whenRestored === "carried-over") return [shown];
      return exclusion === undefined && entry.isDirectory() ? below(inner) : [];
    });
  return below(bytePath(""));
};

const partOf = (
  root: TakebackRoot,
  here: StageFacts,
  wanted: ReadonlySet<string>,
  scope: TakebackScope,
): readonly Exchange[] => {
  const hot = scope.extent.kind === "part" && scope.extent.hot;
  const exchanges: Exchange[] = [];
  const covered = new Set<string>();
  const swap = (path: string, bringsIn: boolean): void => {
    const live = shownIn(root.live, path);
    const staged = shownIn(root.staged, join(root.prefix, path));
    const oldOne = identityOf(live);
    const newOne = bringsIn ? identityOf(staged) : undefined;
    if (oldOne === undefined && newOne === undefined) return;
    exchanges.push({
      kind: "swap",
      live,
      ...(newOne === undefined ? {} : { staged, newOne }),
      displaced: shownIn(root.displaced, path),
      ...(oldOne === undefined ? {} : { oldOne }),
      undone: shownIn(root.undone, path),
      ...(hot && newOne !== undefined && oldOne !== undefined ? { seamless: true as const } : {}),
    });
  };
  const inner = (path: string): string => (root.prefix === "" ? path : path.slice(root.prefix.length + 1));
  for (const path of [...wanted].map(inner)) {
    // A log comes and goes with its database.
    if (databaseName.test(databaseOf(path)) && databaseOf(path) !== path) continue;
    const unit = topmostMissing(root.live, path);
    if (covered.has(unit)) continue;
    covered.add(unit);
    swap(unit, true);
    // A log left beside another main file would be read as its newest pages.
    if (unit !== path) continue;
    if (!databaseName.test(path)) continue;
    for (const kind of ["wal", "shm", "journal"]) {
      const beside = `${path}-${kind}`;
      covered.add(beside);
      swap(beside, identityOf(shownIn(root.staged, join(root.prefix, beside))) !== undefined);
    }
  }
  for (const { path } of planFiles(here.snapshot, here.live, scope).removed) {
    if (!waysTo(inner(path)).some((way) => covered.has(way))) swap(inner(path), false);
  }
  return exchanges;
};

/** Every directory on the way to a path, the topmost first, and the path itself: what one of them does, all below it does. */
const waysTo = (path: string): readonly string[] => {
  const parts = path.split("/");
  return parts.map((_, at) => parts.slice(0, at + 1).join("/"));
};

/** The path itself, or the first directory on the way to it that is not there: that comes in with all it holds. */
const topmostMissing = (live: string, path: string): string => {
  for (const way of waysTo(path).slice(0, -1)) {
    const stat = lstatSync(nativeOfShown(shownIn(live, way)), { throwIfNoEntry: false });
    if (stat?.isDirectory() !== true) return way;
  }
  return path;
};

const isBelow = (path: string, directory: string): boolean =>
  path === directory || path.startsWith(`${directory}/`);

/** Takes away what was staged and what holds nothing any more. */
export const clearStaged = (roots: readonly RootPlaces[]): void => {
  for (const { staged } of roots) rmSync(staged, { recursive: true, force: true });
};
