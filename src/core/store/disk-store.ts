import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { errnoOf, ExitCode, isProblem, Problem } from "../../ground/index.ts";
import { realFiles, type Files } from "../system/files.ts";
import type { BlobInfo, ByteRange, Draft, VaultStore } from "./blob-store.ts";
import { diskDraft } from "./disk-draft.ts";

/** So many objects are looked at before others have a turn: a console draws while thousands are listed. */
const listedAtOnce = 256;

/**
 * A vault in a directory. Each object begins as a draft, and is there whole or not at all, and never changes. Directories
 * are 0700 and files 0600 from the moment they are created.
 */
export const diskStore = (directory: string, files: Files = realFiles): VaultStore => {
  // By hand: what has been checked needs no normalizing, which would take longer for each object listed than its stat.
  const at = (key: string) => `${directory}/${checkedKey(key)}`;

  const failed = (what: string, cause: unknown): Problem => {
    const code = errnoOf(cause);
    if (code === "ENOSPC" || code === "EDQUOT") {
      return new Problem("VAULT_DISK_FULL", `No space left for the vault at ${directory} (${what}).`, {
        hint: "What the vault held before is untouched. Free space, or run `clawback snapshots cleanup` and `clawback vault gc`.",
        cause,
      });
    }
    if (code === "EACCES" || code === "EPERM" || code === "EROFS") {
      const isRead = what === "list" || what.startsWith("read ");
      return new Problem(
        isRead ? "VAULT_NOT_READABLE" : "VAULT_NOT_WRITABLE",
        `The vault at ${directory} cannot be ${isRead ? "read" : "written"} (${what}: ${code}).`,
        {
          hint: "Check who owns the directory and how it is mounted.",
          exit: ExitCode.vault,
          cause,
        },
      );
    }
    if (code === "ENOTDIR") {
      return new Problem(
        "VAULT_PATH_BLOCKED",
        `The vault cannot be at ${directory}: ${fileOnTheWay(directory)} is no directory.`,
        {
          hint: "Name its place with --vault, or with vault.path in the configuration.",
          exit: ExitCode.vault,
          cause,
        },
      );
    }
    return new Problem("VAULT_IO", `The vault at ${directory} failed (${what}: ${code ?? String(cause)}).`, {
      hint: "Check the disk (dmesg, smartctl). What the vault held before is untouched.",
      cause,
    });
  };

  const draft = (): Draft => diskDraft({ files, directory, at, failed });

  const settle = (prefix: string): void => {
    const name = join(directory, prefix);
    try {
      files.syncDirectory(name);
      files.syncDirectory(directory);
    } catch (error) {
      // A directory that was never made holds no name that could be lost.
      if (errnoOf(error) !== "ENOENT") throw failed("sync directory", error);
    }
  };

  const read = (key: string, range?: ByteRange): Uint8Array | undefined => {
    let file: number;
    try {
      file = files.openForReading(at(key));
    } catch (error) {
      if (errnoOf(error) === "ENOENT") return undefined;
      throw failed(`read ${key}`, error);
    }
    try {
      const start = range?.start ?? 0;
      const wanted = Math.min(
        range?.length ?? Number.MAX_SAFE_INTEGER,
        Math.max(0, files.size(file) - start),
      );
      const bytes = Buffer.allocUnsafeSlow(wanted);
      return bytes.subarray(0, files.read(file, bytes, start));
    } catch (error) {
      throw failed(`read ${key}`, error);
    } finally {
      files.close(file);
    }
  };

  const list = async (prefix: string): Promise<BlobInfo[]> => {
    const folder = prefix.slice(0, prefix.lastIndexOf("/") + 1);
    let names: readonly string[];
    try {
      names = files.names(join(directory, folder));
    } catch (error) {
      if (errnoOf(error) === "ENOENT") return [];
      throw failed("list", error);
    }
    const found: BlobInfo[] = [];
    for (const [at, name] of names.entries()) {
      const key = folder + name;
      // What file managers and programs that synchronize put there under names of their own is not the vault's.
      if (!key.startsWith(prefix) || !isKey(key)) continue;
      if (at % listedAtOnce === listedAtOnce - 1) await nextTurn();
      const info = files.stat(`${directory}/${key}`);
      if (info !== undefined) found.push({ key, ...info });
    }
    return found;
  };

  const remove = (key: string): void => {
    try {
      files.remove(at(key));
    } catch (error) {
      if (errnoOf(error) !== "ENOENT") throw failed(`delete ${key}`, error);
    }
  };

  return {
    name: directory,
    directory,
    capabilities: async () => ({ conditionalCreate: true, atomicPut: true, durable: true }),
    draft,
    settle: async (prefix) => {
      settle(prefix);
    },
    put: async (key, body, options = {}) => {
      options.signal?.throwIfAborted();
      const target = at(key);
      if (options.ifAbsent !== true) {
        // Only a name that is free can be linked; what stands there goes first.
        removeQuietly(files, target);
      }
      const piece = draft();
      try {
        piece.write(body);
        await piece.publish(key);
      } catch (error) {
        piece.discard();
        if (isProblem(error) && errnoOf(error.cause) === "EEXIST") return "exists";
        throw error;
      }
      settle(dirname(key));
      return "created";
    },
    rename: async (key, to) => {
      try {
        files.makeDirectory(dirname(at(to)));
        files.link(at(key), at(to));
      } catch (error) {
        if (errnoOf(error) !== "EEXIST") throw failed(`rename ${key}`, error);
      }
      remove(key);
    },
    putCache: async (key, body) => {
      const path = join(directory, "tmp", randomBytes(12).toString("hex"));
      try {
        files.makeDirectory(join(directory, "tmp"));
        files.makeDirectory(dirname(at(key)));
        const file = files.create(path);
        try {
          files.write(file, body);
        } finally {
          files.close(file);
        }
        files.rename(path, at(key));
      } catch (error) {
        removeQuietly(files, path);
        throw failed("cache", error);
      }
    },
    peekCache: read,
    get: async (key, range) => {
      const bytes = read(key, range);
      if (bytes === undefined) throw missing(directory, key);
      return bytes;
    },
    list,
    stat: async (key) => {
      const info = files.stat(at(key));
      return info === undefined ? undefined : { key, ...info };
    },
    delete: async (key) => {
      remove(key);
    },
  };
};

/** The nearest of a path and those above it that is there. */
const fileOnTheWay = (path: string): string =>
  existsSync(path) || dirname(path) === path ? path : fileOnTheWay(dirname(path));

export const missing = (name: string, key: string, cause?: unknown): Problem =>
  new Problem("STORE_MISSING", `${name} has no object ${key}.`, {
    hint: "Run `clawback snapshots verify --all` to see what this hurts.",
    cause,
  });

/** There is no such object, or none any more. */
export const isMissing = (error: unknown): error is Problem =>
  isProblem(error) && error.code === "STORE_MISSING";

/** Keys come from our own code and from listings; neither may name anything outside the vault. */
const checkedKey = (key: string): string => {
  if (!isKey(key)) throw new Error(`not a key: ${key}`);
  return key;
};

const isKey = (key: string): boolean =>
  /^[a-z0-9][a-z0-9.-]*(\/[a-z0-9][a-z0-9._-]*)*$/.test(key) && !key.includes("..");

const removeQuietly = (files: Files, path: string): void => {
  try {
    files.remove(path);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
  }
};
