import { idOf } from "../chunk/chunk-id.ts";
import type { Finding } from "../findings.ts";
import { pathText, type BytePath } from "../manifest/byte-path.ts";
import { contentSize, type Entry, type ExtendedAttribute, type IdList } from "../manifest/entry.ts";
import { joinBytes, packIds } from "../manifest/id-list.ts";
import { SegmentEncoder } from "../manifest/segment.ts";
import type { PackWriter } from "../pack/pack-writer.ts";
import type { FileStat } from "../source/file-stat.ts";
import type { KnownChunks } from "../vault/known-chunks.ts";
import type { ReadResult } from "./chunk-file.ts";
import { entryFrom, type Sorted } from "./classify.ts";
import type { Resolution } from "./read-database.ts";

/** Encodes entries into segments and stores them, and the nodes of long id lists, as chunks. */
export class ManifestBuilder {
  readonly #table: KnownChunks;
  readonly #writer: PackWriter;
  readonly #segments: Uint8Array[] = [];
  readonly #encoder = new SegmentEncoder((segment) => this.#segments.push(this.store(segment)));
  entries = 0;
  files = 0;
  bytes = 0;

  constructor(table: KnownChunks, writer: PackWriter) {
    this.#table = table;
    this.#writer = writer;
  }

  readonly store = (content: Uint8Array): Uint8Array => {
    const id = idOf(content);
    if (this.#table.claim(id, 0)) this.#writer.add(id, 0, content, false);
    return id;
  };

  add(entry: Entry): void {
    this.#encoder.add(entry);
    this.entries += 1;
    if (entry.node.type === "file" || entry.node.type === "hardlink") this.files += 1;
    if (entry.node.type === "file") this.bytes += contentSize(entry);
  }

  finish(): IdList {
    this.#encoder.finish();
    return packIds(joinBytes(this.#segments), this.store);
  }
}

export const makeEntry = (
  { item, before, what }: Sorted,
  resolution: Resolution | undefined,
  result: ReadResult | undefined,
  attributes: ReadonlyMap<BytePath, readonly ExtendedAttribute[]>,
  manifest: ManifestBuilder,
  findings: Finding[],
): Entry | undefined => {
  const own = attributes.get(item.absolute) ?? [];
  const file = (
    stat: FileStat,
    sizeBytes: number,
    ids: Uint8Array,
    layout: "chunks" | "sparse",
    database: boolean,
  ): Entry =>
    entryFrom(item.path, stat, own, {
      type: "file",
      sizeBytes,
      content: { layout, database, list: packIds(ids, manifest.store) },
    });
  if (resolution?.kind === "dropped") return undefined;
  if (resolution?.kind === "carried") return before;
  if (resolution?.kind === "read") {
    return file(resolution.stat, resolution.sizeBytes, resolution.ids, "chunks", resolution.database);
  }
  if (what.kind === "carried") return before;
  if (what.kind === "node") {
    const unchanged = before !== undefined && before.observed.ctimeNs === item.stat.ctimeNs;
    return entryFrom(item.path, item.stat, unchanged ? before.attributes : own, what.node);
  }
  if (result?.kind === "read") {
    const sparse = item.stat.allocatedBytes + 512 < item.stat.sizeBytes;
    return file(result.stat, result.bytes, result.ids, sparse ? "sparse" : "chunks", false);
  }
  // Gone between the walk and the reading: it is simply not there any more.
  if (result?.reason !== "ENOENT") {
    findings.push({
      code: "FILE_UNREADABLE",
      path: pathText(item.path),
      message: `${pathText(item.path)} cannot be read (${result?.reason ?? "unknown"}) and is not in the snapshot.`,
      hint: "Run as the user who owns it, or leave it out.",
    });
  }
  return undefined;
};
