import { parseDuration, parseRef } from "../../../core/index.ts";
import { dayMs, ExitCode, Problem } from "../../../ground/index.ts";

/**
 * A time on the command line: a day, a minute or a second in UTC, or how long ago. As a lower bound it means the
 * beginning of what was written, as an upper one its end.
 */
export const momentOf = (text: string, bound: "since" | "until", now: number): number => {
  const written = text.trim();
  if (/^\d+(?:\.\d+)?[a-z]/i.test(written)) return now - parseDuration(written);
  const day = /^\d{4}-\d{2}-\d{2}$/.test(written) ? Date.parse(`${written}T00:00:00Z`) : Number.NaN;
  if (!Number.isNaN(day)) return bound === "since" ? day : day + dayMs - 1;
  const ref = parseRef(written);
  if (ref.kind === "time") {
    const unitMs = /:\d{2}:\d{2}/.test(written) ? 1_000 : 60_000;
    return bound === "since" ? ref.until - unitMs + 1 : ref.until;
  }
  throw new Problem("USAGE_VALUE", `--${bound} takes a time, not "${written}".`, {
    hint: "Write 2026-03-02, 2026-03-02-11:24, 2026-03-02T11:24:00Z, or 2h for two hours ago.",
    exit: ExitCode.usage,
  });
};
