import { chmodSync, lstatSync, utimesSync } from "node:fs";
import { dirname } from "node:path";
import { errnoOf } from "../../ground/index.ts";
import { isInInnerWorkspace } from "../../openclaw/index.ts";
import type { Finding } from "../findings.ts";
import { bytePath, pathOfText, pathText, type BytePath } from "../manifest/byte-path.ts";
import { timeOf } from "../restore/write-file.ts";
import { placeOfShown, Reach } from "../source/reach.ts";
import type { Hands } from "../system/threads.ts";
import { cleanDatabases, type StagedFile } from "./clean-crew.ts";
import { isDatabase, type CleanedDatabase } from "./clean-databases.ts";
import { databaseName } from "./database-names.ts";
import { entriesIn } from "./names-below.ts";

export type CleanOptions = {
  /** Workspaces inside it that do not have the usual name, by their relative path. */
  readonly workspaces?: readonly string[];
  /** Hears of each database that is not whole. Absent: the first such is the end of it. */
  readonly onDamaged?: (finding: Finding) => void;
};

/** What only the gateway's user may read, as OpenClaw itself makes it. */
const secretFile = /(?:^|\/)(?:openclaw|clawdbot)\.json[^/]*$|\.key$|(?:^|\/)credentials\/|\.sqlite$/;

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
