import { zlib } from "../system/late.ts";
import { lz4 } from "../system/native.ts";
import { release } from "../system/release.ts";
import { Malformed } from "../manifest/byte-reader.ts";

/** How bytes are packed inside a frame. The number is stored with each frame: a vault may mix them freely. */
export const compressions = ["none", "lz4", "zstd", "gzip"] as const;
export type Compression = (typeof compressions)[number];

export type Packed = { readonly codec: number; readonly bytes: Uint8Array };

/** What saves less than this is stored as it is: reading it back then costs nothing. */
const worthwhile = 0.97;

export const compress = (raw: Uint8Array, compression: Compression): Packed => {
  const bytes = packWith(raw, compression);
  if (bytes === undefined) return { codec: 0, bytes: raw };
  if (bytes.length < raw.length * worthwhile) return { codec: compressions.indexOf(compression), bytes };
  release(bytes);
  return { codec: 0, bytes: raw };
};

const packWith = (raw: Uint8Array, compression: Compression): Uint8Array | undefined => {
  switch (compression) {
    case "none":
      return undefined;
    case "lz4":
      return lz4().compressSync(asBuffer(raw));
    case "zstd": {
      const { constants, zstdCompressSync } = zlib();
      return zstdCompressSync(raw, { params: { [constants.ZSTD_c_compressionLevel]: 3 } });
    }
    case "gzip":
      return zlib().gzipSync(raw, { level: 6 });
  }
};

/** Whether what this codec made is other than the bytes themselves. */
export const isPacked = (codec: number): boolean => compressions[codec] !== "none";

/** `rawLength` was authenticated and bounded by the caller; no other length is believed. */
export const decompress = (packed: Uint8Array, codec: number, rawLength: number): Uint8Array => {
  const raw = unpackWith(packed, codec, rawLength);
  if (raw.length !== rawLength) throw new Malformed(`unpacks to ${raw.length} bytes instead of ${rawLength}`);
  return raw;
};

const unpackWith = (packed: Uint8Array, codec: number, rawLength: number): Uint8Array => {
  const compression = compressions[codec];
  if (compression === undefined) throw new Malformed(`unknown codec ${codec}`);
  switch (compression) {
    case "none":
      return packed;
    case "lz4": {
      const bytes = asBuffer(packed);
      // The length in front decides how much memory is taken: it must be the one that was authenticated.
      if (bytes.length < 4 || bytes.readUInt32LE(0) !== rawLength) throw new Malformed("lz4 length differs");
      return lz4().uncompressSync(bytes);
    }
    case "zstd":
      return zlib().zstdDecompressSync(packed, sizedFor(rawLength));
    case "gzip":
      return zlib().gunzipSync(packed, sizedFor(rawLength));
  }
};

/** Left to themselves they take 16 KB at a time: ten times too much for a small object, and many pieces of a large. */
const sizedFor = (rawLength: number): { readonly maxOutputLength: number; readonly chunkSize: number } => ({
  maxOutputLength: rawLength,
  chunkSize: Math.max(smallestChunkBytes, rawLength),
});

/** The least that zlib takes. */
const smallestChunkBytes = 64;

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
