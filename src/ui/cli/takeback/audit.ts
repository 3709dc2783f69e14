import { appendFile, mkdir } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import type { Context } from "../command.ts";

/** What somebody did, for whoever asks later. Never a word of a conversation. */
export type Deed = {
  readonly deed: string;
  readonly gateway: string;
  readonly reason?: string;
  readonly outcome: string;
} & Readonly<Record<string, string | number | boolean | null | undefined>>;

/** One line of JSON a deed, readable by its owner only. */
export const audit = async (context: Context, deed: Deed): Promise<void> => {
  const { stateHome } = await context.config();
  await mkdir(stateHome, { recursive: true, mode: 0o700 });
  const at = new Date(context.clock.now()).toISOString();
  await appendFile(join(stateHome, "audit.jsonl"), `${JSON.stringify({ at, by: userName(), ...deed })}\n`, {
    mode: 0o600,
  });
};

const userName = (): string => {
  try {
    return userInfo().username;
  } catch {
    // A user without an entry in the password database still does things.
    return String(process.getuid?.() ?? "unknown");
  }
};
