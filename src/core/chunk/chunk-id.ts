import { idBytes } from "../manifest/entry.ts";
import { blakeHash } from "../system/native.ts";

/** So many letters of base64 hold the bytes of an id. */
const idLetters = Math.ceil((idBytes * 8) / 6);

/**
 * Ids are plain BLAKE3 cut to 160 bits. They may be unkeyed because they never leave encrypted parts of a vault.
 *
 * Asked for as text: bytes would come in native memory of their own, and to keep account of that and free it takes
 * longer than to hash a page.
 */
export const idOf = (content: Uint8Array): Uint8Array =>
  Buffer.from(blakeHash().blake3UrlSafeBase64(content).slice(0, idLetters), "base64url");

export const sameId = (a: Uint8Array, atA: number, b: Uint8Array, atB: number): boolean => {
  for (let at = 0; at < idBytes; at += 1) if (a[atA + at] !== b[atB + at]) return false;
  return true;
};

export const isHole = (ids: Uint8Array, at: number): boolean => {
  for (let offset = at; offset < at + idBytes; offset += 1) if (ids[offset] !== 0) return false;
  return true;
};

export const idHex = (ids: Uint8Array, at = 0): string =>
  Buffer.from(ids.buffer, ids.byteOffset + at, idBytes).toString("hex");
