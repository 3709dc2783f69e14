import { Problem } from "../../ground/index.ts";

type FlatProblem = {
  readonly flatProblem: true;
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
  readonly exit: Problem["exit"];
};

/** A Problem as plain data: an Error loses its own fields on the way between threads. */
export const flatProblem = ({ code, message, hint, exit }: Problem): FlatProblem => ({
  flatProblem: true,
  code,
  message,
  hint,
  exit,
});

const isFlat = (error: unknown): error is FlatProblem =>
  typeof error === "object" && error !== null && "flatProblem" in error;

/** What came out of a thread, as it was thrown in there. */
export const thrownInThread = (error: unknown): unknown =>
  isFlat(error)
    ? new Problem(error.code, error.message, {
        exit: error.exit,
        ...(error.hint === undefined ? {} : { hint: error.hint }),
      })
    : error;
