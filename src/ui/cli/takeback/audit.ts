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
  const at = new Date(clock.now()).toISOString();
  try {
    const { stateHome } = await config();
    await appendLine(join(stateHome, "audit.jsonl"), JSON.stringify({ at, by: userName(), ...deed }));
  } catch (error) {
    err(`⚠️ The audit log does not have this: ${harmlessLine(problemOf(error).message, 300)}\n`);
  }
};

/** What a command did that had something else to do: it came first, and brought to an end what another had left. */
export const auditEnded = async (
  context: Pick<Context, "clock" | "config" | "err">,
  { gateway, snapshot, session, outcome }: Ended,
): Promise<void> =>
  audit(context, {
    deed: session === undefined ? "restore-brought-to-an-end" : "session-undelete-brought-to-an-end",
    gateway,
    snapshot,
    session,
    outcome,
  });

type Ended = {
  readonly gateway: string;
  readonly snapshot: string | undefined;
  readonly session: string | undefined;
  readonly outcome: "abandoned" | "put-back" | "accepted" | "swapped";
};

const userName = (): string => {
  try {
    return userInfo().username;
  } catch {
    // A user without an entry in the password database still does things.
    return String(process.getuid?.() ?? "unknown");
  }
};
