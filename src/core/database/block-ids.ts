import { idOf } from "../chunk/chunk-id.ts";
import { blockBytes } from "../chunk/cutter.ts";
import { joinBytes } from "../manifest/id-list.ts";
import { realFiles } from "../system/files.ts";

/** What is in a part of a file without its bytes: the ids of its blocks, one behind the other. */
export type BlockIds = { readonly bytes: number; readonly ids: Uint8Array };

/** Of several blocks: how long each is, and one behind the other the id of each with those of its pages behind it. */
export type PageIds = { readonly lengths: readonly number[]; readonly ids: Uint8Array };

const window = Buffer.allocUnsafeSlow(256 * 1024);

/** `from` is where a block begins. */
export const blockIds = (file: number, from: number, to: number): BlockIds => {
  const ids: Uint8Array[] = [];
  let bytes = 0;
  for (;;) {
    const read = realFiles.read(file, window.subarray(0, to - from - bytes), from + bytes);
    if (read === 0) return { bytes, ids: joinBytes(ids) };
    for (let start = 0; start < read; start += blockBytes)
      ids.push(idOf(window.subarray(start, Math.min(read, start + blockBytes))));
    bytes += read;
  }
};

/** Each block is read once: its id and those of its pages are of the same bytes, whoever writes meanwhile. */
export const pageIds = (file: number, blocks: readonly number[], pageBytes: number): PageIds => {
  const ids: Uint8Array[] = [];
  const lengths: number[] = [];
  for (const position of blocks) {
    const block = window.subarray(0, realFiles.read(file, window.subarray(0, blockBytes), position));
    lengths.push(block.length);
    ids.push(idOf(block));
    for (let page = 0; page < block.length; page += pageBytes)
      ids.push(idOf(block.subarray(page, page + pageBytes)));
  }
  return { lengths, ids: joinBytes(ids) };
};
