import { ExitCode, Problem } from "../../ground/index.ts";
import { writeKeyFile } from "../keys/key-file.ts";
import { shownRecoverySecret } from "../keys/key-slot.ts";
import { newRecoverySecret, recoveryKeyText } from "../keys/recovery-key.ts";
import { putSlot, readSlots } from "./key-ring.ts";
import type { Unlocked } from "./vault.ts";

export type RekeyOptions = { readonly keyFile?: string; readonly passphrase?: string };

/**
 * New ways to the master key, then none of the old ones. Packs stay as they are: who had opened the vault before may
 * have kept the master key itself; against that only a new vault helps.
 */
export const rekey = async (
  { store, file, master }: Unlocked,
  options: RekeyOptions,
): Promise<{ readonly recoveryKey: string }> => {
  if (!file.encrypted) throw notEncrypted();
  const { slots, findings } = await readSlots(store);
  if (options.keyFile !== undefined) {
    await putSlot(store, master, { kind: "key-file", secret: writeKeyFile(options.keyFile, file.id) });
  }
  if (options.passphrase !== undefined) {
    await putSlot(store, master, { kind: "passphrase", passphrase: options.passphrase });
  }
  const secret = newRecoverySecret();
  await putSlot(store, master, { kind: "recovery", secret });
  const old = [...slots.map(({ key }) => key), ...findings.flatMap(({ object }) => object ?? [])];
  try {
    for (const key of old) await store.delete(key);
    await store.settle("keys");
  } catch (error) {
    throw unfinished(error);
  }
  return { recoveryKey: recoveryKeyText(secret) };
};

/** From here on the new keys are the ones to have: some of the old may be gone already. */
export const rekeyUnfinished = "REKEY_UNFINISHED";

const unfinished = (cause: unknown): Problem =>
  new Problem(
    rekeyUnfinished,
    `The new keys open the vault; some of the old may still, because they could not be deleted (${
      cause instanceof Error ? cause.message : String(cause)
    }).`,
    {
      hint: "Run `clawback vault key rotate` again, and `clawback vault key export` for the new recovery key.",
      exit: ExitCode.needsPerson,
      cause,
    },
  );

/** The recovery key again, for whoever can open the vault already. */
export const exportRecoveryKey = async ({ store, file, master }: Unlocked): Promise<string> => {
  if (!file.encrypted) throw notEncrypted();
  for (const { slot } of (await readSlots(store)).slots) {
    const secret = shownRecoverySecret(slot, master);
    if (secret !== undefined) return recoveryKeyText(secret);
  }
  throw new Problem("NO_RECOVERY_KEY", "This vault has no recovery key.", {
    hint: "New keys bring one: `clawback vault key rotate`.",
    exit: ExitCode.vault,
  });
};

const notEncrypted = (): Problem =>
  new Problem("NOT_ENCRYPTED", "This vault is not encrypted: it has no keys.", { exit: ExitCode.usage });
