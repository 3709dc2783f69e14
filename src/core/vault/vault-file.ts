import { randomBytes } from "node:crypto";
import { ExitCode, Problem } from "../../ground/index.ts";
import { checkOf, isChecked } from "../keys/check.ts";
import { compressions, type Compression } from "../pack/codec.ts";
import type { BlobStore } from "../store/blob-store.ts";
import { isMissing } from "../store/disk-store.ts";
import { isRecord, newerFormat } from "./snapshot-record.ts";

/** `vault.json`, the only object in the open: what this is and which version, readable by anybody's JSON parser. */
export type VaultFile = {
  readonly format: "clawback vault";
  readonly version: 1;
  readonly id: string;
  readonly createdAt: string;
  readonly encrypted: boolean;
  readonly compression: Compression;
  /** Over all of the above, under the master key. */
  readonly check: string;
};

/** Whether the facts in the open are those that were written. */
export const isAsWritten = ({ check, ...facts }: VaultFile, master: Uint8Array): boolean =>
  isChecked(master, "vault", facts, check);

export const vaultFileKey = "vault.json";

export const newVaultFile = (
  createdAt: string,
  encrypted: boolean,
  compression: Compression,
  master: Uint8Array,
): VaultFile => {
  const id = randomBytes(16).toString("hex");
  const facts = { format: "clawback vault", version: 1, id, createdAt, encrypted, compression } as const;
  return { ...facts, check: checkOf(master, "vault", facts) };
};

export const readVaultFile = async (store: BlobStore): Promise<VaultFile> => {
  let bytes: Uint8Array;
  try {
    bytes = await store.get(vaultFileKey);
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new Problem("VAULT_MISSING", `There is no vault at ${store.name}.`, {
      hint: "Make one with `clawback vault init`, or name the right place with --vault.",
      exit: ExitCode.vault,
      cause: error,
    });
  }
  const value = parse(bytes);
  if (!isRecord(value) || value["format"] !== "clawback vault") throw notAVault(store.name);
  if (value["version"] !== 1) throw newerFormat(`version ${String(value["version"])} of the format`);
  const { id, createdAt, encrypted, check } = value;
  const compression = compressions.find((each) => each === value["compression"]);
  if (
    typeof id !== "string" ||
    !/^[0-9a-f]{32}$/.test(id) ||
    typeof createdAt !== "string" ||
    typeof encrypted !== "boolean" ||
    typeof check !== "string" ||
    compression === undefined
  ) {
    throw notAVault(store.name);
  }
  return { format: "clawback vault", version: 1, id, createdAt, encrypted, compression, check };
};

const parse = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    // Whatever stands there is not ours; the caller says so.
    return undefined;
  }
};

const notAVault = (name: string): Problem =>
  new Problem(
    "NOT_A_VAULT",
    `What stands at ${name} is not a vault of clawback, or its vault.json is damaged.`,
    {
      hint: "Name the right place with --vault. A damaged vault.json can be copied from any copy of this vault.",
      exit: ExitCode.vault,
    },
  );
