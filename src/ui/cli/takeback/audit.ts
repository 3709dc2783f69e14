import { userInfo } from "node:os";
import { join } from "node:path";
import { appendLine, harmlessLine, problemOf } from "../../../ground/index.ts";
import type { Context } from "../command.ts";

/** What somebody did, for whoever asks later. Never a word of a conversation. */
export type Deed = {
  readonly deed: string;
  readonly gateway: string;
  readonly reason?: string;
  readonly outcome: string;
} & Readonly<Record<string, string | number | boolean | null | undefined>>;

/**
 * One line of JSON a deed, readable by its owner only. What was done is done: a log that cannot be written is said
 * beside the answer, and never stands in its place.
 */
export const audit = async (
  { clock, config, err }: Pick<Context, "clock" | "config" | "err">,
  deed: Deed,
): Promise<void> => {
  const { stateHome } = await config();
  const at = new Date(clock.now()).toISOString();
  try {
    await appendLine(join(stateHome, "audit.jsonl"), JSON.stringify({ at, by: userName(), ...deed }));
  } catch (error) {
    err(`⚠️ The audit log does not have this: ${harmlessLine(problemOf(error).message, 300)}\n`);
  }
};

const userName = (): string => {
  try {
    return userInfo().username;
  } catch {
    // A user without an entry in the password database still does things.
    return String(process.getuid?.() ?? "unknown");
  }
};
