import { numberAt } from "../json.ts";
import { says, type Answer } from "./answer.ts";

/** Lanes, the ring of diagnostics, the tail of the log. */
export const diagnosticsAnswers: Readonly<Record<string, Answer>> = {
  "diagnostics.lanes": {
    scope: "operator.read",
    answer: (gateway) => {
      const active = gateway.activeRuns().length;
      return says({
        ts: gateway.timers.now(),
        lanes: lanes.map(({ lane, maxConcurrent }) => {
          const running = lane === "main" ? active : 0;
          return {
            lane,
            queuedCount: Math.max(0, running - maxConcurrent),
            activeCount: Math.min(running, maxConcurrent),
            maxConcurrent,
            draining: false,
            generation: 0,
            blockedBy: null,
          };
        }),
        dynamic: null,
      });
    },
  },
  "diagnostics.stability": {
    scope: "operator.read",
    answer: (gateway, params) =>
      says(
        gateway.stability.read(
          { limit: numberAt(params, "limit") ?? 1_000, sinceSeq: numberAt(params, "sinceSeq") },
          gateway.timers.now(),
          gateway.vitals().processMemory,
        ),
      ),
  },
  "logs.tail": {
    scope: "operator.read",
    answer: (gateway, params) =>
      says(gateway.log.tail({ limit: numberAt(params, "limit") ?? 500, cursor: numberAt(params, "cursor") })),
  },
};

const lanes = [
  { lane: "active-memory", maxConcurrent: 8 },
  { lane: "background", maxConcurrent: 3 },
  { lane: "cron", maxConcurrent: 8 },
  { lane: "cron-nested", maxConcurrent: 8 },
  { lane: "main", maxConcurrent: 8 },
  { lane: "nested", maxConcurrent: 1 },
  { lane: "subagent", maxConcurrent: 8 },
  { lane: "system-agent", maxConcurrent: 1 },
  { lane: "system-agent-inference", maxConcurrent: 1 },
] as const;
