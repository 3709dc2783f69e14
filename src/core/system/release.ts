/**
 * Gives the memory of a buffer back at once instead of at some later collection: at a gigabyte a second the collector
 * comes hundreds of megabytes late. The buffer is empty afterwards, and so is every view of it. What compression hands
 * out is freed for good when the event loop turns, so whoever works through many frames must let it turn.
 */
export const release = (bytes: Uint8Array): void => {
  const { buffer } = bytes;
  // Small buffers share one allocation: those are not ours to give back.
  if (buffer instanceof ArrayBuffer && bytes.byteLength === buffer.byteLength && buffer.byteLength > 0) {
    buffer.transfer(0);
  }
};
