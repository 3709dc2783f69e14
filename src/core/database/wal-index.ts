/**
 * The head of a `-shm` file, which tells what a transaction that begins now would see (SQLite's WAL-index format,
 * https://sqlite.org/walformat.html, section 2.1). It is in the machine's own byte order and stands there twice: only
 * when both copies agree nobody was writing it.
 */
export const walIndexHeadBytes = 96;
const copyBytes = 48;

export type WalIndexHead = {
  readonly pageBytes: number;
  /** Frames of the log that are committed. */
  readonly frames: number;
  /** As the log's own header has it. */
  readonly salt: Buffer;
  /** Of the last committed frame, as two words. */
  readonly checksum: readonly [number, number];
  /** Equal heads mean that nothing was committed in between. */
  readonly raw: Buffer;
};

export const parseWalIndexHead = (bytes: Buffer): WalIndexHead | undefined => {
  const raw = bytes.subarray(0, copyBytes);
  if (bytes.length < walIndexHeadBytes || !raw.equals(bytes.subarray(copyBytes, 2 * copyBytes)))
    return undefined;
  // Not set up yet: no connection has recovered the log.
  if (raw[12] !== 1) return undefined;
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const little = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
  const size = view.getUint16(14, little);
  return {
    pageBytes: size === 1 ? 65_536 : size,
    frames: view.getUint32(16, little),
    checksum: [view.getUint32(24, little), view.getUint32(28, little)],
    salt: Buffer.from(raw.subarray(32, 40)),
    raw: Buffer.from(raw),
  };
};

export const walHeaderBytes = 32;
export const walFrameHeaderBytes = 24;

/** How much of the log belongs to the transaction. */
export const walBytesAt = (head: WalIndexHead): number =>
  head.frames === 0 ? 0 : walHeaderBytes + head.frames * (walFrameHeaderBytes + head.pageBytes);
