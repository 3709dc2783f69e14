import { createHmac, timingSafeEqual } from "node:crypto";
import { deriveKey } from "./seal.ts";

/**
 * The few objects that lie in the open (`vault.json`, key slots) carry a check under the master key: who has the key can
 * tell that they are as they were written.
 */
export const checkOf = (master: Uint8Array, purpose: string, facts: object): string =>
  createHmac("sha256", deriveKey(master, Buffer.alloc(0), `check ${purpose}`))
    .update(JSON.stringify(facts))
    .digest("hex");

export const isChecked = (master: Uint8Array, purpose: string, facts: object, check: string): boolean => {
  const wanted = Buffer.from(checkOf(master, purpose, facts), "latin1");
  const given = Buffer.from(check, "latin1");
  return wanted.length === given.length && timingSafeEqual(wanted, given);
};
