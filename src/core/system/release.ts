/**
 * Gives the memory of a buffer back at once instead of at some later collection: at a gigabyte a second the collector
 * comes hundreds of megabytes late. The buffer is empty afterwards, and so is every view of it. What compression hands
 * out is freed for good when the event loop turns, so whoever works through many frames must let it turn.
 */
export const release = (bytes: Uint8Array | Uint32Array): void => {
  const { buffer } = bytes;
  // Small buffers share one allocation: those are not ours to give back.
  if (buffer instanceof ArrayBuffer && bytes.byteLength === buffer.byteLength && buffer.byteLength > 0) {
    buffer.transfer(0);
  }
};

/**
 * Linux's allocator asks the system for every buffer of more than 128 KB, gives it back when it is freed, and so pays for
 * each of its pages again. Once it was given back a larger one, it takes what is smaller from a heap, and shrinks that only
 * by twice as much. This one is asked for to be given back: no page of it is ever touched.
 */
export const keepFreedMemory = (): void => {
  release(Buffer.allocUnsafeSlow(keptBytes));
};

/**
 * More than a frame in any of its forms, and little more: twice as much may lie unused at the end of each thread's heap.
 */
const keptBytes = 2 * 1024 * 1024;
