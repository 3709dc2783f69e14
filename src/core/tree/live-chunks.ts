import { setImmediate as breathe } from "node:timers/promises";
import { isHole } from "../chunk/chunk-id.ts";
import { frameNumber } from "../chunk/chunk-place.ts";
import { ChunkTable } from "../chunk/chunk-table.ts";
import { idBytes, type IdList } from "../manifest/entry.ts";
import { decodeSegment } from "../manifest/segment-walk.ts";
import type { SnapshotRecord } from "../vault/snapshot-record.ts";
import type { ChunkReader } from "./chunk-reader.ts";

/**
 * Every chunk that the given snapshots need: segments, nodes, content, and the pages of recipes. Fails with LostChunk
 * when one of them cannot be found, because nobody should decide what may go on half the truth.
 */
export const liveChunks = async (
  reader: ChunkReader,
  records: readonly SnapshotRecord[],
  room: number,
): Promise<ChunkTable> => {
  const live = ChunkTable.withRoomFor(room);
  const recipes: { readonly id: Uint8Array; readonly order: number }[] = [];

  const take = (ids: Uint8Array, at: number): boolean => {
    if (!live.claim(ids, at)) return false;
    const place = reader.place(ids, at);
    if (place.recipe) recipes.push({ id: ids.slice(at, at + idBytes), order: frameNumber(place) });
    return true;
  };
  const takeList = async (list: IdList, holes: boolean): Promise<void> => {
    if (list.kind === "nodes") for (let at = 0; at < list.ids.length; at += idBytes) take(list.ids, at);
    const ids = await reader.ids(list);
    for (let at = 0; at < ids.length; at += idBytes) if (!(holes && isHole(ids, at))) take(ids, at);
  };

  for (const { tree } of records) {
    await breathe();
    if (tree.kind === "nodes") for (let at = 0; at < tree.ids.length; at += idBytes) take(tree.ids, at);
    const segments = await reader.ids(tree);
    for (let at = 0; at < segments.length; at += idBytes) {
      // What several snapshots share is walked once.
      if (!take(segments, at)) continue;
      for (const { node } of decodeSegment(await reader.checked(segments, at))) {
        if (node.type === "file") await takeList(node.content.list, node.content.layout === "sparse");
      }
    }
  }
  // In the order in which they lie, so that each frame is opened about once.
  recipes.sort((a, b) => a.order - b.order);
  for (const { id } of recipes) {
    const pages = await reader.stored(reader.place(id, 0));
    for (let at = 0; at < pages.length; at += idBytes) take(pages, at);
  }
  return live;
};
