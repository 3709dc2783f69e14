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
import { encodeSeen, type SeenSegment } from "./seen-segments.ts";
import type { TakenSegment } from "./take-over.ts";

/**
 * Encodes entries into segments and stores them, and the nodes of long id lists, as chunks. It is told where each part of
 * the walk ends, and remembers which part became which segment.
 */
export class ManifestBuilder {
  readonly #table: KnownChunks;
  readonly #writer: PackWriter;
  readonly #segments: Uint8Array[] = [];
  readonly #seen: SeenSegment[] = [];
  #before = { entries: 0, files: 0, bytes: 0 };
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

  /** All of a part as the last snapshot has it. */
  takeOver(segment: TakenSegment): void {
    this.#segments.push(segment.id);
    this.#seen.push(segment);
    this.entries += segment.entries;
    this.files += segment.files;
    this.bytes += segment.bytes;
    this.#begin();
  }

  /** `digest`: what was seen of the part, if nothing else went into its entries. */
  endPart(digest: Uint8Array | undefined): void {
    this.#encoder.finish();
    const made = this.#segments.length - this.#seen.length;
    const { entries, files, bytes } = this.#before;
    if (made === 1) {
      this.#seen.push({
        digest,
        entries: this.entries - entries,
        files: this.files - files,
        bytes: this.bytes - bytes,
      });
    } else for (let at = 0; at < made; at += 1) this.#seen.push(notSeen);
    this.#begin();
  }

  finish(): IdList {
    return packIds(joinBytes(this.#segments), this.store);
  }

  /** Stores what was seen of each segment; gives where it can be found. */
  storeSeen(): string | undefined {
    const seen = encodeSeen(this.#seen);
    return seen === undefined ? undefined : Buffer.from(this.store(seen)).toString("base64");
  }

  #begin(): void {
    const { entries, files, bytes } = this;
    this.#before = { entries, files, bytes };
  }
}

const notSeen: SeenSegment = { digest: undefined, entries: 0, files: 0, bytes: 0 };

export const makeEntry = (
  { item, before, what }: Sorted,
  resolution: Resolution | undefined,
  result: ReadResult | undefined,
  attributes: ReadonlyMap<BytePath, readonly ExtendedAttribute[]>,
  manifest: ManifestBuilder,
  findings: Finding[],
): Entry | undefined => {
  // Of a second name that came to bring the content they were not read, if nothing about it had changed.
  const isAsBefore = before?.node.type === "hardlink" && before.observed.ctimeNs === item.stat.ctimeNs;
  const own = attributes.get(item.absolute) ?? (isAsBefore ? before.attributes : []);
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
