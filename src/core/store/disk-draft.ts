import { randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import { errnoOf } from "../../ground/index.ts";
import type { Files } from "../system/files.ts";
import type { Draft } from "./blob-store.ts";
import { PieceWriter } from "./piece-writer.ts";

export type DraftPlace = {
  readonly files: Files;
  /** The vault's. */
  readonly directory: string;
  /** Where an object lies. */
  readonly at: (key: string) => string;
  /** What a failure of the disk is to who asked. */
  readonly failed: (what: string, cause: unknown) => Error;
};

/**
 * An object that is written under a random name in `tmp/`, synced, and only then given its own name by a link, which
 * fails rather than replaces.
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
  const writer = attempt("create", () =>
    makingDirectory(files, path, () => new PieceWriter(files, path, files.create(path))),
  );
  const discard = (): void => {
    try {
      writer.close();
      files.remove(path);
    } catch (error) {
      // It may be gone, or the disk may be what failed; a leftover in tmp/ hurts nobody and gc removes it.
      if (errnoOf(error) === undefined) throw error;
    }
  };
  return {
    write: (parts) => {
      attempt("write", () => {
        for (const part of parts) writer.write(part);
      });
    },
    publish: async (key) => {
      try {
        await writer.sync();
        writer.close();
        const target = at(key);
        makingDirectory(files, target, () => {
          files.link(path, target);
        });
      } catch (error) {
        throw failed("publish", error);
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
    if (errnoOf(error) !== "ENOENT") throw error;
    files.makeDirectory(dirname(path));
    return run();
  }
};
