import { idHex, idOf, sameId } from "../chunk/chunk-id.ts";
import { ChunkTable } from "../chunk/chunk-table.ts";
import type { Finding } from "../findings.ts";
import type { Compression } from "../pack/codec.ts";
import { chunksOf } from "../pack/pack-format.ts";
import { readFrame, type OpenedPack } from "../pack/pack-reader.ts";
import { PackWriter } from "../pack/pack-writer.ts";
import type { VaultStore } from "../store/blob-store.ts";
import { forgetIndex } from "../vault/index-cache.ts";
import { isDamage } from "../vault/sealed-object.ts";

export type Repaired = {
  /** Damaged packs that were taken out of use; they lie under `quarantine/` and can be thrown away. */
  readonly quarantined: readonly string[];
  readonly savedChunks: number;
  readonly lostChunks: number;
  readonly findings: readonly Finding[];
};

export type RepairContext = {
  readonly store: VaultStore;
  readonly master: Uint8Array;
  readonly compression: Compression;
};

/** A damaged pack, with the frames that are known of it. */
export type DamagedPack = {
  readonly name: string;
  readonly opened: OpenedPack | undefined;
  /** Hex ids of what a check found wrong in it: also recipes that name pages which no pack has. */
  readonly wrong: ReadonlySet<string>;
};

/**
 * Saves what is whole of damaged packs: every chunk that still hashes to its id is stored again, durably, and only then
 * does the damaged pack go into quarantine. Chunks that are lost are then missing rather than wrong, so that the next
 * save stores them anew when the files are still as they were.
 */
export const repairPacks = async (
  { store, master, compression }: RepairContext,
  packs: readonly DamagedPack[],
): Promise<Repaired> => {
  const writer = new PackWriter({ store, master, compression });
  const findings: Finding[] = [];
  let savedChunks = 0;
  let lostChunks = 0;
  const saved = ChunkTable.withRoomFor(
    packs.reduce(
      (sum, { opened }) => (opened?.frames ?? []).reduce((all, { chunkCount }) => all + chunkCount, sum),
      1_024,
    ),
  );
  try {
    for (const { name, opened, wrong } of packs) {
      for (const [number, frame] of (opened?.frames ?? []).entries()) {
        const raw = await openWhole(store, name, opened, number);
        for (const { id, offset, length, recipe } of chunksOf(frame)) {
          const content = raw?.subarray(offset, offset + length);
          // Kept, such a recipe would pass for the block that it cannot make up, and no save would store that anew.
          const isWhole = (bytes: Uint8Array): boolean =>
            recipe ? !wrong.has(idHex(id)) : sameId(idOf(bytes), 0, id, 0);
          if (content === undefined || !isWhole(content)) {
            lostChunks += 1;
            findings.push(lost(name, idHex(id)));
          } else if (saved.claim(id, 0)) {
            writer.add(id, 0, content, recipe);
            savedChunks += 1;
          }
        }
      }
    }
    await writer.finish();
  } catch (error) {
    await writer.discard();
    throw error;
  }
  await store.settle("packs");
  await forgetIndex(store);
  for (const { name } of packs) await store.rename(`packs/${name}`, `quarantine/${name}`);
  return { quarantined: packs.map(({ name }) => name), savedChunks, lostChunks, findings };
};

const openWhole = async (
  store: VaultStore,
  name: string,
  opened: OpenedPack | undefined,
  number: number,
): Promise<Uint8Array | undefined> => {
  if (opened === undefined) return undefined;
  try {
    return await readFrame(store, name, opened, number);
  } catch (error) {
    if (!isDamage(error)) throw error;
    return undefined;
  }
};

const lost = (pack: string, chunk: string): Finding => ({
  code: "CHUNK_DAMAGED",
  object: `packs/${pack}`,
  message: `Chunk ${chunk} of pack ${pack} is lost.`,
  hint: "Verify names the files it hurts; saving again stores it anew when the file is still as it was.",
});
