/** The little of WebAssembly that is used here; its types otherwise come only with a browser's. */
declare const WebAssembly: {
  readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
};

const wasmPageBytes = 64 * 1024;

/** Enough for a disk to be busy with, and a whole number of pages of any system. */
export const pieceBytes = 512 * 1024;

const free: Buffer[] = [];

/**
 * A piece of memory that begins where a page begins, as a disk wants it that reads and writes it by itself: the memory of
 * a WebAssembly module does, and nothing else in Node says so. What was in it before is still there.
 */
export const borrowPiece = (): Buffer =>
  free.pop() ?? Buffer.from(new WebAssembly.Memory({ initial: pieceBytes / wasmPageBytes }).buffer);

/** Nobody may be reading or writing it any more. */
export const returnPiece = (piece: Buffer): void => {
  free.push(piece);
};
