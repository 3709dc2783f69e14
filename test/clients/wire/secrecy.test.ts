import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { frameOf } from "../../../src/clients/wire/frame.ts";
import { contentEvents, turnNoteOf } from "../../../src/clients/wire/turn-note.ts";
import { turnLedger } from "../../../src/clients/wire/turn-ledger.ts";
import { eventFrames } from "../../support/captures.ts";

/**
 * What people say to their agents goes through every monitor's connection. These tests hold the promise that none of
 * it gets out of the bytes: into no note, no fact, nothing that is kept.
 */
const secret = "canary-7f3a";

const bytesOf = (event: string, payload: unknown): Buffer =>
  Buffer.from(JSON.stringify({ type: "event", event, payload, seq: 1 }));

/** Any payload at all in which every text is a secret but for ids and the names of states. */
const payloads = fc.record(
  {
    runId: fc.constant("r1"),
    sessionKey: fc.constant("agent:main:a"),
    stream: fc.constantFrom("assistant", "lifecycle", "run_status", "tool", "usage"),
    state: fc.constantFrom("delta", "final", "error", "status"),
    deltaText: fc.constant(secret),
    errorMessage: fc.constantFrom(secret, `HTTP 500 ${secret}`, `Context is too large ${secret}`),
    errorDetail: fc.record({
      failoverReason: fc.constantFrom("auth", `${secret} `),
      provider: fc.constant("mock"),
    }),
    message: fc.record({
      role: fc.constant("user"),
      content: fc.array(fc.record({ text: fc.constant(secret) })),
    }),
    data: fc.record({
      phase: fc.constantFrom("start", "end", "error", "retrying", secret),
      text: fc.constant(secret),
      delta: fc.constant(secret),
      error: fc.constant(secret),
      terminalReply: fc.record({ text: fc.constant(secret) }),
    }),
  },
  { requiredKeys: [] },
);

describe("the words of a conversation", () => {
  it("are in no fact that is made of a frame, whatever its shape", () => {
    const ledger = turnLedger();
    fc.assert(
      fc.property(fc.constantFrom(...contentEvents), payloads, (event, payload) => {
        const bytes = bytesOf(event, payload);
        const frame = frameOf(bytes);
        expect(frame.kind).toBe("event");
        if (frame.kind !== "event") return;
        const note = turnNoteOf(frame.event, bytes, frame.payload);
        const turn = note === undefined ? undefined : ledger.enter(note, 0);
        expect(JSON.stringify([frame, note, turn])).not.toContain(secret);
      }),
      { numRuns: 2_000 },
    );
  });

  it("of the recorded conversations are in no note", () => {
    const words = ["Mock reply", "hello one", "hello two", "lorem", "please fail", "all systems nominal"];
    for (const name of ["turns", "dead-session", "provider-failures"]) {
      const frames = eventFrames(`context/${name}.events`).filter(({ event }) => contentEvents.has(event));
      const text = new TextDecoder().decode(Buffer.concat(frames.map(({ bytes }) => bytes)));
      expect(words.some((word) => text.includes(word))).toBe(true);
      const notes = frames.map(({ event, bytes }) => {
        const frame = frameOf(bytes);
        return frame.kind === "event" ? turnNoteOf(event, bytes, frame.payload) : undefined;
      });
      for (const word of words) expect(JSON.stringify(notes)).not.toContain(word);
    }
  });

  it("are never decoded: a content payload that no parser would take is read all the same", () => {
    // The text is not UTF-8 and breaks JSON's rule against raw control characters; a parse of it would throw.
    const before = Buffer.from(
      `{"type":"event","event":"chat","payload":{"runId":"r1","sessionKey":"agent:main:a","message":"`,
    );
    const after = Buffer.from(`","state":"final"},"seq":7}`);
    const bytes = Buffer.concat([before, Buffer.from([0xff, 0xfe, 0x00, 0x0a]), after]);
    const frame = frameOf(bytes);
    expect(frame).toMatchObject({ kind: "event", event: "chat", seq: 7 });
    expect(frame.kind === "event" && turnNoteOf("chat", bytes, frame.payload)).toEqual({
      sessionKey: "agent:main:a",
      runId: "r1",
      step: "ended",
    });
  });
});
