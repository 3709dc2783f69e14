import { chmodSync, lstatSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { ExitCode, isProblem, Problem } from "../../ground/index.ts";
import type { Finding } from "../findings.ts";
import { shownOf } from "../manifest/byte-path.ts";
import type { OnProgress } from "../progress.ts";
import type { Restored, RestoreOptions } from "../restore/restore-to.ts";
import { nativeOfShown } from "../source/reach.ts";
import { realFiles } from "../system/files.ts";
import type { Hands } from "../system/threads.ts";
import { syncsAsWhole, syncWhole } from "../system/whole-sync.ts";
import { syncFile, type CleanedDatabase } from "./clean-databases.ts";
import { cleanStaged } from "./clean-staged.ts";
import { databaseName, databaseOf } from "./database-names.ts";
import { identityOf, type Exchange } from "./exchange.ts";
import { planFiles, type StageFacts } from "./file-plan.ts";
import { shownIn, stagedPath, type RootPlaces, type TakebackRoot } from "./places.ts";
import type { TakebackScope } from "./scope.ts";
import { partOf, wholeOf } from "./what-changes-places.ts";

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
    const restored = await source
      .restoreTo(options.snapshot, root.staged, {
        select: (path) => wanted.has(path),
        sync: asWhole ? "none" : "each",
        present: roots.map(({ prefix, live }) => ({ prefix, path: live })),
        signal: options.signal,
        ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
      })
      .catch((error: unknown) => {
        throw isProblem(error) && error.code === "TARGET_FULL" ? full(root, error) : error;
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

/** What was laid out until then is taken away again: here nothing stays that the next attempt could go on from. */
const full = ({ live }: TakebackRoot, cause: Problem): Problem =>
  new Problem("STAGED_FULL", `There is no room for the new state beside ${live}.`, {
    hint: "Free space on that disk and run the same command again. Nothing that is live was touched.",
    exit: cause.exit,
    cause,
  });

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

const isBelow = (path: string, directory: string): boolean =>
  path === directory || path.startsWith(`${directory}/`);

/** Takes away what was staged and what holds nothing any more. */
export const clearStaged = (roots: readonly RootPlaces[]): void => {
  for (const { staged } of roots) rmSync(staged, { recursive: true, force: true });
};
