import { isHole } from "../chunk/chunk-id.ts";
import type { ChunkPlace } from "../chunk/chunk-table.ts";
import { pathText } from "../manifest/byte-path.ts";
import { idBytes } from "../manifest/entry.ts";
import { isLoss } from "../tree/loss.ts";
import { segmentsOf } from "../tree/read-tree.ts";
import type { ChunkReader } from "../tree/chunk-reader.ts";
import type { ChunkIndex } from "../vault/chunk-index.ts";
import type { SnapshotRecord } from "../vault/snapshot-record.ts";
import type { FrameJob } from "./check-frames.ts";

/**
 * The frames that hold the content of some files of snapshots: all that has to be read to know whether those can be
 * brought back. What cannot be followed from here is named by the attribution, which walks the same way.
 */
export const neededFrames = async (
  { index, reader }: { readonly index: ChunkIndex; readonly reader: ChunkReader },
  records: readonly SnapshotRecord[],
  isWanted: (path: string) => boolean,
): Promise<readonly FrameJob[]> => {
  const needed = new Map<number, Set<number>>();
  const need = ({ pack, frame }: ChunkPlace): void => {
    const frames = needed.get(pack) ?? new Set();
    frames.add(frame);
    needed.set(pack, frames);
  };
  const needAll = async (ids: Uint8Array, isSparse: boolean): Promise<void> => {
    for (let at = 0; at < ids.length; at += idBytes) {
      const place = isSparse && isHole(ids, at) ? undefined : index.table.find(ids, at);
      if (place === undefined) continue;
      need(place);
      // A recipe's own frame may leave the cache while its pages are looked up.
      if (place.recipe) await needAll(Uint8Array.from(await reader.stored(place)), false);
    }
  };
  for (const record of records) {
    await followed(async () => {
      for await (const segment of segmentsOf(reader, record.tree)) {
        for (const { path, node } of segment) {
          if (node.type !== "file" || !isWanted(pathText(path))) continue;
          const { list, layout } = node.content;
          await followed(async () => needAll(await reader.ids(list), layout === "sparse"));
        }
      }
    });
  }
  return [...needed].flatMap(([pack, frames]) => {
    const name = index.packs[pack];
    return name === undefined
      ? []
      : [...frames].sort((a, b) => a - b).map((from) => ({ pack: name, from, to: from + 1 }));
  });
};

const followed = async (walk: () => Promise<void>): Promise<void> => {
  try {
    await walk();
  } catch (error) {
    if (!isLoss(error)) throw error;
  }
};
