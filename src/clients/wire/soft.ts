import * as z from "zod";
import { harmlessLine } from "../../ground/index.ts";

/**
 * The pieces schemas are made of. What a fact stands on is asked for strictly, and its absence refuses the frame; all
 * the rest is soft: missing, null or of another type simply means "not known", because gateways of other versions add,
 * drop and rename such fields all the time.
 */
export const softNumber = soft(finiteOf);

/** A moment a calendar has, and a length of time a process can have: beyond these no date can be written. */
const latestMs = 4e15;
const isTime = (value: number): boolean => value >= 0 && value <= latestMs;
export const time = z.number().refine(isTime);
export const softTime = soft((value) => {
  const number = finiteOf(value);
  return number !== undefined && isTime(number) ? number : undefined;
});

export const softFlag = soft((value) => (typeof value === "boolean" ? value : undefined));

/**
 * A name that is also used to ask again (keys, ids, scopes): taken exactly as it is, or refused when a terminal would
 * act on it, because a cleaned name is another name.
 */
export const name = (limit: number) =>
  z
    .string()
    .min(1)
    .max(limit)
    .refine((text) => isHarmlessName(text));

export const isHarmlessName = (text: string): boolean => harmlessLine(text) === text;

/** Words for a person, on one line, with nothing in them that a terminal would act on. */
export const line = (limit: number) => z.string().transform((text) => harmlessLine(text, limit));
export const softLine = (limit: number) =>
  soft((value) => (typeof value === "string" ? harmlessLine(value, limit) : undefined));

/**
 * One look at the value: most of what a fleet sends are rows of such fields, and for each of them a schema that first
 * refuses and then forgives makes half a dozen objects. Optional, so that its key may be missing.
 */
function soft<Value>(read: (value: unknown) => Value | undefined) {
  return z.unknown().optional().transform(read);
}

/** JSON writes larger numbers than there are. */
function finiteOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** The elements that fit, of at most `limit`; how many did not is the caller's to count. */
export const rowsOf = <Row>(
  values: readonly unknown[],
  row: z.ZodType<Row>,
  limit: number,
): { readonly rows: readonly Row[]; readonly refused: number } => {
  const rows: Row[] = [];
  let refused = 0;
  for (const value of values.slice(0, limit)) {
    const read = row.safeParse(value);
    if (read.success) rows.push(read.data);
    else refused += 1;
  }
  return { rows, refused: refused + Math.max(0, values.length - limit) };
};
