import * as z from "zod";

/** Amounts as people write them in a configuration: a bare number in the base unit, or text with a unit. */

const factors = {
  duration: { ms: 1, s: 1_000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 },
  size: {
    B: 1,
    kB: 1e3,
    KB: 1e3,
    MB: 1e6,
    GB: 1e9,
    TB: 1e12,
    KiB: 1024,
    MiB: 1024 ** 2,
    GiB: 1024 ** 3,
    TiB: 1024 ** 4,
  },
  ratio: { "%": 0.01 },
} as const satisfies Record<string, Record<string, number>>;

type Quantity = keyof typeof factors;

const examples: Record<Quantity, string> = {
  duration: 'milliseconds, or text like "30s", "5m", "1h 30m"',
  size: 'bytes, or text like "500MB", "1GiB"',
  ratio: 'a fraction like 0.8, or text like "80%"',
};

/** The amount in the base unit, or nothing when the text is not of this kind. */
export const parseQuantity = (kind: Quantity, text: string): number | undefined => {
  const units: Readonly<Record<string, number>> = factors[kind];
  const parts = [...text.trim().matchAll(/(\d+(?:\.\d+)?)\s*([A-Za-z%]*)\s*/gy)];
  if (parts.length === 0 || parts.map((part) => part[0]).join("") !== text.trim()) return undefined;
  let sum = 0;
  for (const [, amount, unit] of parts) {
    const factor = unit === "" && parts.length === 1 ? 1 : units[unit ?? ""];
    if (factor === undefined) return undefined;
    sum += Number(amount) * factor;
  }
  return sum;
};

const quantity = (kind: Quantity): z.ZodType<number, number | string> =>
  z
    .union([z.number(), z.string()])
    .transform((given, context) => {
      const value = typeof given === "number" ? given : parseQuantity(kind, given);
      if (value === undefined || !Number.isFinite(value) || value < 0) {
        context.addIssue({ code: "custom", message: `expected ${examples[kind]}` });
        return z.NEVER;
      }
      return value;
    })
    .describe(examples[kind]);

export const durationMs = quantity("duration");
export const sizeBytes = quantity("size");
export const ratio = quantity("ratio");
