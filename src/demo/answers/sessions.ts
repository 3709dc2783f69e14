import { largeModel } from "../cast.ts";
import { numberAt, textAt, type JsonObject } from "../json.ts";
import type { RunningGateway } from "../running.ts";
import { sessionRow, thinking } from "../session-row.ts";
import { refuses, says, type Answer } from "./answer.ts";
import { implicitRuntime } from "./catalogue.ts";

export const sessionAnswers: Readonly<Record<string, Answer>> = {
  "sessions.list": { scope: "operator.read", answer: (gateway, params) => says(listOf(gateway, params)) },
  "sessions.subscribe": {
    scope: "operator.read",
    answer: (gateway, params, caller) => {
      caller.subscribe();
      return says(
        Object.keys(params).length === 0
          ? { subscribed: true }
          : { subscribed: true, list: listOf(gateway, params) },
      );
    },
  },
  "sessions.describe": {
    scope: "operator.read",
    answer: (gateway, params) => {
      const session = gateway.session(textAt(params, "key") ?? "");
      if (session === undefined) return refuses("INVALID_REQUEST", "session not found");
      // A row described alone says nothing of runs.
      const { hasActiveRun: _run, activeRunIds: _ids, ...row } = sessionRow(session, gateway.timers.now());
      return says({ session: { ...row, activitySummary: { state: "unavailable", canEnsure: true } } });
    },
  },
};

export const listDefaults: JsonObject = {
  modelProvider: largeModel.provider,
  model: largeModel.id,
  contextTokens: largeModel.windowTokens,
  agentRuntime: implicitRuntime,
  ...thinking,
  modelSelectionTarget: "session",
};

/** Rows that one list holds when nobody says how many. */
const defaultLimit = 100;

const listOf = (gateway: RunningGateway, params: JsonObject): JsonObject => {
  const at = gateway.timers.now();
  const limit = Math.max(1, numberAt(params, "limit") ?? defaultLimit);
  const offset = Math.max(0, numberAt(params, "offset") ?? 0);
  const agentId = textAt(params, "agentId");
  const all = gateway.sessions().filter((session) => agentId === undefined || session.agentId === agentId);
  const shown = all.slice(offset, offset + limit);
  const hasMore = offset + shown.length < all.length;
  return {
    ts: at,
    path: gateway.databasePath(gateway.cast.agents[0]),
    count: shown.length,
    totalCount: all.length,
    limitApplied: limit,
    nextOffset: hasMore ? offset + shown.length : null,
    hasMore,
    owners: [],
    defaults: listDefaults,
    sessions: shown.map((session) => sessionRow(session, at)),
  };
};
