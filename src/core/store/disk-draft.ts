import { randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import { errorCode, type Files } from "../system/files.ts";
import { borrowPiece, pieceBytes, returnPiece } from "../system/page-memory.ts";
import type { Draft } from "./blob-store.ts";

export type DraftPlace = {
  readonly files: Files;
  /** The vault's. */
  readonly directory: string;
  /** Where an object lies. */
  readonly at: (key: string) => string;
  /** What a failure of the disk is to who asked. */
  readonly failed: (what: string, cause: unknown) => Error;
};

/** A disk that is asked at the end alone lets everybody wait who could have gone on. */
const hurryBytes = 8 * 1024 * 1024;

/** Pieces that may be on their way while the next one fills. */
const mostOnTheirWay = 4;

/**
 * An object that is written under a random name in `tmp/`, synced, and only then given its own name by a link, which
 * fails rather than replaces.
 *
 * What is larger than a piece goes to the disk piece by piece, past the memory in which the system keeps files, where
 * there is such a way: a save of gigabytes would otherwise pay for every page of that memory, and drive out of it what
 * others on the machine need. A few pieces are on their way while the next one fills; a disk that is slower than that
 * lets the writer wait.
 */
export const diskDraft = ({ files, directory, at, failed }: DraftPlace): Draft => {
  const path = join(directory, "tmp", randomBytes(12).toString("hex"));
  const attempt = <T>(what: string, run: () => T): T => {
    try {
      return run();
    } catch (error) {
      throw failed(what, error);
    }
  };
  const file = attempt("create", () => makingDirectory(files, path, () => files.create(path)));
  let isOpen = true;
  /** The other way in: opened for the first full piece, undefined where there is none. */
  let past: number | undefined;
  let mayGoPast = true;
  let piece: Buffer | undefined;
  let filled = 0;
  /** How much is written, or on its way. */
  let position = 0;
  const onTheirWay = new Set<Promise<void>>();
  let broken: { readonly cause: unknown } | undefined;
  let unhurried = 0;

  const close = (): void => {
    if (!isOpen) return;
    isOpen = false;
    if (piece !== undefined) returnPiece(piece);
    files.close(file);
    const other = past;
    if (other === undefined) return;
    if (onTheirWay.size === 0) files.close(other);
    // Its number must not be given to another file while the system still writes to it. That is given up: however the
    // closing goes, nobody needs it.
    else
      void Promise.all(onTheirWay)
        .then(() => files.close(other))
        .catch(() => undefined);
  };
  const discard = (): void => {
    try {
      close();
      files.remove(path);
    } catch (error) {
      // It may be gone, or the disk may be what failed; a leftover in tmp/ hurts nobody and gc removes it.
      if (errorCode(error) === undefined) throw error;
    }
  };

  /** Some file systems let a file be opened for it and refuse the writing. */
  const refused = (error: unknown, full: Buffer, place: number): void => {
    if (errorCode(error) !== "EINVAL" || !isOpen) throw error;
    mayGoPast = false;
    files.writeAt(file, full, place);
  };
  const sendPast = (to: number, full: Buffer, place: number): void => {
    const way = files
      .writeBeside(to, full, place)
      .catch((error: unknown) => {
        refused(error, full, place);
      })
      .catch((error: unknown) => {
        broken ??= { cause: error };
      })
      .then(() => {
        onTheirWay.delete(way);
        returnPiece(full);
      });
    onTheirWay.add(way);
  };
  const writePast = (to: number, full: Buffer, place: number): void => {
    try {
      files.writeAt(to, full, place);
    } catch (error) {
      refused(error, full, place);
    }
  };
  const send = (full: Buffer): void => {
    const place = position;
    position += full.length;
    filled = 0;
    if (mayGoPast) past ??= files.openPast(path);
    mayGoPast &&= past !== undefined;
    if (!mayGoPast || past === undefined) files.writeAt(file, full, place);
    else if (onTheirWay.size >= mostOnTheirWay) writePast(past, full, place);
    else {
      piece = undefined;
      sendPast(past, full, place);
    }
    unhurried += full.length;
    if (unhurried < hurryBytes) return;
    unhurried = 0;
    files.hurry(path);
  };
  const gather = (part: Uint8Array): void => {
    for (let taken = 0; taken < part.length;) {
      piece ??= borrowPiece();
      const length = Math.min(part.length - taken, pieceBytes - filled);
      piece.set(part.subarray(taken, taken + length), filled);
      taken += length;
      filled += length;
      if (filled === pieceBytes) send(piece);
    }
  };

  return {
    write: (parts) => {
      attempt("write", () => {
        if (broken !== undefined) throw broken.cause;
        parts.forEach(gather);
      });
    },
    publish: async (key) => {
      try {
        await Promise.all(onTheirWay);
        attempt("publish", () => {
          if (broken !== undefined) throw broken.cause;
          if (piece !== undefined && filled > 0) files.writeAt(file, piece.subarray(0, filled), position);
        });
        // A sync that failed may have dropped the pages: it is never tried again.
        await files.syncBeside(file).catch((error: unknown) => {
          throw failed("publish", error);
        });
        attempt("publish", () => {
          close();
          const target = at(key);
          makingDirectory(files, target, () => {
            files.link(path, target);
          });
        });
      } finally {
        discard();
      }
    },
    discard,
  };
};

/** Its directory is nearly always there: it is made when it turns out not to be. */
const makingDirectory = <T>(files: Files, path: string, run: () => T): T => {
  try {
    return run();
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
    files.makeDirectory(dirname(path));
    return run();
  }
};
