import {
  close,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fdatasync,
  fsync,
  fsyncSync,
  linkSync,
  mkdirSync,
  open,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  statSync,
  unlinkSync,
  write,
  writeSync,
  writevSync,
} from "node:fs";
import { dirname, resolve } from "node:path";
import { promisify } from "node:util";
import { errnoOf } from "../../ground/index.ts";

/**
 * The few file operations a vault on disk is made of. They are synchronous: each is short, and threads carry what is
 * long. As a port they can be made to fail, to fall short or to forget what was not synced.
 */
export type Files = {
  /** Creates a file that must not exist, readable by its owner only. */
  readonly create: (path: string) => number;
  readonly openForReading: (path: string) => number;
  /** Writes all of it at the end of what was written before, or throws. */
  readonly write: (file: number, parts: readonly Uint8Array[]) => void;
  /**
   * Opens a file that is being written once more, for whole pieces of page memory that the disk takes from there: past the
   * memory in which the system keeps what was read and written. Undefined where there is no such way.
   */
  readonly openPast: (path: string) => number | undefined;
  /** Writes all of it at its place, beside whatever goes on: until then the bytes must stay as they are. */
  readonly writeBeside: (file: number, bytes: Uint8Array, position: number) => Promise<void>;
  /** Writes all of it at its place, or throws. */
  readonly writeAt: (file: number, bytes: Uint8Array, position: number) => void;
  /** Fills as much of `into` as there is from `position` on; says how much that was. */
  readonly read: (file: number, into: Uint8Array, position: number) => number;
  readonly size: (file: number) => number;
  readonly sync: (file: number) => void;
  /** The same beside whatever goes on: a disk takes its time for what is long. */
  readonly syncBeside: (file: number) => Promise<void>;
  /**
   * Has the disk begin with what was written so far, beside whatever goes on: the sync that counts then has less to wait
   * for. It promises nothing.
   */
  readonly hurry: (path: string) => void;
  readonly close: (file: number) => void;
  /** Fails with EEXIST when `to` exists. */
  readonly link: (from: string, to: string) => void;
  /** Replaces `to`. */
  readonly rename: (from: string, to: string) => void;
  readonly remove: (path: string) => void;
  readonly makeDirectory: (path: string) => void;
  readonly names: (path: string) => readonly string[];
  readonly stat: (path: string) => { readonly sizeBytes: number; readonly modifiedAt: number } | undefined;
  readonly syncDirectory: (path: string) => void;
};

/** A directory and those above it that are not there yet, the topmost first. */
export const missingOn = (path: string, isThere: (path: string) => boolean): readonly string[] => {
  const missing: string[] = [];
  for (let at = path; !isThere(at) && dirname(at) !== at; at = dirname(at)) missing.push(at);
  return missing.toReversed();
};

/**
 * A directory and those above it that are not there yet, for their owner only, and their names on the disk. Node's own
 * way never ends where a directory takes no new ones and says that it is not there, as /proc does.
 */
const makeDirectories = (path: string): void => {
  for (const directory of missingOn(resolve(path), existsSync)) {
    try {
      mkdirSync(directory, { mode: 0o700 });
    } catch (error) {
      // Somebody else made it meanwhile.
      if (errnoOf(error) !== "EEXIST") throw error;
    }
    try {
      syncDirectoryAt(dirname(directory));
    } catch (error) {
      // One may make a name where one may not look, and some file systems sync no directory.
      if (errnoOf(error) === undefined) throw error;
    }
  }
};

export const realFiles: Files = {
  create: (path) =>
    openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600),
  openForReading: (path) => openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW),
  write: (file, parts) => {
    let rest = parts.filter((part) => part.length > 0);
    while (rest.length > 0) {
      let written = writevSync(file, rest);
      if (written === 0) throw new Error("nothing was written");
      const left: Uint8Array[] = [];
      for (const part of rest) {
        if (written >= part.length) written -= part.length;
        else {
          left.push(part.subarray(written));
          written = 0;
        }
      }
      rest = left;
    }
  },
  openPast: (path) => {
    const { O_DIRECT, O_WRONLY, O_NOFOLLOW } = constants as Partial<typeof constants>;
    if (O_DIRECT === undefined || O_WRONLY === undefined) return undefined;
    try {
      return openSync(path, O_WRONLY | O_DIRECT | (O_NOFOLLOW ?? 0));
    } catch (error) {
      // Not every file system knows the way.
      if (errnoOf(error) === "EINVAL") return undefined;
      throw error;
    }
  },
  writeBeside: (file, bytes, position) =>
    new Promise((resolve, reject) => {
      write(file, bytes, 0, bytes.length, position, (failure, written) => {
        if (failure !== null) reject(failure);
        else if (written === bytes.length) resolve();
        else resolve(realFiles.writeBeside(file, bytes.subarray(written), position + written));
      });
    }),
  writeAt: (file, bytes, position) => {
    for (let written = 0; written < bytes.length;)
      written += writeSync(file, bytes, written, bytes.length - written, position + written);
  },
  read: (file, into, position) => {
    let filled = 0;
    while (filled < into.length) {
      const read = readSync(file, into, filled, into.length - filled, position + filled);
      if (read === 0) break;
      filled += read;
    }
    return filled;
  },
  size: (file) => fstatSync(file).size,
  sync: fsyncSync,
  syncBeside: promisify(fsync),
  hurry: (path) => {
    // On a descriptor of its own: a failure is told once to each, and the one that is waited for must hear of it.
    open(path, constants.O_RDONLY, (failure, file) => {
      if (failure === null) fdatasync(file, () => close(file));
    });
  },
  close: closeSync,
  link: linkSync,
  rename: renameSync,
  remove: unlinkSync,
  makeDirectory: makeDirectories,
  names: (path) => readdirSync(path),
  stat: (path) => {
    const found = statSync(path, { throwIfNoEntry: false });
    return found?.isFile() === true ? { sizeBytes: found.size, modifiedAt: found.mtimeMs } : undefined;
  },
  syncDirectory: (path) => {
    syncDirectoryAt(path);
  },
};

/** Of a directory by its bytes, where its name is no text. */
export const syncDirectoryAt = (path: string | Buffer): void => {
  syncAndClose(openSync(path, constants.O_RDONLY | constants.O_DIRECTORY));
};

/** Syncs what was opened for it, and closes it. */
export const syncAndClose = (file: number): void => {
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
};
