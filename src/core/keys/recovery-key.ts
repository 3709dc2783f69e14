import { createHash, randomBytes } from "node:crypto";
import { ExitCode, Problem } from "../../ground/index.ts";

/**
 * 128 bits a person can write down: 26 characters of Crockford's base 32 (no I, L, O, U) and two that check them, in
 * seven groups of four. Case and dashes do not matter; I, L and O are read as what they look like.
 */
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const secretBytes = 16;
const secretCharacters = 26;
const checkCharacters = 2;

export const newRecoverySecret = (): Buffer => randomBytes(secretBytes);

export const recoveryKeyText = (secret: Uint8Array): string => {
  const body = encode(secret, secretCharacters);
  return (body + checkOf(secret)).replace(/(.{4})(?=.)/g, "$1-");
};

export const parseRecoveryKey = (text: string): Buffer => {
  const letters = text.toUpperCase().replace(/[\s-]/g, "").replace(/[IL]/g, "1").replace(/O/g, "0");
  const wanted = secretCharacters + checkCharacters;
  if (letters.length !== wanted) throw mistyped(`it has ${letters.length} characters instead of ${wanted}`);
  if (/[^0-9A-HJKMNP-TV-Z]/.test(letters)) throw mistyped("it holds a character that none has");
  const secret = decode(letters.slice(0, secretCharacters));
  if (letters.slice(secretCharacters) !== checkOf(secret))
    throw mistyped("its check characters do not match");
  return secret;
};

const mistyped = (why: string): Problem =>
  new Problem("RECOVERY_KEY_MISTYPED", `This is not a recovery key: ${why}.`, {
    hint: "Type it again as it was shown: seven groups of four letters and digits.",
    exit: ExitCode.vault,
  });

const checkOf = (secret: Uint8Array): string =>
  encode(
    createHash("sha256").update("clawback recovery key").update(secret).digest().subarray(0, 2),
    4,
  ).slice(0, checkCharacters);

const encode = (bytes: Uint8Array, characters: number): string => {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  // The last character is filled up with zero bits.
  value <<= BigInt(characters * 5 - bytes.length * 8);
  let text = "";
  for (let at = characters - 1; at >= 0; at -= 1)
    text += alphabet[Number((value >> BigInt(at * 5)) & 31n)] ?? "";
  return text;
};

const decode = (text: string): Buffer => {
  let value = 0n;
  for (const letter of text) value = (value << 5n) | BigInt(alphabet.indexOf(letter));
  value >>= BigInt(secretCharacters * 5 - secretBytes * 8);
  return Buffer.from(value.toString(16).padStart(secretBytes * 2, "0"), "hex");
};
