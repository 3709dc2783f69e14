import { randomBytes, scryptSync } from "node:crypto";
import { ExitCode, Problem } from "../../ground/index.ts";
import { deriveKey, NotAuthentic, newSalt, seal, unseal } from "./seal.ts";

/**
 * A vault has one master key, which never changes, and several ways to it: slots. Each slot holds the master key sealed
 * under a secret of its own. Re-keying replaces slots; packs stay as they are.
 */
export type KeySlot =
  | { readonly kind: "key-file"; readonly salt: string; readonly sealed: string }
  | {
      readonly kind: "recovery";
      readonly salt: string;
      readonly sealed: string;
      /** The recovery secret under the master key, so that who has the one can show the other. */
      readonly shown: string;
    }
  | {
      readonly kind: "passphrase";
      readonly salt: string;
      readonly sealed: string;
      /** scrypt's cost: N = 2^logN. */
      readonly logN: number;
      readonly r: number;
      readonly p: number;
    }
  /** No encryption was asked for: the master key lies in the open, and the format stays one. */
  | { readonly kind: "open"; readonly master: string };

export type KeySecret =
  | { readonly kind: "key-file"; readonly secret: Uint8Array }
  | { readonly kind: "recovery"; readonly secret: Uint8Array }
  | { readonly kind: "passphrase"; readonly passphrase: string };

const scrypt = { logN: 15, r: 8, p: 1 } as const;
/** What a hostile slot may make us spend: 256 MiB. */
const maxScryptMemory = 256 * 1024 * 1024;

export const newMasterKey = (): Buffer => randomBytes(32);

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

const wrap = (secret: Uint8Array, salt: Uint8Array, purpose: string, plain: Uint8Array): string => {
  const { ciphertext, tag } = seal(deriveKey(secret, salt, purpose), 0, plain, Buffer.from(purpose));
  return base64(Buffer.concat([ciphertext, tag]));
};

const unwrap = (secret: Uint8Array, salt: Uint8Array, purpose: string, sealed: string): Buffer =>
  unseal(deriveKey(secret, salt, purpose), 0, Buffer.from(sealed, "base64"), Buffer.from(purpose));

export const makeSlot = (master: Uint8Array, secret: KeySecret | { readonly kind: "open" }): KeySlot => {
  const salt = newSalt();
  switch (secret.kind) {
    case "open":
      return { kind: "open", master: base64(master) };
    case "key-file":
      return {
        kind: "key-file",
        salt: base64(salt),
        sealed: wrap(secret.secret, salt, "slot key-file", master),
      };
    case "recovery":
      return {
        kind: "recovery",
        salt: base64(salt),
        sealed: wrap(secret.secret, salt, "slot recovery", master),
        shown: wrap(master, salt, "shown recovery", secret.secret),
      };
    case "passphrase": {
      const stretched = stretch(secret.passphrase, salt, scrypt);
      return {
        kind: "passphrase",
        salt: base64(salt),
        sealed: wrap(stretched, salt, "slot passphrase", master),
        ...scrypt,
      };
    }
  }
};

/** The master key, or nothing when the slot is for another kind of secret or another secret. */
export const openSlot = (slot: KeySlot, secret: KeySecret | undefined): Buffer | undefined => {
  if (slot.kind === "open") return Buffer.from(slot.master, "base64");
  if (secret === undefined || secret.kind !== slot.kind) return undefined;
  const salt = Buffer.from(slot.salt, "base64");
  try {
    if (secret.kind !== "passphrase") return unwrap(secret.secret, salt, `slot ${secret.kind}`, slot.sealed);
    if (slot.kind !== "passphrase") return undefined;
    return unwrap(stretch(secret.passphrase, salt, slot), salt, "slot passphrase", slot.sealed);
  } catch (error) {
    if (error instanceof NotAuthentic) return undefined;
    throw error;
  }
};

export const shownRecoverySecret = (slot: KeySlot, master: Uint8Array): Buffer | undefined =>
  slot.kind === "recovery"
    ? unwrap(master, Buffer.from(slot.salt, "base64"), "shown recovery", slot.shown)
    : undefined;

const stretch = (
  passphrase: string,
  salt: Uint8Array,
  cost: { readonly logN: number; readonly r: number; readonly p: number },
): Buffer => {
  const memory = 128 * 2 ** cost.logN * cost.r;
  if (!(memory <= maxScryptMemory) || cost.p > 16 || cost.logN < 10) {
    throw new Problem("VAULT_KEY_SLOT", "A passphrase slot of this vault asks for an unreasonable effort.", {
      hint: "The vault's keys were tampered with or come from a newer version.",
      exit: ExitCode.vault,
    });
  }
  return scryptSync(passphrase.normalize("NFKC"), salt, 32, {
    N: 2 ** cost.logN,
    r: cost.r,
    p: cost.p,
    maxmem: maxScryptMemory * 2,
  });
};
