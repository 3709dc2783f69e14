import { constants } from "node:fs";
import { type FileHandle, lstat, open, readdir, stat } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { errnoOf, ExitCode, Problem } from "../../ground/index.ts";

/**
 * Where a gateway writes its log: the file its configuration names, or the daily file of a family, which every gateway
 * of the same user and profile shares. Both are rotated by size to `name.1.log` (the newest) up to `name.5.log`.
 */
export type LogPlace =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "daily"; readonly dir: string; readonly family: string };

export const describePlace = (place: LogPlace): string =>
  place.kind === "file" ? place.path : join(place.dir, `${place.family}-<day>.log`);

export type LogFile = {
  readonly path: string;
  /** Survives a rename: it tells a rotated file from a new one. */
  readonly identity: string;
  readonly sizeBytes: number;
};

/**
 * Every file of the log that exists, newest first. The names decide and not our clock: the gateway may live in another
 * time zone, where tomorrow has begun.
 */
export const logFiles = async (place: LogPlace): Promise<readonly LogFile[]> => {
  const dir = place.kind === "daily" ? place.dir : dirname(place.path);
  const found = (await namesIn(dir))
    .flatMap((name) => {
      const order = orderOf(place, name);
      return order === undefined ? [] : [{ path: join(dir, name), ...order }];
    })
    .sort((a, b) => (a.day === b.day ? a.rotation - b.rotation : a.day < b.day ? 1 : -1));
  const files = await Promise.all(found.map(({ path }) => lookAt(place, path)));
  return files.filter((file) => file !== undefined);
};

/** Where a file stands among its family: its day, and how often it has been rotated since. */
const orderOf = (
  place: LogPlace,
  name: string,
): { readonly day: string; readonly rotation: number } | undefined => {
  if (place.kind === "daily") {
    if (!name.startsWith(`${place.family}-`)) return undefined;
    const rest = /^(\d{4}-\d{2}-\d{2})(?:\.(\d+))?\.log$/.exec(name.slice(place.family.length + 1));
    return rest === null ? undefined : { day: rest[1] ?? "", rotation: Number(rest[2] ?? 0) };
  }
  const extension = extname(place.path);
  const stem = basename(place.path, extension);
  if (name === stem + extension) return { day: "", rotation: 0 };
  if (!name.startsWith(`${stem}.`) || !name.endsWith(extension)) return undefined;
  const rotation = name.slice(stem.length + 1, name.length - extension.length);
  return /^\d+$/.test(rotation) ? { day: "", rotation: Number(rotation) } : undefined;
};

const namesIn = async (dir: string): Promise<readonly string[]> => {
  try {
    return await readdir(dir);
  } catch (error) {
    if (isMissing(error)) return [];
    throw unreadable(dir, error);
  }
};

/** Anybody may put a link into /tmp, so the daily files are taken only as files of their own. */
const lookAt = async (place: LogPlace, path: string): Promise<LogFile | undefined> => {
  try {
    const stats = await (place.kind === "daily" ? lstat(path) : stat(path));
    return stats.isFile()
      ? { path, identity: `${stats.dev}:${stats.ino}`, sizeBytes: stats.size }
      : undefined;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw unreadable(path, error);
  }
};

export type OpenLog = LogFile & { readonly handle: FileHandle };

/** Opens a regular file and nothing else: a pipe put in its place would hold us for ever. */
export const openLog = async (place: LogPlace, path: string): Promise<OpenLog | undefined> => {
  const noLink = place.kind === "daily" ? constants.O_NOFOLLOW : 0;
  let handle: FileHandle;
  try {
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | noLink);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw unreadable(path, error);
  }
  const stats = await handle.stat();
  if (stats.isFile()) return { path, identity: `${stats.dev}:${stats.ino}`, sizeBytes: stats.size, handle };
  await handle.close();
  return undefined;
};

const isMissing = (error: unknown): boolean => ["ENOENT", "ENOTDIR", "ELOOP"].includes(errnoOf(error) ?? "");

const unreadable = (path: string, cause: unknown): Problem =>
  new Problem("LOG_UNREADABLE", `the log at ${path} cannot be read`, {
    hint: "Run as the user the gateway runs as, or name another file in logging.file.",
    exit: ExitCode.gateway,
    cause,
  });
