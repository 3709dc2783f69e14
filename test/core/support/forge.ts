import { systemClock } from "../../../src/ground/index.ts";
import { diskStore, initVault } from "../../../src/core/index.ts";
import { idOf } from "../../../src/core/chunk/chunk-id.ts";
import { bytePath } from "../../../src/core/manifest/byte-path.ts";
import type { Node } from "../../../src/core/manifest/entry.ts";
import { SegmentEncoder } from "../../../src/core/manifest/segment.ts";
import { PackWriter } from "../../../src/core/pack/pack-writer.ts";
import { unlockVault } from "../../../src/core/vault/vault.ts";
import { putRecord } from "../../../src/core/vault/snapshots.ts";

export type ForgedChunk = {
  readonly id: Uint8Array;
  readonly content: Uint8Array;
  readonly recipe: boolean;
};

/**
 * A vault as somebody hostile would make it: open to everybody, correctly sealed, with a list of files that no save
 * writes. Answers with the id of its one snapshot.
 */
export const forgeVault = async (
  directory: string,
  entries: readonly (readonly [path: string, node: Node])[],
  summary: object = {},
  chunks: readonly ForgedChunk[] = [],
): Promise<string> => {
  await initVault(diskStore(directory), { encryption: "none" });
  const { store, master } = await unlockVault(diskStore(directory), {}, systemClock);
  const segments: Uint8Array[] = [];
  const encoder = new SegmentEncoder((segment) => segments.push(Uint8Array.from(segment)));
  for (const [path, node] of entries) {
    encoder.add({
      path: bytePath(path),
      mode: node.type === "directory" ? 0o755 : 0o644,
      uid: process.getuid?.() ?? 0,
      gid: process.getgid?.() ?? 0,
      mtimeNs: 0n,
      attributes: [],
      observed: { ctimeNs: 0n, inode: 1n, sizeBytes: 0 },
      node,
    });
  }
  encoder.finish();
  const writer = new PackWriter({ store, master, compression: "none" });
  const ids = segments.map((segment) => Uint8Array.from(idOf(segment)));
  segments.forEach((segment, at) => {
    writer.add(ids[at] ?? new Uint8Array(), 0, segment, false);
  });
  for (const { id, content, recipe } of chunks) writer.add(id, 0, content, recipe);
  await writer.finish();
  const createdAt = "2026-03-02T10:56:00.000Z";
  const record = await putRecord(store, master, Date.parse(createdAt), (id) => ({
    format: 1,
    summary: {
      id,
      name: null,
      kind: "manual",
      createdAt,
      gateway: null,
      host: "elsewhere",
      gatewayVersion: null,
      stateDir: "/state",
      tags: [],
      description: null,
      files: 1,
      bytes: 1,
      newBytes: 1,
      storedBytes: 1,
      compression: "none",
      expiresAt: null,
      vitals: {},
      ...summary,
    },
    roots: [{ prefix: "", path: "/state" }],
    scannedAtNs: 0n,
    tree: { kind: "inline", ids: Buffer.concat(ids) },
    entries: entries.length,
    findings: [],
    sessions: {},
  }));
  return record.summary.id;
};
