import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { errnoOf, ExitCode, Problem } from "../../ground/index.ts";
import { realFiles, type Files } from "../system/files.ts";

/** One line of text: `clawback-key-1 <id of the vault> <64 hex digits>`. Readable by its owner only, from creation on. */
const word = "clawback-key-1 ";
const line = new RegExp(`^${word}([0-9a-f]{32}) ([0-9a-f]{64})\\s*$`);

/** Whether a text is that of a key file: of this vault, or of any. */
export const isOfKeyFile = (text: string, vaultId?: string): boolean =>
  text.startsWith(vaultId === undefined ? word : `${word}${vaultId} `);

/** On the disk with its name when this returns: other ways into the vault may be closed next. */
export const writeKeyFile = (path: string, vaultId: string, files: Files = realFiles): Buffer => {
  const secret = randomBytes(32);
  const text = Buffer.from(`${word}${vaultId} ${secret.toString("hex")}\n`);
  try {
    files.makeDirectory(dirname(path));
    const file = files.create(path);
    try {
      files.write(file, [text]);
      files.sync(file);
    } catch (error) {
      // Half a key file would only stand in the way of the next attempt.
      files.remove(path);
      throw error;
    } finally {
      files.close(file);
    }
    files.syncDirectory(dirname(path));
  } catch (error) {
    if (errnoOf(error) === "EEXIST") {
      throw new Problem("KEY_FILE_EXISTS", `A key file stands at ${path} already.`, {
        hint: "It may open another vault: keep it. Name another path for the new key.",
        exit: ExitCode.vault,
        cause: error,
      });
    }
    throw new Problem(
      "KEY_FILE_UNWRITABLE",
      `The key file ${path} cannot be written (${errnoOf(error) ?? String(error)}).`,
      { hint: "Name a place that you may write to with --key-file.", exit: ExitCode.vault, cause: error },
    );
  }
  return secret;
};

export const readKeyFile = (path: string, vaultId: string): Buffer => {
  let text: string;
  try {
    text = readFileSync(path, "latin1");
  } catch (error) {
    throw unreadable(path, error);
  }
  const [, id, secret] = line.exec(text) ?? [];
  if (id === undefined || secret === undefined) {
    throw new Problem("KEY_FILE_DAMAGED", `${path} is not a key file of clawback.`, {
      hint: "Put the right file there, or open the vault with the recovery key.",
      exit: ExitCode.vault,
    });
  }
  if (id !== vaultId) {
    throw new Problem("WRONG_KEY", `The key file ${path} belongs to another vault (${id.slice(0, 8)}…).`, {
      hint: `This vault is ${vaultId.slice(0, 8)}…. Name its own key file, or use its recovery key.`,
      exit: ExitCode.vault,
    });
  }
  return Buffer.from(secret, "hex");
};

/** Whether a key file of this vault stands there: then the vault is an encrypted one, whatever it says of itself. */
export const isKeyFileOf = (path: string, vaultId: string): boolean =>
  existsSync(path) && isOfKeyFile(readFileSync(path, "latin1"), vaultId);

const unreadable = (path: string, cause: unknown): Problem =>
  new Problem(
    "KEY_FILE_UNREADABLE",
    `The key file ${path} cannot be read (${errnoOf(cause) ?? String(cause)}).`,
    {
      hint: "Without it the vault opens with the recovery key or the passphrase.",
      exit: ExitCode.vault,
      cause,
    },
  );
