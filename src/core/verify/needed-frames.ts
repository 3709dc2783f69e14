import { isHole } from "../chunk/chunk-id.ts";
import { frameNumber, maxFramesPerPack } from "../chunk/chunk-place.ts";
import { pathText } from "../manifest/byte-path.ts";
import { idBytes } from "../manifest/entry.ts";
import { isLoss } from "../tree/loss.ts";
import { segmentsOf } from "../tree/read-tree.ts";
import type { ChunkReader } from "../tree/chunk-reader.ts";
import type { ChunkIndex } from "../vault/chunk-index.ts";
import type { SnapshotRecord } from "../vault/snapshot-record.ts";
import type { FrameAnswer, FrameCheck, FrameJob } from "./check-frames.ts";

type Reading = { readonly index: ChunkIndex; readonly reader: ChunkReader };

/**
 * The frames that hold the content of some files of snapshots: all that has to be read to know whether those can be
 * brought back. What cannot be followed from here is named by the attribution, which walks the same way. Pages that are
 * named by recipes are not looked up yet: whoever opens the frame of a recipe anyway says where they lie.
 */
export const neededFrames = async (
  { index, reader }: Reading,
  records: readonly SnapshotRecord[],
  isWanted: (path: string) => boolean,
): Promise<readonly FrameJob[]> => {
  const needed = new Map<number, FrameCheck>();
  const need = (ids: Uint8Array, isSparse: boolean): void => {
    for (let at = 0; at < ids.length; at += idBytes) {
      const place = isSparse && isHole(ids, at) ? undefined : index.table.find(ids, at);
      if (place === undefined) continue;
      const number = frameNumber(place);
      if (place.recipe) needed.set(number, "follow");
      else if (!needed.has(number)) needed.set(number, "open");
    }
  };
  for (const record of records) {
    await followed(async () => {
      for await (const segment of segmentsOf(reader, record.tree)) {
        for (const { path, node } of segment) {
          if (node.type !== "file" || !isWanted(pathText(path))) continue;
          const { list, layout } = node.content;
          await followed(async () => {
            need(await reader.ids(list), layout === "sparse");
          });
        }
      }
    });
  }
  return jobsOf(index, needed);
};

/** The frames beyond those, in which pages of their recipes lie. */
export const furtherFrames = (
  { index }: Reading,
  jobs: readonly FrameJob[],
  answers: readonly FrameAnswer[],
): readonly FrameJob[] => {
  const numbers = new Map(index.packs.map((name, pack) => [name, pack]));
  const needed = new Map<number, FrameCheck>();
  for (const { pages } of answers) for (const page of pages) needed.set(page, "open");
  for (const { pack, from } of jobs) {
    needed.delete(frameNumber({ pack: numbers.get(pack) ?? index.packs.length, frame: from }));
  }
  return jobsOf(index, needed);
};

/** In the order in which they lie. */
const jobsOf = ({ packs }: ChunkIndex, needed: ReadonlyMap<number, FrameCheck>): readonly FrameJob[] =>
  [...needed]
    .sort(([a], [b]) => a - b)
    .flatMap(([number, how]) => {
      const pack = packs[Math.floor(number / maxFramesPerPack)];
      const from = number % maxFramesPerPack;
      return pack === undefined ? [] : [{ pack, from, to: from + 1, how }];
    });

const followed = async (walk: () => Promise<void>): Promise<void> => {
  try {
    await walk();
  } catch (error) {
    if (!isLoss(error)) throw error;
  }
};
