import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { errnoOf, ExitCode, Problem } from "../../ground/index.ts";
import { missing } from "../store/disk-store.ts";
import type { BlobInfo, VaultStore } from "../store/blob-store.ts";
import { isRecord } from "../vault/snapshot-record.ts";

/**
 * A bundle is a small vault in one file: magic, the length of a table of contents, the table (JSON), and the objects in
 * its order, back to back. What the objects hold is sealed as in any vault; the table only says where they lie, and is
 * believed only as far as the file's own size bears it out.
 */
export const bundleMagic = Buffer.from("CLAWBUN1", "latin1");
const maxTableBytes = 64 * 1024 * 1024;
/** What a bundle holds, and how much of it is read in one go: a file with holes can be any size. */
const shapes: readonly (readonly [key: RegExp, mostBytes: number])[] = [
  [/^vault\.json$/, 64 * 1024],
  [/^keys\/[0-9a-f]{16}\.json$/, 64 * 1024],
  [/^packs\/[0-9a-f]{32}$/, Number.MAX_SAFE_INTEGER],
  [/^snapshots\/[0-9-]{16,24}$/, 256 * 1024 * 1024],
];

export type BundleTable = readonly { readonly key: string; readonly size: number }[];

export const encodeBundleHead = (table: BundleTable): Buffer => {
  const json = Buffer.from(JSON.stringify({ version: 1, objects: table }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  return Buffer.concat([bundleMagic, length, json]);
};

/** Read only. Closed when disposed. */
export const openBundle = (path: string): VaultStore & Disposable => {
  const file = openOrRefuse(path);
  try {
    const objects = readTable(path, file);
    const infoOf = (key: string, size: number): BlobInfo => ({ key, sizeBytes: size, modifiedAt: 0 });
    const refuse = () => {
      throw new Error("a bundle is only read");
    };
    return {
      name: path,
      directory: undefined,
      capabilities: async () => ({ conditionalCreate: false, atomicPut: false, durable: false }),
      put: refuse,
      draft: refuse,
      rename: refuse,
      delete: async () => undefined,
      settle: async () => undefined,
      putCache: async () => undefined,
      peekCache: () => undefined,
      get: async (key, range) => {
        const object = objects.get(key);
        if (object === undefined) throw missing(path, key);
        const start = range?.start ?? 0;
        const length = Math.max(0, Math.min(range?.length ?? object.size, object.size - start));
        return readExactly(path, file, object.at + start, length);
      },
      list: async (prefix) =>
        [...objects].filter(([key]) => key.startsWith(prefix)).map(([key, { size }]) => infoOf(key, size)),
      stat: async (key) => {
        const object = objects.get(key);
        return object === undefined ? undefined : infoOf(key, object.size);
      },
      [Symbol.dispose]: () => {
        closeSync(file);
      },
    };
  } catch (error) {
    closeSync(file);
    throw error;
  }
};

const openOrRefuse = (path: string): number => {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw new Problem("BUNDLE_UNREADABLE", `${path} cannot be read (${errnoOf(error) ?? String(error)}).`, {
      hint: "Check the path.",
      exit: ExitCode.usage,
      cause: error,
    });
  }
};

const readTable = (
  path: string,
  file: number,
): ReadonlyMap<string, { readonly at: number; readonly size: number }> => {
  const stat = fstatSync(file);
  if (!stat.isFile()) throw refused(path, "it is not a file");
  const { size } = stat;
  const head = Buffer.alloc(bundleMagic.length + 4);
  const read = readSync(file, head, 0, head.length, 0);
  if (read < head.length || !head.subarray(0, bundleMagic.length).equals(bundleMagic)) {
    throw refused(path, "it is not a bundle of snapshots");
  }
  const tableBytes = head.readUInt32LE(bundleMagic.length);
  if (tableBytes > Math.min(maxTableBytes, size - head.length)) throw refused(path, "it is cut off");
  const objects = parseTable(path, readExactly(path, file, head.length, tableBytes));
  const places = new Map<string, { readonly at: number; readonly size: number }>();
  let at = head.length + tableBytes;
  for (const object of objects) {
    places.set(object.key, { at, size: object.size });
    at += object.size;
  }
  if (at > size) throw refused(path, `it is cut off: ${size} bytes of ${at}`);
  if (at < size || places.size !== objects.length)
    throw refused(path, "its table of contents does not fit it");
  return places;
};

const parseTable = (path: string, bytes: Buffer): BundleTable => {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString("utf8"));
  } catch (error) {
    throw refused(path, "its table of contents cannot be read", error);
  }
  if (!isRecord(value) || !Array.isArray(value["objects"]))
    throw refused(path, "it has no table of contents");
  if (value["version"] !== 1) throw refused(path, "a newer clawback made it");
  return value["objects"].map((object: unknown) => {
    if (!isRecord(object)) throw refused(path, "its table of contents is wrong");
    const { key, size } = object;
    const sound =
      typeof key === "string" &&
      typeof size === "number" &&
      Number.isSafeInteger(size) &&
      size >= 0 &&
      shapes.some(([shape, mostBytes]) => shape.test(key) && size <= mostBytes);
    if (!sound) throw refused(path, "its table of contents names what no bundle holds");
    return { key, size };
  });
};

const readExactly = (path: string, file: number, position: number, length: number): Buffer => {
  const bytes = Buffer.allocUnsafeSlow(length);
  let filled = 0;
  while (filled < length) {
    const read = readSync(file, bytes, filled, length - filled, position + filled);
    if (read === 0) throw refused(path, "it became shorter while it was read");
    filled += read;
  }
  return bytes;
};

export const refused = (path: string, why: string, cause?: unknown): Problem =>
  new Problem("BUNDLE_REFUSED", `${path} was not imported: ${why}. The vault is as it was.`, {
    hint: "Copy the bundle again, or export it anew.",
    exit: ExitCode.vault,
    cause,
  });
