import { daysOfCivil } from "../../ground/index.ts";

const shape = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})$/;

/**
 * Milliseconds since the epoch of an ISO 8601 time with a zone; undefined for anything else. Each line of a log has one:
 * the digits stand where they always stand, and none is cut out.
 */
export const instantOf = (text: string): number | undefined => {
  if (!shape.test(text)) return undefined;
  const days = daysOfCivil(twoAt(text, 0) * 100 + twoAt(text, 2), twoAt(text, 5), twoAt(text, 8));
  const seconds = ((days * 24 + twoAt(text, 11)) * 60 + twoAt(text, 14)) * 60 + twoAt(text, 17);
  return seconds * 1_000 + thousandthsOf(text) - zoneMs(text);
};

const digitAt = (text: string, at: number): number => text.charCodeAt(at) - 0x30;

const twoAt = (text: string, at: number): number => digitAt(text, at) * 10 + digitAt(text, at + 1);

const secondsEnd = 19;

/** The first three digits of the fraction, if there is one. */
const thousandthsOf = (text: string): number => {
  if (text.charAt(secondsEnd) !== "." && text.charAt(secondsEnd) !== ",") return 0;
  let thousandths = 0;
  let worth = 100;
  for (let at = secondsEnd + 1; worth >= 1; at += 1, worth /= 10) {
    const digit = digitAt(text, at);
    if (!(digit >= 0 && digit <= 9)) break;
    thousandths += digit * worth;
  }
  return thousandths;
};

const zoneMs = (text: string): number => {
  if (text.endsWith("Z")) return 0;
  const end = text.length;
  const sign = end - (text.charAt(end - 3) === ":" ? 6 : 5);
  const minutes = twoAt(text, sign + 1) * 60 + twoAt(text, end - 2);
  return (text.charAt(sign) === "-" ? -minutes : minutes) * 60_000;
};
