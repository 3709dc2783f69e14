import { Problem } from "../../ground/index.ts";
import { isMissing } from "../store/disk-store.ts";
import { isDamage } from "../vault/sealed-object.ts";
import { LostChunk } from "./chunk-reader.ts";

/** Something that a snapshot needs is damaged or not there: a fact about the vault, not about the machine. */
export const isLoss = (error: unknown): error is Error =>
  error instanceof LostChunk || isDamage(error) || isMissing(error);

/** Runs what reads a snapshot: when that is hurt, the failure says which and what to do, and is no fault of ours. */
export const readingOf = async <T>(id: string, run: () => Promise<T>): Promise<T> => {
  try {
    return await run();
  } catch (error) {
    if (!isLoss(error)) throw error;
    throw new Problem("SNAPSHOT_DAMAGED", `The snapshot ${id} is damaged: ${error.message}.`, {
      hint: `\`clawback snapshots verify ${id}\` says what is hurt, \`clawback snapshots repair\` saves what is whole; an older snapshot may be sound.`,
      cause: error,
    });
  }
};
