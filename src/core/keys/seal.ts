import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { release } from "../system/release.ts";

/**
 * The only cipher of the format: AES-256-GCM. Every pack and every object has a key of its own, derived from the
 * vault's master key and a random salt, and a nonce that is a counter under that key: no nonce can ever repeat.
 */
export const tagBytes = 16;
export const saltBytes = 32;
const nonceBytes = 12;

/** Tampered with, damaged, or sealed under another key: which of these cannot be told apart. */
export class NotAuthentic extends Error {
  override readonly name = "NotAuthentic";
}

export const deriveKey = (secret: Uint8Array, salt: Uint8Array, purpose: string): Buffer =>
  Buffer.from(hkdfSync("sha256", secret, salt, `clawback v1 ${purpose}`, 32));

export const newSalt = (): Buffer => randomBytes(saltBytes);

const nonceOf = (counter: number): Buffer => {
  const nonce = Buffer.alloc(nonceBytes);
  nonce.writeUInt32LE(counter, 0);
  return nonce;
};

/** Ciphertext and tag. `context` is not stored: it must be the same when opened. */
export const seal = (
  key: Uint8Array,
  counter: number,
  plain: Uint8Array,
  context: Uint8Array,
): { readonly ciphertext: Buffer; readonly tag: Buffer } => {
  const cipher = createCipheriv("aes-256-gcm", key, nonceOf(counter));
  cipher.setAAD(context);
  const ciphertext = cipher.update(plain);
  cipher.final();
  return { ciphertext, tag: cipher.getAuthTag() };
};

/** What the cipher hands out at a time: memory that is given back and used again before it costs anything. */
const pieceBytes = 64 * 1024;

/**
 * `sealed` is ciphertext and tag in one piece. Nothing of the answer may be looked at before this has returned. With
 * `inPlace` it lies where the ciphertext lay: four megabytes are then touched once and not three times.
 */
export const unseal = (
  key: Uint8Array,
  counter: number,
  sealed: Uint8Array,
  context: Uint8Array,
  inPlace = false,
): Buffer => {
  if (sealed.length < tagBytes) throw new NotAuthentic("too short");
  const end = sealed.length - tagBytes;
  const decipher = createDecipheriv("aes-256-gcm", key, nonceOf(counter));
  decipher.setAAD(context);
  decipher.setAuthTag(sealed.subarray(end));
  let plain: Buffer;
  if (inPlace && end > pieceBytes) {
    plain = Buffer.from(sealed.buffer, sealed.byteOffset, end);
    for (let at = 0; at < end; at += pieceBytes) {
      const piece = decipher.update(plain.subarray(at, at + pieceBytes));
      plain.set(piece, at);
      release(piece);
    }
  } else plain = decipher.update(sealed.subarray(0, end));
  try {
    decipher.final();
  } catch (error) {
    throw new NotAuthentic("the authentication tag does not match", { cause: error });
  }
  return plain;
};
