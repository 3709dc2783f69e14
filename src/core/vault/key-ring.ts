import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { ExitCode, Problem } from "../../ground/index.ts";
import type { Finding } from "../findings.ts";
import { isKeyFileOf, readKeyFile } from "../keys/key-file.ts";
import { checkOf, isChecked } from "../keys/check.ts";
import { makeSlot, openSlot, type KeySecret, type KeySlot } from "../keys/key-slot.ts";
import { parseRecoveryKey } from "../keys/recovery-key.ts";
import type { BlobStore } from "../store/blob-store.ts";
import { isMissing } from "../store/disk-store.ts";
import { isRecord } from "./snapshot-record.ts";
import type { VaultFile } from "./vault-file.ts";

/** Ways the caller may open a vault. They are tried in this order; the passphrase is asked for only when it is needed. */
export type KeySource = {
  readonly keyFile?: string;
  readonly recoveryKey?: string;
  /** Nothing: nobody knows one. */
  readonly passphrase?: () => Promise<string | undefined>;
};

export type StoredSlot = { readonly key: string; readonly slot: KeySlot; readonly check: string };

export const putSlot = async (
  store: BlobStore,
  master: Uint8Array,
  secret: KeySecret | { readonly kind: "open" },
): Promise<string> => {
  const key = `keys/${randomBytes(8).toString("hex")}.json`;
  const slot = makeSlot(master, secret);
  const checked = { ...slot, check: checkOf(master, "slot", slot) };
  await store.put(key, [Buffer.from(`${JSON.stringify(checked)}\n`)], { ifAbsent: true });
  return key;
};

/** With the master key at hand, slots that are not as they were written are findings too. */
export const readSlots = async (
  store: BlobStore,
  master?: Uint8Array,
): Promise<{ readonly slots: readonly StoredSlot[]; readonly findings: readonly Finding[] }> => {
  const slots: StoredSlot[] = [];
  const findings: Finding[] = [];
  for (const { key } of await store.list("keys/")) {
    const bytes = await slotBytes(store, key);
    if (bytes === undefined) continue;
    const parsed = parseSlot(bytes);
    if (parsed !== undefined) slots.push({ key, ...parsed });
    if (
      parsed === undefined ||
      (master !== undefined && !isChecked(master, "slot", parsed.slot, parsed.check))
    ) {
      findings.push({
        code: "KEY_DAMAGED",
        object: key,
        message: `${key} is not as it was written: this way into the vault may be closed.`,
        hint: "The other slots still open the vault; `clawback vault key rotate` makes new ones.",
      });
    }
  }
  return { slots, findings };
};

/** Nothing when it went since it was listed: somebody is making new keys. */
const slotBytes = async (store: BlobStore, key: string): Promise<Uint8Array | undefined> => {
  try {
    return await store.get(key);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
};

export const unlock = async (
  store: BlobStore,
  { id: vaultId, encrypted }: Pick<VaultFile, "id" | "encrypted">,
  source: KeySource,
): Promise<Buffer> => {
  const { slots: all } = await readSlots(store);
  // Whoever may write to an encrypted vault could lay a key of his own in the open beside the others: it must not
  // become the one under which everything to come is saved.
  const slots = encrypted ? all.filter(({ slot }) => slot.kind !== "open") : all;
  const open = masterFrom(slots, undefined);
  if (open !== undefined && source.keyFile !== undefined && isKeyFileOf(source.keyFile, vaultId)) {
    throw new Problem(
      "VAULT_OPENED",
      `The vault at ${store.name} says that it is not encrypted, and it was.`,
      {
        hint: `Its key file is ${source.keyFile}. Somebody changed vault.json and its keys: copy both from another copy of this vault, and save nothing into it before.`,
        exit: ExitCode.vault,
      },
    );
  }
  if (open !== undefined) return open;
  if (source.keyFile !== undefined && existsSync(source.keyFile)) {
    const master = masterFrom(slots, { kind: "key-file", secret: readKeyFile(source.keyFile, vaultId) });
    if (master !== undefined) return master;
    throw wrongKey(`The key file ${source.keyFile} does not open this vault.`);
  }
  if (source.recoveryKey !== undefined) {
    const master = masterFrom(slots, { kind: "recovery", secret: parseRecoveryKey(source.recoveryKey) });
    if (master !== undefined) return master;
    throw wrongKey("This recovery key does not open this vault.");
  }
  if (source.passphrase !== undefined && slots.some(({ slot }) => slot.kind === "passphrase")) {
    const passphrase = await source.passphrase();
    if (passphrase !== undefined) {
      const master = masterFrom(slots, { kind: "passphrase", passphrase });
      if (master !== undefined) return master;
      throw wrongKey("This passphrase does not open this vault.");
    }
  }
  throw new Problem(
    "KEY_MISSING",
    source.keyFile === undefined
      ? "The vault is encrypted and no key was named."
      : `The vault is encrypted and its key file ${source.keyFile} is not there.`,
    { hint: "Bring the key file back, or open the vault with its recovery key.", exit: ExitCode.vault },
  );
};

export const masterFrom = (
  slots: readonly StoredSlot[],
  secret: KeySecret | undefined,
): Buffer | undefined => {
  for (const { slot } of slots) {
    const master = openSlot(slot, secret);
    if (master?.length === 32) return master;
  }
  return undefined;
};

const wrongKey = (message: string): Problem =>
  new Problem("WRONG_KEY", message, {
    hint: "Name the vault's own key file, or use its recovery key.",
    exit: ExitCode.vault,
  });

const parseSlot = (bytes: Uint8Array): Omit<StoredSlot, "key"> | undefined => {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    // Damaged: the caller makes a finding of it.
    return undefined;
  }
  if (!isRecord(value) || typeof value["check"] !== "string") return undefined;
  const slot = slotOf(value);
  return slot === undefined ? undefined : { slot, check: value["check"] };
};

/** Fields in the order in which they are written: the check is over exactly this. */
const slotOf = (value: Readonly<Record<string, unknown>>): KeySlot | undefined => {
  const { kind, salt, sealed, shown, master, logN, r, p } = value;
  if (kind === "open" && typeof master === "string") return { kind, master };
  if (typeof salt !== "string" || typeof sealed !== "string") return undefined;
  if (kind === "key-file") return { kind, salt, sealed };
  if (kind === "recovery" && typeof shown === "string") return { kind, salt, sealed, shown };
  if (kind === "passphrase" && typeof logN === "number" && typeof r === "number" && typeof p === "number") {
    return { kind, salt, sealed, logN, r, p };
  }
  return undefined;
};
