import { ExitCode, harmlessLine, isProblem, Problem } from "../../ground/index.ts";
import type { Context } from "./command.ts";
import { wrapped } from "./wrapped.ts";

export type Deed = {
  /** What will happen, as a question: `Stop prod-eu?` */
  readonly question: string;
  /** Absent: `y` is enough. Given: this must be typed, because the deed reaches far. */
  readonly typed?: string;
};

/**
 * Asks before a deed, as loudly as it deserves: `--read-only` refuses it, `--yes` allows it, a person is asked, and a
 * script that did not say `--yes` is refused rather than trusted. Enter alone is never yes.
 */
export const confirm = async (
  { flags, ask, terminal, signal }: Pick<Context, "flags" | "ask" | "terminal" | "signal">,
  { question, typed }: Deed,
): Promise<void> => {
  refuseReadOnly({ flags }, question);
  if (flags.yes) return;
  const asked = (text: string): string => wrapped("", text, terminal).join("\n");
  const answer = await ask(
    typed === undefined ? `${asked(`${question} [y/N]`)} ` : `${asked(question)}\nType ${typed} to do it: `,
  ).catch(earlyEnough(signal));
  if (answer === undefined) {
    throw new Problem("CONFIRMATION_NEEDED", `${question} Nobody is here to say yes, and nothing was done.`, {
      hint: "Add --yes to do it without a question.",
      exit: ExitCode.refused,
    });
  }
  const agreed = typed === undefined ? /^y(?:es)?$/i.test(answer.trim()) : answer.trim() === typed;
  if (!agreed) {
    const said = harmlessLine(answer.trim(), 60);
    const why = typed === undefined || said === "" ? "" : `"${said}" is not ${typed}. `;
    throw new Problem("NOT_CONFIRMED", `${why}Nothing was done.`, { exit: ExitCode.refused });
  }
};

/** Whoever calls it off before anything was done wants to know that it was early enough. */
export const earlyEnough =
  (signal: AbortSignal) =>
  (error: unknown): never => {
    if (!signal.aborted || isProblem(error)) throw error;
    throw new Problem("CALLED_OFF", "Nothing was done.", { exit: ExitCode.interrupted, cause: error });
  };

export const refuseReadOnly = ({ flags }: Pick<Context, "flags">, what: string): void => {
  if (!flags["read-only"]) return;
  throw new Problem("READ_ONLY", `${what} Not with --read-only: nothing was done.`, {
    hint: "Leave --read-only away to allow changes.",
    exit: ExitCode.refused,
  });
};
