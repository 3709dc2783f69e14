import { describe, expect, it } from "vitest";
import type { TurnFacts } from "../../../src/clients/facts.ts";
import { frameOf } from "../../../src/clients/wire/frame.ts";
import { turnLedger } from "../../../src/clients/wire/turn-ledger.ts";
import { contentEvents, turnNoteOf } from "../../../src/clients/wire/turn-note.ts";
import { eventFrames } from "../../support/captures.ts";

const told = (frames: readonly { readonly bytes: Buffer }[]): readonly TurnFacts[] => {
  const ledger = turnLedger();
  return frames.flatMap(({ bytes }, index) => {
    const frame = frameOf(bytes);
    if (frame.kind !== "event" || !contentEvents.has(frame.event)) return [];
    const note = turnNoteOf(frame.event, bytes, frame.payload);
    const turn = note === undefined ? undefined : ledger.enter(note, index);
    return turn === undefined ? [] : [turn];
  });
};

const frame = (event: string, payload: unknown) => ({
  event,
  bytes: Buffer.from(JSON.stringify({ type: "event", event, payload, seq: 1 })),
});

const chat = (state: string, more: object = {}) =>
  frame("chat", { runId: "r1", sessionKey: "agent:main:a", state, ...more });
const lifecycle = (phase: string, more: object = {}) =>
  frame("agent", { runId: "r1", sessionKey: "agent:main:a", stream: "lifecycle", data: { phase, ...more } });

describe("turns", () => {
  it("of a recorded conversation are three starts and three ends, each told once", () => {
    const kinds = told(eventFrames("context/turns.events")).map((turn) => turn.kind);
    expect(kinds).toEqual(["started", "ended", "started", "ended", "started", "ended"]);
  });

  it("of a recorded dead session fail for a reason we can name, and nothing else shows it", () => {
    const failed = told(eventFrames("context/dead-session.events")).filter((turn) => turn.kind === "failed");
    expect(failed.length).toBeGreaterThanOrEqual(4);
    expect(new Set(failed.map((turn) => turn.reason))).toEqual(
      new Set(["context too large, compaction could not recover"]),
    );
  });

  it("of recorded provider failures retry, fail once each, and say why", () => {
    const turns = told(eventFrames("context/provider-failures.events"));
    const failed = turns.filter((turn) => turn.kind === "failed");
    expect(new Set(failed.map((turn) => turn.runId)).size).toBe(failed.length);
    expect(failed.map((turn) => turn.reason)).toEqual(
      expect.arrayContaining([
        "server_error (timeout) from mock",
        "auth (auth_invalid_token) from mock",
        "provider key quarantined after an auth or billing failure",
      ]),
    );
    const retries = turns.filter((turn) => turn.kind === "retrying").map((turn) => turn.attempt);
    expect(retries.slice(0, 3)).toEqual([1, 2, 3]);
    expect(turns).toContainEqual({
      kind: "compaction-ended",
      sessionKey: "agent:main:console-a",
      completed: true,
    });
  });

  it("that fail twice over are told with the first reason, the one with detail", () => {
    const detail = { provider: "mock", failoverReason: "server_error" };
    expect(told([chat("error", { errorDetail: detail }), chat("error", { errorMessage: "again" })])).toEqual([
      { kind: "failed", sessionKey: "agent:main:a", runId: "r1", reason: "server_error from mock" },
    ]);
  });

  it("that end and then turn out to have failed are failed", () => {
    const kinds = told([lifecycle("start"), lifecycle("end"), chat("error")]).map((turn) => turn.kind);
    expect(kinds).toEqual(["started", "ended", "failed"]);
  });

  it("met in the middle have started as far as we know", () => {
    expect(told([chat("delta"), chat("final")]).map((turn) => turn.kind)).toEqual(["started", "ended"]);
  });

  it("tell their progress every five seconds, not with every word", () => {
    const ledger = turnLedger();
    const note = { sessionKey: "agent:main:a", runId: "r1", step: "progress" } as const;
    const kinds = Array.from({ length: 100 }, (_, index) => ledger.enter(note, index * 250)?.kind);
    expect(kinds.filter((kind) => kind === "progress")).toHaveLength(4);
  });

  it("are remembered up to a bound, the oldest forgotten first", () => {
    const ledger = turnLedger();
    const enter = (run: number) =>
      ledger.enter({ sessionKey: "agent:main:a", runId: `r${run}`, step: "failed", reason: "x" }, 0);
    for (let run = 0; run < 600; run += 1) enter(run);
    expect(enter(599)).toBeUndefined();
    expect(enter(0)?.kind).toBe("failed");
  });

  it("name a reason only in our own words", () => {
    const reasonOf = (more: object) =>
      told([chat("error", more)]).flatMap((turn) => (turn.kind === "failed" ? [turn.reason] : []))[0];
    expect(reasonOf({ errorMessage: "the model said: my password is hunter2" })).toBe(
      "failed for another reason: see the gateway's log",
    );
    expect(reasonOf({ errorMessage: "request failed (HTTP 529)" })).toBe("provider answered HTTP 529");
    expect(reasonOf({ errorDetail: { failoverReason: "tell me a secret, please" } })).toBe(
      "failed without a reason",
    );
    expect(reasonOf({})).toBe("failed without a reason");
  });
});
