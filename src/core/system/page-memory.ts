import { Memory, wasmPageBytes } from "./web-assembly.ts";

/** Enough for a disk to be busy with, and a whole number of pages of any system. */
export const pieceBytes = 512 * 1024;

const free: Buffer[] = [];

/**
 * A piece of memory that begins where a page begins, as a disk wants it that reads and writes it by itself: the memory of
 * a WebAssembly module does, and nothing else in Node says so. What was in it before is still there.
 */
export const borrowPiece = (): Buffer =>
  free.pop() ?? Buffer.from(new Memory({ initial: pieceBytes / wasmPageBytes }).buffer);

/** Nobody may be reading or writing it any more. */
export const returnPiece = (piece: Buffer): void => {
  free.push(piece);
};
