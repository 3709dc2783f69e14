import { ExitCode, Problem } from "../../ground/index.ts";
import { pathOfShown } from "../manifest/byte-path.ts";
import type { SnapshotRecord } from "../vault/snapshot-record.ts";
import type { ChunkReader } from "./chunk-reader.ts";
import { findEntry, pourContent } from "./read-tree.ts";

/** The content of one file of a snapshot, up to `limitBytes`. */
export const readFile = async (
  reader: ChunkReader,
  { summary: { id }, tree }: SnapshotRecord,
  path: string,
  limitBytes: number,
): Promise<Buffer> => {
  let entry = await findEntry(reader, tree, pathOfShown(path));
  if (entry?.node.type === "hardlink") entry = await findEntry(reader, tree, entry.node.target);
  if (entry?.node.type !== "file") {
    throw new Problem("FILE_UNKNOWN", `There is no file ${path} in ${id}.`, {
      hint: `\`clawback snapshots show ${id}\` lists its files.`,
      exit: ExitCode.usage,
    });
  }
  const { content, sizeBytes } = entry.node;
  if (sizeBytes > limitBytes) {
    throw new Problem("FILE_TOO_LARGE", `${path} has ${sizeBytes} bytes; at most ${limitBytes} are shown.`, {
      hint: "Restore it into a directory with `--only`.",
    });
  }
  const bytes = Buffer.alloc(sizeBytes);
  let at = 0;
  await pourContent(reader, content, sizeBytes, {
    bytes: (piece) => {
      bytes.set(piece, at);
      at += piece.length;
    },
    hole: (length) => {
      at += length;
    },
  });
  return bytes;
};
