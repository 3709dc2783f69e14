import * as z from "zod";
import type { ModelCallFacts } from "../facts.ts";
import { known } from "./known.ts";
import { rowsOf, softLine, softNumber } from "./soft.ts";

/**
 * `diagnostics.stability`: the gateway's ring of its last 1,000 diagnostic events. Asked with `sinceSeq` it answers
 * only what is new, so the counts are those since the last answer.
 */
const eventSchema = z.object({
  seq: z.number(),
  ts: z.number(),
  type: z.string(),
  provider: softLine(64),
  model: softLine(128),
  durationMs: softNumber,
  reason: softLine(200),
});

const ringSchema = z.object({ events: z.array(z.unknown()), lastSeq: softNumber });

export type StabilityAnswer = {
  readonly calls: ModelCallFacts;
  readonly lastSeq: number;
  readonly refused: number;
};

const ringMax = 1_000;

export const stabilityOf = (
  value: unknown,
  since: { readonly seq: number; readonly notBefore: number },
): StabilityAnswer | undefined => {
  const read = ringSchema.safeParse(value);
  if (!read.success) return undefined;
  const { rows, refused } = rowsOf(read.data.events, eventSchema, ringMax);
  const fresh = rows.filter((event) => event.seq > since.seq && event.ts >= since.notBefore);
  const completed = fresh.filter((event) => event.type === "model.call.completed");
  const failed = fresh.filter((event) => event.type === "model.call.error");
  const last = failed.at(-1);
  return {
    calls: known({
      completed: completed.length,
      failed: failed.length,
      durationsMs: completed.flatMap((event) => (event.durationMs === undefined ? [] : [event.durationMs])),
      lastError:
        last === undefined
          ? undefined
          : `${last.provider ?? "?"}/${last.model ?? "?"}: ${last.reason ?? "no reason given"}`,
    }),
    lastSeq: rows.reduce((highest, event) => Math.max(highest, event.seq), read.data.lastSeq ?? since.seq),
    refused,
  };
};
