import { ExitCode, harmlessLine, Problem } from "../../ground/index.ts";

const units: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** A hundred years; beyond is a mistake in the unit. */
const longestMs = 36_525 * 86_400_000;

const words: Readonly<Record<string, string>> = {
  sec: "s",
  second: "s",
  seconds: "s",
  min: "m",
  minute: "m",
  minutes: "m",
  hour: "h",
  hours: "h",
  day: "d",
  days: "d",
  week: "w",
  weeks: "w",
};

/**
 * A length of time as people write it: `45s`, `90m`, `12h`, `30d`, `2w`, `1h30m`. Milliseconds; never zero, so that "keep
 * for 0" can never come to mean "delete everything".
 */
export const parseDuration = (text: string): number => {
  const trimmed = text.trim().toLowerCase();
  const shown = JSON.stringify(harmlessLine(text, 40));
  if (trimmed === "") throw refusal("A length of time is empty.");
  if (/^\d+(?:\.\d+)?$/.test(trimmed)) throw refusal(`${shown} has no unit.`);
  if (trimmed.startsWith("-")) throw refusal(`${shown} is negative.`);
  const part = /(?<amount>\d+(?:\.\d+)?)\s*(?<unit>[a-z]+)\s*/gy;
  let totalMs = 0;
  let previousMs = Number.POSITIVE_INFINITY;
  let end = 0;
  for (const match of trimmed.matchAll(part)) {
    const unit = match.groups?.["unit"] ?? "";
    const unitMs = units[words[unit] ?? unit];
    if (unitMs === undefined)
      throw refusal(`${shown} has an unknown unit ${JSON.stringify(unit.slice(0, 20))}.`);
    if (unitMs >= previousMs)
      throw refusal(`${shown} has its units in no order: larger ones come first, each once.`);
    previousMs = unitMs;
    totalMs += Number(match.groups?.["amount"]) * unitMs;
    end = match.index + match[0].length;
  }
  if (end !== trimmed.length) throw refusal(`${shown} is not a length of time.`);
  if (totalMs < 1) throw refusal(`${shown} is no time at all.`);
  if (totalMs > longestMs) throw refusal(`${shown} is longer than a hundred years.`);
  return Math.round(totalMs);
};

/** The shortest exact way to write it: `90000` ms is `1m30s`. */
export const durationText = (ms: number): string => {
  let rest = Math.max(0, Math.round(ms));
  let text = "";
  for (const [unit, unitMs] of Object.entries(units).reverse()) {
    // Weeks read worse than days: nobody sees at once that 4w2d is 30 days.
    if (unit === "w" || rest < unitMs) continue;
    const amount = Math.floor(rest / unitMs);
    text += `${amount}${unit}`;
    rest -= amount * unitMs;
  }
  return text === "" ? "0s" : text;
};

const refusal = (message: string): Problem =>
  new Problem("DURATION_INVALID", message, {
    hint: "Write a number and a unit: 45s, 90m, 12h, 30d, 2w, or together: 1h30m.",
    exit: ExitCode.usage,
  });
