/** Numbers as people read them. An unknown number is `?`: never 0, never the old one. */

const steps = ["B", "kB", "MB", "GB", "TB", "PB"] as const;

/** Decimal units, as disks are sold and `du --si` prints: 1.2 MB. */
export const bytes = (value: number | undefined): string => {
  if (value === undefined || !Number.isFinite(value)) return "?";
  let amount = Math.abs(value);
  let step = 0;
  while (amount >= 999.5 && step < steps.length - 1) {
    amount /= 1000;
    step += 1;
  }
  const digits = step === 0 || amount >= 99.95 ? 0 : 1;
  return `${value < 0 ? "-" : ""}${amount.toFixed(digits)} ${steps[step] ?? "B"}`;
};

/** A length of time in at most two units: 42s, 12m, 3h 5m, 3d 4h. */
export const age = (ms: number | undefined): string => {
  if (ms === undefined || !Number.isFinite(ms)) return "?";
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours}h` : `${hours}h ${minutes % 60}m`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${days}d` : `${days}d ${hours % 24}h`;
};

/** 20k, 1.5M, as tokens are spoken of. */
export const thousands = (value: number | undefined): string => {
  if (value === undefined || !Number.isFinite(value)) return "?";
  if (value < 1_000) return String(value);
  return value < 999_500 ? `${Math.round(value / 1_000)}k` : `${(value / 1_000_000).toFixed(1)}M`;
};

/** How long something took that is mostly short: with a tenth of a second while it is under a minute. */
export const spent = (ms: number | undefined): string =>
  ms !== undefined && ms < 60_000 ? `${Math.min(59.9, Math.max(0, ms) / 1_000).toFixed(1)}s` : age(ms);

export const percent = (fraction: number | undefined): string =>
  fraction === undefined || !Number.isFinite(fraction) ? "?" : `${Math.round(fraction * 100)}%`;

/** Thousands apart. By hand: waking up the tables of all languages takes longer than many a command. */
export const count = (value: number | undefined): string =>
  value === undefined || !Number.isFinite(value)
    ? "?"
    : String(Math.round(value * 1000) / 1000).replace(/\B(?=(?:\d{3})+(?!\d))/g, ",");

/** `1 snapshot`, `12 snapshots`, `? snapshots`. */
export const counted = (amount: number | undefined, one: string, many = `${one}s`): string =>
  `${count(amount)} ${amount === 1 ? one : many}`;
