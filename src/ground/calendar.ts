/**
 * The civil calendar in UTC, reckoned without a clock or a time zone: what is pure has no Date. After Howard Hinnant's
 * days_from_civil, exact for every year a file can carry.
 */
export type CivilTime = {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
};

export const dayMs = 86_400_000;
export const hourMs = 3_600_000;
export const minuteMs = 60_000;

/** Milliseconds since the epoch, or undefined when there is no such day or time. A leap second does not exist here. */
export const msOfCivil = (time: CivilTime): number | undefined => {
  const { year, month, day, hour, minute, second } = time;
  const isTime = inRange(hour, 0, 23) && inRange(minute, 0, 59) && inRange(second, 0, 59);
  if (!isTime || !inRange(year, 1, 9999) || !inRange(month, 1, 12) || !inRange(day, 1, daysIn(year, month))) {
    return undefined;
  }
  return daysOfCivil(year, month, day) * dayMs + hour * hourMs + minute * minuteMs + second * 1000;
};

export const civilOfMs = (ms: number): CivilTime => {
  const days = Math.floor(ms / dayMs);
  const rest = Math.floor((ms - days * dayMs) / 1000);
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
    hour: Math.floor(rest / 3600),
    minute: Math.floor(rest / 60) % 60,
    second: rest % 60,
  };
};

/** Days since 1970-01-01, which was a Thursday. */
export const daysOfCivil = (year: number, month: number, day: number): number => {
  const shiftedYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(shiftedYear / 400);
  const yearOfEra = shiftedYear - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
};

const daysIn = (year: number, month: number): number => {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
};

const inRange = (value: number, low: number, high: number): boolean =>
  Number.isInteger(value) && value >= low && value <= high;

/** `2026-03-02 10:56:00`, in UTC. */
export const timeText = (ms: number): string => {
  const { year, month, day, hour, minute, second } = civilOfMs(ms);
  return `${dateText(year, month, day)} ${two(hour)}:${two(minute)}:${two(second)}`;
};

/** `2026-03-02T10:56:00.123Z`. By hand: for its own way to write it V8 looks up the time zone of the host first. */
export const isoText = (ms: number): string => {
  const rest = ms - Math.floor(ms / 1000) * 1000;
  return `${timeText(ms).replace(" ", "T")}.${String(Math.floor(rest)).padStart(3, "0")}Z`;
};

export const dateText = (year: number, month: number, day: number): string =>
  `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`;

export const two = (value: number): string => String(value).padStart(2, "0");
