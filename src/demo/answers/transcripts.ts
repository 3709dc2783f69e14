import { announceSession, messageOnWire } from "../announce.ts";
import { rewound, switched, type MoveContext, type Moved } from "../branches.ts";
import { compactSession } from "../compaction.ts";
import { numberAt, objectAt, textAt, type JsonObject } from "../json.ts";
import type { RunningGateway } from "../running.ts";
import { sessionRow } from "../session-row.ts";
import { activePath, branchTips, messagesOf, pathTo, type Session } from "../session.ts";
import { listDefaults } from "./sessions.ts";
import { refuses, says, type Answer, type Outcome } from "./answer.ts";

/** The transcript as a tree: history, branches, and the three ways to change where a session stands. */
export const transcriptAnswers: Readonly<Record<string, Answer>> = {
  "chat.history": {
    scope: "operator.read",
    slow: true,
    answer: (gateway, params) => {
      const session = gateway.session(textAt(params, "sessionKey") ?? "");
      if (session === undefined) return refuses("INVALID_REQUEST", "session not found");
      // Here the row names its leaf, and leaves out what concerns thinking.
      const {
        thinkingLevels: _levels,
        thinkingOptions: _options,
        thinkingDefault: _default,
        ...row
      } = sessionRow(session, gateway.timers.now());
      const all = messagesOf(activePath(session));
      const limit = Math.max(1, numberAt(params, "limit") ?? 200);
      const first = Math.max(0, all.length - limit);
      const events = gateway.events(session);
      return says({
        sessionKey: session.key,
        sessionId: session.sessionId,
        messages: all
          .slice(first)
          .map((entry, index) =>
            messageOnWire(
              session,
              events.get(entry.id) ?? {},
              entry,
              first + index + 1,
              session.transcript.indexOf(entry),
            ),
          ),
        pendingInputs: { items: [], total: 0 },
        deltaCursor: Buffer.from(
          JSON.stringify({ sessionId: session.sessionId, lastSeq: all.length }),
        ).toString("base64url"),
        hasMore: first > 0,
        totalMessages: all.length,
        defaults: listDefaults,
        sessionInfo: {
          ...row,
          activitySummary: { state: "unavailable", canEnsure: true },
          activeLeafEntryId: session.leafId,
        },
      });
    },
  },
  "sessions.branches.list": {
    scope: "operator.read",
    params: { required: ["sessionKey"], optional: ["agentId"] },
    answer: (gateway, params) => {
      const session = gateway.session(textAt(params, "sessionKey") ?? "");
      if (session === undefined) return refuses("INVALID_REQUEST", "session not found");
      const events = gateway.events(session);
      return says({
        branches: branchTips(session).map((tip) => ({
          leafEntryId: tip.id,
          headline: headlineOf(events.get(tip.id)),
          messageCount: messagesOf(pathTo(session.transcript, tip.id)).length,
          updatedAt: new Date(tip.at).toISOString(),
          active: tip.id === session.leafId,
        })),
      });
    },
  },
  "sessions.rewind": {
    scope: "operator.admin",
    params: { required: ["sessionKey", "entryId"], optional: ["agentId"] },
    answer: (gateway, params) =>
      move(gateway, textAt(params, "sessionKey") ?? "", "Rewind", "rewind", (session, context) => {
        const entryId = textAt(params, "entryId") ?? "";
        const editorText = textAt(objectAt(context.events.get(entryId), "message"), "content");
        return {
          outcome: rewound(session, entryId, context),
          payload: editorText === undefined ? {} : { editorText },
        };
      }),
  },
  "sessions.branches.switch": {
    scope: "operator.write",
    params: { required: ["sessionKey", "leafEntryId"], optional: ["agentId"] },
    answer: (gateway, params) =>
      move(
        gateway,
        textAt(params, "sessionKey") ?? "",
        "Branch switch",
        "branch-switch",
        (session, context) => ({
          outcome: switched(session, textAt(params, "leafEntryId") ?? "", context),
          payload: {},
        }),
      ),
  },
  "sessions.compact": {
    scope: "operator.admin",
    params: { required: ["key"], optional: ["agentId", "maxLines"] },
    answer: (gateway, params) => {
      const key = textAt(params, "key") ?? "";
      if (gateway.session(key)?.activeRunId !== undefined) {
        return refuses("UNAVAILABLE", "Compaction is unavailable while the agent is working.");
      }
      const payload = compactSession(gateway, key, gateway.random);
      return payload === undefined ? refuses("INVALID_REQUEST", "session not found") : says(payload);
    },
  },
};

const move = (
  gateway: RunningGateway,
  key: string,
  title: string,
  reason: string,
  change: (
    session: Session,
    context: MoveContext,
  ) => { readonly outcome: Moved; readonly payload: JsonObject },
): Outcome => {
  const session = gateway.session(key);
  if (session === undefined) return refuses("INVALID_REQUEST", "session not found");
  if (session.activeRunId !== undefined) {
    return refuses("UNAVAILABLE", `${title} is unavailable while the agent is working.`);
  }
  const { outcome, payload } = change(session, {
    at: gateway.timers.now(),
    sessionId: gateway.random.uuid(),
    revision: gateway.random.uuid(),
    workspace: `${gateway.stateDir}/workspace`,
    events: gateway.events(session),
  });
  if (outcome.kind === "refused") return refuses("INVALID_REQUEST", outcome.message);
  gateway.write(outcome.session, outcome.added);
  announceSession(gateway, outcome.session, { reason });
  return says(payload);
};

const headlineOf = (event: JsonObject | undefined): string => {
  const message = objectAt(event, "message");
  const content = message?.["content"];
  if (typeof content === "string") return content.slice(0, 80);
  const [part]: readonly unknown[] = Array.isArray(content) ? content : [];
  return (typeof part === "object" && part !== null && "text" in part ? String(part.text) : "").slice(0, 80);
};
