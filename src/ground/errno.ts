import { harmlessLine } from "./harmless.ts";

/** The name of a failed system call's error, such as ENOENT. */
export const errnoOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;

/** Nothing of that name, or a file where a directory would have to be. */
export const isMissing = (error: unknown): boolean => {
  const code = errnoOf(error);
  return code === "ENOENT" || code === "ENOTDIR";
};

/** What went wrong, in one harmless line. */
export const reasonOf = (error: unknown): string =>
  harmlessLine(error instanceof Error ? error.message : String(error), 200);
