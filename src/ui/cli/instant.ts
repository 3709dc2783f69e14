import { ExitCode, Problem } from "../../ground/index.ts";

const lengthOfTime = /^(?:\d+(?:\.\d+)?(?:ms|[smhdw]))+$/;
const civil =
  /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})(?:[T -](?<hour>\d{2})[:-](?<minute>\d{2})(?:[:-](?<second>\d{2})(?:\.\d+)?)?(?<zone>Z|[+-]\d{2}:?\d{2})?)?$/;
const timeOfDay = /^(?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2}))?$/;

/**
 * A moment as people type it, as milliseconds since the epoch: a length of time means so long ago (`10m`), a time of
 * day means its last occurrence (`02:15`), a date with or without a time is itself. Without a zone it is UTC, as
 * everything clawback prints.
 */
export const parseInstant = (
  text: string,
  option: string,
  now: number,
  ago: (text: string) => number,
): number => {
  const trimmed = text.trim();
  if (trimmed === "now") return now;
  if (lengthOfTime.test(trimmed)) return now - ago(trimmed);
  const time = timeOfDay.exec(trimmed)?.groups;
  if (time !== undefined) {
    const midnight = Math.floor(now / 86_400_000) * 86_400_000;
    const at =
      midnight +
      Number(time["hour"]) * 3_600_000 +
      Number(time["minute"]) * 60_000 +
      Number(time["second"] ?? 0) * 1_000;
    if (Number(time["hour"]) < 24 && Number(time["minute"]) < 60) return at > now ? at - 86_400_000 : at;
  }
  const date = civil.exec(trimmed)?.groups;
  if (date !== undefined) {
    const { year = "", month = "", day = "", hour = "00", minute = "00", second = "00", zone = "Z" } = date;
    const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}${zone.replace(/^([+-]\d{2})(\d{2})$/, "$1:$2")}`;
    const at = Date.parse(iso);
    // 31 February would silently become a day of March.
    if (
      !Number.isNaN(at) &&
      (zone !== "Z" || new Date(at).toISOString().startsWith(`${year}-${month}-${day}`))
    )
      return at;
  }
  throw new Problem("USAGE_VALUE", `${option} takes a time, not "${text}".`, {
    exit: ExitCode.usage,
    hint: "Such as 10m (ago), 02:15 (UTC), 2026-11-20, 2026-11-20T02:15 or 2026-11-20T02:15:00+01:00.",
  });
};
