import { lstat, open, readdir, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { errnoOf, harmlessLine, isMissing, reasonOf } from "../../ground/index.ts";
import { asJson, textAt, valueAt } from "../json.ts";

/** What a running gateway writes about itself into the state directory it owns. */
export type OwnerLock = {
  /** The lock file. */
  readonly path: string;
  readonly pid: number;
  /** When the process started, in the unit of its platform: clock ticks since boot on Linux, seconds elsewhere. */
  readonly startTime?: number;
  readonly port?: number;
  /** `gateway`, or an embedded agent or maintenance that owns the directory for a while. */
  readonly role: string;
  readonly createdAt?: string;
  /** The configuration it runs with, as its owner calls it. */
  readonly configPath?: string;
  /** The directory as its owner calls it: another name than ours for a copy, and for a container's mount. */
  readonly stateDir?: string;
};

export type LockReading =
  | { readonly kind: "held"; readonly lock: OwnerLock }
  | { readonly kind: "none" }
  /** There is a lock and what it says cannot be understood: nobody may conclude that the directory is free. */
  | { readonly kind: "unreadable"; readonly path: string; readonly reason: string };

const lockLimitBytes = 64 << 10;

/**
 * The lock of whoever owns a state directory: `tmp/openclaw-<uid>/gateway.state.lock`. Locks of every uid are looked
 * at, because it is the directory that must be free, whoever holds it.
 */
export const readOwnerLocks = async (stateDir: string): Promise<readonly LockReading[]> => {
  const readings: LockReading[] = [];
  for (const directory of await lockDirectories(join(stateDir, "tmp"))) {
    const reading = await readLock(join(directory, "gateway.state.lock"));
    if (reading.kind !== "none") readings.push(reading);
  }
  return [...readings, ...(await readSharedLocks(stateDir))];
};

/**
 * Older gateways (2026.7) keep their locks together in the system's temporary directory, each under a hash of its
 * configuration's path. Ours is the one whose configuration lies in this state directory; those of others say nothing.
 */
const readSharedLocks = async (stateDir: string): Promise<readonly LockReading[]> => {
  const readings: LockReading[] = [];
  const owners = await ownersOf(stateDir);
  for (const temporary of new Set([tmpdir(), "/tmp"])) {
    for (const directory of await lockDirectories(temporary)) {
      for (const name of await sharedLocks(directory)) {
        const path = join(directory, name);
        if (!(await isFileOf(path, owners))) continue;
        const reading = await readLock(path);
        const { configPath } = reading.kind === "held" ? reading.lock : {};
        if (configPath !== undefined && dirname(configPath) === resolve(stateDir)) readings.push(reading);
      }
    }
  }
  return readings;
};

/** Whose word about a state directory counts in a place where anybody can write: its owner's, ours, and root's. */
const ownersOf = async (stateDir: string): Promise<ReadonlySet<number>> => {
  const ours = process.getuid?.();
  const owners = new Set([0, ...(ours === undefined ? [] : [ours])]);
  try {
    owners.add((await stat(stateDir)).uid);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  return owners;
};

/**
 * A lock of somebody else's could name any process of ours as the gateway, for us to stop; and a pipe in its place would
 * hold whoever opens it.
 */
const isFileOf = async (path: string, owners: ReadonlySet<number>): Promise<boolean> => {
  try {
    const seen = await lstat(path);
    return seen.isFile() && owners.has(seen.uid);
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
};

const sharedLocks = async (directory: string): Promise<readonly string[]> => {
  try {
    return (await readdir(directory)).filter((name) => /^gateway\.[0-9a-f]+\.lock$/.test(name));
  } catch (error) {
    // Another user's, or gone: whoever may not look there cannot have started the gateway that did.
    if (errnoOf(error) !== undefined) return [];
    throw error;
  }
};

const lockDirectories = async (temporary: string): Promise<readonly string[]> => {
  try {
    const names = await readdir(temporary);
    return names
      .filter((name) => /^openclaw(?:-\d+)?$/.test(name))
      .sort()
      .map((name) => join(temporary, name));
  } catch (error) {
    if (isMissing(error)) return [];
    return [temporary];
  }
};

const readLock = async (path: string): Promise<LockReading> => {
  let text: string;
  try {
    await using file = await open(path, "r");
    const bytes = Buffer.alloc(lockLimitBytes);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    text = bytes.toString("utf8", 0, bytesRead);
  } catch (error) {
    if (isMissing(error)) return { kind: "none" };
    return {
      kind: "unreadable",
      path,
      reason: reasonOf(error),
    };
  }
  const lock = parseLock(path, text);
  return lock === undefined
    ? { kind: "unreadable", path, reason: "it is not a gateway's lock" }
    : { kind: "held", lock };
};

const parseLock = (path: string, text: string): OwnerLock | undefined => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const json = asJson(value);
  const pid = wholeNumber(valueAt(json, ["pid"]));
  if (pid === undefined) return undefined;
  const startTime = wholeNumber(valueAt(json, ["startTime"]));
  const port = wholeNumber(valueAt(json, ["port"]));
  const createdAt = textAt(json, ["createdAt"]);
  const stateDir = textAt(json, ["stateDir"]);
  const configPath = textAt(json, ["configPath"]);
  return {
    path,
    pid,
    role: harmlessLine(textAt(json, ["role"]) ?? "gateway", 40),
    ...(startTime === undefined ? {} : { startTime }),
    ...(port === undefined || port > 65_535 ? {} : { port }),
    ...(createdAt === undefined ? {} : { createdAt: harmlessLine(createdAt, 40) }),
    ...(configPath === undefined ? {} : { configPath }),
    ...(stateDir === undefined ? {} : { stateDir: harmlessLine(stateDir, 300) }),
  };
};

const wholeNumber = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : undefined;
