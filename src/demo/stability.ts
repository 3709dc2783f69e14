import type { JsonObject } from "./json.ts";

/** The gateway's ring of diagnostics: what happened to model calls, messages and queues, without a word of content. */
export type StabilityRing = {
  readonly add: (at: number, type: string, fields: JsonObject) => void;
  /** The newest `limit` events, of those after `sinceSeq` where one is given. */
  readonly read: (
    ask: { readonly limit: number; readonly sinceSeq: number | undefined },
    at: number,
    processMemory: JsonObject,
  ) => JsonObject;
};

const capacity = 1_000;

/** The real gateway counts its worker threads beside its own memory; the demo has none. */
const workers = {
  workerCount: 0,
  workerHeapSampledCount: 0,
  workerHeapTotalBytes: 0,
  workerHeapUsedBytes: 0,
  workerHeaps: [],
} as const;

export const stabilityRing = (): StabilityRing => {
  const events: JsonObject[] = [];
  let lastSeq = 0;
  let maxRssBytes = 0;
  let maxHeapUsedBytes = 0;
  return {
    add: (at, type, fields) => {
      lastSeq += 1;
      events.push({ seq: lastSeq, ts: at, type, ...fields });
      if (events.length > capacity) events.shift();
    },
    read: ({ limit, sinceSeq = 0 }, at, processMemory) => {
      maxRssBytes = Math.max(maxRssBytes, Number(processMemory["rssBytes"]));
      maxHeapUsedBytes = Math.max(maxHeapUsedBytes, Number(processMemory["heapUsedBytes"]));
      const byType: Record<string, number> = {};
      for (const { type } of events) byType[String(type)] = (byType[String(type)] ?? 0) + 1;
      return {
        generatedAt: new Date(at).toISOString(),
        capacity,
        count: events.length,
        dropped: lastSeq - events.length,
        firstSeq: events[0]?.["seq"] ?? null,
        lastSeq: lastSeq === 0 ? null : lastSeq,
        events: events.filter(({ seq }) => Number(seq) > sinceSeq).slice(-limit),
        summary: {
          byType,
          memory: {
            latest: { ...processMemory, ...workers },
            maxRssBytes,
            maxHeapUsedBytes,
            pressureCount: 0,
          },
        },
      };
    },
  };
};
