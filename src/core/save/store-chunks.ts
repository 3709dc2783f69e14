import { idOf } from "../chunk/chunk-id.ts";
import { idBytes } from "../manifest/entry.ts";
import type { KnownChunks } from "../vault/known-chunks.ts";

/** Takes chunks that are new; copies what it keeps. */
export type ChunkSink = {
  readonly add: (id: Uint8Array, idAt: number, content: Uint8Array, recipe: boolean) => void;
};

/** One chunk, whatever it is. */
export const store = (table: KnownChunks, writer: ChunkSink, content: Uint8Array, ids: IdCollector): void => {
  const id = idOf(content);
  if (table.claim(id, 0)) writer.add(id, 0, content, false);
  ids.add(id);
};

/**
 * A block that is known costs one hash. A new one is stored as a recipe: under the id of the whole block, the ids of its
 * pages, of which mostly all but a few are known.
 */
export const storePages = (
  table: KnownChunks,
  writer: ChunkSink,
  block: Uint8Array,
  pageBytes: number,
  ids: IdCollector,
): void => {
  if (block.length <= pageBytes) {
    store(table, writer, block, ids);
    return;
  }
  const blockId = idOf(block);
  ids.add(blockId);
  if (!table.claim(blockId, 0)) return;
  const recipe = new IdCollector();
  for (let start = 0; start < block.length; start += pageBytes) {
    store(table, writer, block.subarray(start, Math.min(block.length, start + pageBytes)), recipe);
  }
  writer.add(blockId, 0, recipe.finish(), true);
};

/** Ids one behind the other. */
export class IdCollector {
  #bytes = new Uint8Array(16 * idBytes);
  #length = 0;

  add(id: Uint8Array): void {
    this.#reserve();
    this.#bytes.set(id, this.#length);
    this.#length += idBytes;
  }

  hole(): void {
    this.#reserve();
    this.#bytes.fill(0, this.#length, this.#length + idBytes);
    this.#length += idBytes;
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #reserve(): void {
    if (this.#length + idBytes <= this.#bytes.length) return;
    const larger = new Uint8Array(this.#bytes.length * 2);
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}
