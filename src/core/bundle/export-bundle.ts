import { frameNumber } from "../chunk/chunk-place.ts";
import { randomBytes } from "node:crypto";
import { dirname } from "node:path";
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { type Clock, errnoOf, ExitCode, isProblem, Problem } from "../../ground/index.ts";
import { idBytes } from "../manifest/entry.ts";
import type { Compression } from "../pack/codec.ts";
import { PackWriter } from "../pack/pack-writer.ts";
import { Meter, type OnProgress } from "../progress.ts";
import type { BlobStore, VaultStore } from "../store/blob-store.ts";
import { diskStore } from "../store/disk-store.ts";
import { realFiles } from "../system/files.ts";
import type { ChunkReader } from "../tree/chunk-reader.ts";
import { liveChunks } from "../tree/live-chunks.ts";
import type { ChunkIndex } from "../vault/chunk-index.ts";
import type { SnapshotRecord } from "../vault/snapshot-record.ts";
import { snapshotKey } from "../vault/snapshots.ts";
import { vaultFileKey } from "../vault/vault-file.ts";
import { encodeBundleHead } from "./bundle-store.ts";

export type ExportContext = {
  readonly store: VaultStore;
  readonly master: Uint8Array;
  readonly clock: Clock;
  readonly compression: Compression;
  readonly index: ChunkIndex;
  readonly reader: ChunkReader;
};

export type Exported = { readonly path: string; readonly sizeBytes: number; readonly snapshots: number };

/**
 * Writes snapshots and exactly the chunks they need into one file that the vault's own keys open. It appears under its
 * name when it is whole.
 */
export const exportBundle = async (
  context: ExportContext,
  records: readonly SnapshotRecord[],
  path: string,
  options: { readonly signal?: AbortSignal; readonly onProgress?: OnProgress } = {},
): Promise<Exported> => {
  // Names of nobody else: both are deleted in the end.
  const scratch = `${path}.${randomBytes(6).toString("hex")}`;
  const parts = diskStore(`${scratch}.parts`);
  const partial = `${scratch}.partial`;
  refuseExisting(path);
  try {
    await copyChunks(context, records, parts, options);
    const objects: { readonly key: string; readonly from: BlobStore; readonly size: number }[] = [];
    const add = async (from: BlobStore, keys: readonly string[]) => {
      for (const key of keys) {
        const info = await from.stat(key);
        if (info !== undefined) objects.push({ key, from, size: info.sizeBytes });
      }
    };
    await add(context.store, [vaultFileKey, ...(await context.store.list("keys/")).map(({ key }) => key)]);
    await add(
      parts,
      (await parts.list("packs/")).map(({ key }) => key),
    );
    await add(
      context.store,
      records.map(({ summary }) => snapshotKey(summary.id)),
    );
    const sizeBytes = await writeWhole(partial, objects);
    renameSync(partial, path);
    realFiles.syncDirectory(dirname(path));
    return { path, sizeBytes, snapshots: records.length };
  } catch (error) {
    rmSync(partial, { force: true });
    // The parts lie beside the file: what is said of them is said of it.
    const ofParts = isProblem(error) && error.message.includes(parts.name) ? error.cause : undefined;
    const code = errnoOf(ofParts ?? error);
    if (code === undefined || (isProblem(error) && ofParts === undefined)) throw error;
    throw new Problem("EXPORT_FAILED", `${path} could not be written (${code}).`, {
      hint: "Check the place and the space there.",
      cause: error,
    });
  } finally {
    rmSync(`${scratch}.parts`, { recursive: true, force: true });
  }
};

const refuseExisting = (path: string): void => {
  try {
    // Whoever is first has the name; it is taken over by the finished file.
    closeSync(openSync(path, "wx", 0o600));
    rmSync(path);
  } catch (error) {
    throw new Problem(
      "EXPORT_TARGET",
      errnoOf(error) === "EEXIST"
        ? `${path} exists already.`
        : `${path} cannot be written (${errnoOf(error) ?? ""}).`,
      { hint: "Name another file.", exit: ExitCode.usage, cause: error },
    );
  }
};

const copyChunks = async (
  { master, clock, compression, index, reader }: ExportContext,
  records: readonly SnapshotRecord[],
  parts: VaultStore,
  { signal, onProgress }: { readonly signal?: AbortSignal; readonly onProgress?: OnProgress },
): Promise<void> => {
  const live = await liveChunks(reader, records, index.table.size);
  // In the order in which they lie, so that each frame is opened about once.
  const chunks: { readonly id: Uint8Array; readonly order: number }[] = [];
  for (const { ids } of live.entries()) {
    const place = reader.place(ids, 0);
    chunks.push({
      id: ids.slice(0, idBytes),
      order: frameNumber(place) * 2 ** 20 + place.offset,
    });
  }
  chunks.sort((a, b) => a.order - b.order);
  const meter = new Meter(clock, onProgress, "export", "objects", chunks.length);
  const writer = new PackWriter({ store: parts, master, compression });
  try {
    for (const { id } of chunks) {
      signal?.throwIfAborted();
      const place = reader.place(id, 0);
      writer.add(id, 0, await reader.stored(place), place.recipe);
      meter.advance(1);
    }
    await writer.finish();
  } catch (error) {
    await writer.discard();
    throw error;
  }
  meter.end();
};

const writeWhole = async (
  path: string,
  objects: readonly { readonly key: string; readonly from: BlobStore; readonly size: number }[],
): Promise<number> => {
  const file = openSync(path, "wx", 0o600);
  let size = 0;
  const write = (bytes: Uint8Array) => {
    let done = 0;
    while (done < bytes.length) done += writeSync(file, bytes, done);
    size += bytes.length;
  };
  try {
    write(encodeBundleHead(objects.map(({ key, size: bytes }) => ({ key, size: bytes }))));
    for (const { key, from } of objects) write(await from.get(key));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return size;
};
