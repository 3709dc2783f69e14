/** Moments in words, in UTC, worked out by hand: this folder has no Date. */

const dayMs = 86_400_000;

const two = (value: number): string => String(value).padStart(2, "0");

/** 02:17:31 */
export const clockTime = (at: number): string => {
  const seconds = Math.floor((((at % dayMs) + dayMs) % dayMs) / 1_000);
  return `${two(Math.floor(seconds / 3_600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
};

/** 2026-11-20. Civil date from days since the epoch, after Howard Hinnant's public-domain algorithm. */
export const calendarDay = (at: number): string => {
  const days = Math.floor(at / dayMs) + 719_468;
  const era = Math.floor(days / 146_097);
  const dayOfEra = days - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1;
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`;
};

/** 2026-11-20 02:17:31Z */
export const moment = (at: number): string => `${calendarDay(at)} ${clockTime(at)}Z`;
