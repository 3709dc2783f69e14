import { errnoOf, isProblem } from "../../ground/index.ts";
import { Malformed } from "../manifest/byte-reader.ts";
import { compress, decompress, type Compression } from "../pack/codec.ts";
import { deriveKey, NotAuthentic, newSalt, saltBytes, seal, tagBytes, unseal } from "../keys/seal.ts";

/**
 * Everything small in a vault (snapshots, notes, marks, caches) is one sealed object: magic, salt, ciphertext, tag. The
 * key it lies under in the store is authenticated with it, so that nobody can pass one snapshot off as another.
 */
const magic = Buffer.from("CLAWOBJ1", "latin1");
const innerHeaderBytes = 5;
const maxRawBytes = 512 * 1024 * 1024;

const contextOf = (key: string): Buffer => Buffer.concat([magic, Buffer.from(key, "utf8")]);

export const sealObject = (
  master: Uint8Array,
  key: string,
  payload: Uint8Array,
  compression: Compression = "none",
): readonly Uint8Array[] => {
  const salt = newSalt();
  const { codec, bytes } = compress(payload, compression);
  const inner = Buffer.allocUnsafe(innerHeaderBytes + bytes.length);
  inner.writeUInt8(codec, 0);
  inner.writeUInt32LE(payload.length, 1);
  inner.set(bytes, innerHeaderBytes);
  const { ciphertext, tag } = seal(deriveKey(master, salt, "object"), 0, inner, contextOf(key));
  return [magic, salt, ciphertext, tag];
};

/** Uses `sealed` up: the answer may lie in it. Throws NotAuthentic or Malformed; which object it was the caller knows. */
export const unsealObject = (master: Uint8Array, key: string, sealed: Uint8Array): Uint8Array => {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  const bodyAt = magic.length + saltBytes;
  if (bytes.length < bodyAt + innerHeaderBytes + tagBytes || !bytes.subarray(0, magic.length).equals(magic)) {
    throw new Malformed("not an object of a vault");
  }
  const salt = bytes.subarray(magic.length, bodyAt);
  const inner = unseal(deriveKey(master, salt, "object"), 0, bytes.subarray(bodyAt), contextOf(key), true);
  const rawBytes = inner.readUInt32LE(1);
  if (rawBytes > maxRawBytes) throw new Malformed("object is too large");
  return decompress(inner.subarray(innerHeaderBytes), inner.readUInt8(0), rawBytes);
};

/** What a damaged, truncated or forged piece of a vault throws when it is read. */
export const isDamage = (error: unknown): error is Error =>
  error instanceof NotAuthentic || error instanceof Malformed || isUnreadable(error) || isCodecError(error);

/** A disk that fails changes nothing and reads nothing: what lay there is as lost, and no reason to give up the rest. */
const isUnreadable = (error: unknown): boolean =>
  isProblem(error) && error.code === "VAULT_IO" && lostBySystem.has(errnoOf(error.cause) ?? "");

const lostBySystem: ReadonlySet<string> = new Set(["EIO", "EBADMSG", "EUCLEAN"]);

/** zlib and lz4 throw errors of their own for bytes that do not unpack. */
const isCodecError = (error: unknown): boolean =>
  error instanceof Error &&
  (("code" in error && typeof error.code === "string" && /^(Z_|ZSTD_|ERR_Z|ERR_BUFFER)/.test(error.code)) ||
    /lz4|uncompress|decompress/i.test(error.message));
