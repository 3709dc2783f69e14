/** The published exit codes of the command line (see README). Scripts rely on the numbers; none is ever reused. */
export const ExitCode = {
  fine: 0,
  notFine: 1,
  usage: 2,
  gateway: 3,
  vault: 4,
  refused: 5,
  putBack: 6,
  needsPerson: 7,
  interrupted: 130,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** A sentence of some table (see `sentence.ts`); which table that is, its reader knows. */
type Said = { readonly say: string };

/**
 * A failure the caller can meet. It says what failed on which thing (`message`), under a stable name that scripts can
 * test (`code`), and what a person woken at 3 a.m. can do about it (`hint`). What cannot happen is an assertion
 * instead; what a check finds is a value instead.
 */
export class Problem extends Error {
  /** The message and the hint as sentences, where a table has them: for readers of other languages. */
  readonly said: Said | undefined;
  readonly advice: Said | undefined;
  override readonly name = "Problem";
  readonly code: string;
  readonly hint: string | undefined;
  readonly exit: ExitCode;

  constructor(
    code: string,
    message: string,
    way: {
      readonly hint?: string;
      readonly exit?: ExitCode;
      readonly cause?: unknown;
      readonly said?: Said;
      readonly advice?: Said | undefined;
    } = {},
  ) {
    super(message, way.cause === undefined ? undefined : { cause: way.cause });
    this.code = code;
    this.hint = way.hint;
    this.said = way.said;
    this.advice = way.advice;
    this.exit = way.exit ?? ExitCode.notFine;
  }
}

export const isProblem = (error: unknown): error is Problem => error instanceof Problem;

/** Makes a Problem of whatever was thrown, so that a printer has one shape to print. The original stays as cause. */
export const problemOf = (error: unknown): Problem => {
  if (isProblem(error)) return error;
  const refusal = refusalOf(error);
  if (refusal !== undefined) return refusal;
  const message = error instanceof Error ? error.message : String(error);
  return new Problem("UNEXPECTED", message, {
    hint: "This is a fault of clawback itself. Run again with CLAWBACK_TRACE=1 for the whole trace.",
    exit: ExitCode.needsPerson,
    cause: error,
  });
};

/** What the system refuses is no fault of ours: who has a full disk is not helped by a trace. */
const refusalOf = (error: unknown): Problem | undefined => {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  switch (error.code) {
    case "ENOSPC":
    case "EDQUOT":
      return new Problem("DISK_FULL", `No space is left on a disk (${error.message}).`, {
        hint: "Free some, and run the same command again.",
        cause: error,
      });
    case "EROFS":
      return new Problem("DISK_READ_ONLY", `A file system is mounted read-only (${error.message}).`, {
        hint: "See why, and mount it writable.",
        cause: error,
      });
    case "EACCES":
    case "EPERM":
      return new Problem("NOT_ALLOWED", `The system does not allow it (${error.message}).`, {
        hint: "Run as the user who owns it, or as root.",
        cause: error,
      });
    default:
      return undefined;
  }
};
