import { announceSession } from "./announce.ts";
import type { JsonObject } from "./json.ts";
import type { Random } from "./random.ts";
import type { RunningGateway } from "./running.ts";
import { promptTokensOf } from "./session.ts";
import { compactionEvent } from "./transcript-events.ts";

/** Replaces what was said before by a summary. The row loses its numbers until the next turn. */
export const compactSession = (
  gateway: RunningGateway,
  key: string,
  random: Random,
): JsonObject | undefined => {
  const session = gateway.session(key);
  if (session === undefined) return undefined;
  const at = gateway.timers.now();
  const operation = {
    operationId: random.uuid(),
    operation: "compact",
    sessionKey: key,
    agentId: session.agentId,
  };
  gateway.broadcast("session.operation", { ...operation, phase: "start", ts: at }, "subscribers");
  const tokensBefore = promptTokensOf(session);
  const written = compactionEvent({
    id: random.uuid(),
    parentId: session.leafId,
    at,
    tokensBefore,
    tokensAfter: Math.round(tokensBefore * 0.3),
    summary: "## Decisions\nNone.\n\n## Open TODOs\nNone.",
  });
  const next = {
    ...session,
    transcript: [...session.transcript, written.entry],
    leafId: written.entry.id,
    numbers: undefined,
    updatedAt: at,
  };
  gateway.write(next, [written]);
  gateway.broadcast(
    "session.operation",
    { ...operation, phase: "end", completed: true, ts: at },
    "subscribers",
  );
  announceSession(gateway, next, { reason: "compact", compacted: true });
  return {
    ok: true,
    key,
    compacted: true,
    result: {
      summary: written.event["summary"],
      firstKeptEntryId: written.entry.id,
      tokensBefore,
      details: { readFiles: [], modifiedFiles: [] },
    },
  };
};
