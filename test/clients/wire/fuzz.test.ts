import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { channelsOf } from "../../../src/clients/wire/channels.ts";
import { challengeOf, helloOf } from "../../../src/clients/wire/connect.ts";
import { frameOf, parsePart, wireErrorOf } from "../../../src/clients/wire/frame.ts";
import { limits } from "../../../src/clients/wire/limits.ts";
import { logTailOf } from "../../../src/clients/wire/log-line.ts";
import { describedSessionOf, sessionsPageOf } from "../../../src/clients/wire/sessions.ts";
import { stabilityOf } from "../../../src/clients/wire/stability.ts";
import { configOf, healthOf, lanesOf, systemOf } from "../../../src/clients/wire/system.ts";
import { turnNoteOf } from "../../../src/clients/wire/turn-note.ts";
import { answer, eventFrames, handshake } from "../../support/captures.ts";

const readers: readonly ((value: unknown) => unknown)[] = [
  challengeOf,
  (value) => {
    const hello = helloOf(value);
    // The health inside it is still raw on purpose, and read by healthOf below.
    return typeof hello === "string"
      ? hello
      : { ...hello, snapshot: { ...hello.snapshot, health: undefined } };
  },
  wireErrorOf,
  (value) => sessionsPageOf(value, 0),
  (value) => describedSessionOf(value, 0),
  (value) => channelsOf(value, 0),
  (value) => systemOf(value, 0),
  (value) => healthOf(value, 0, 0),
  lanesOf,
  configOf,
  (value) => stabilityOf(value, { seq: 0, notBefore: 0 }),
  (value) => logTailOf(value, 0),
];

const recorded: readonly unknown[] = [
  ...handshake("hello-ok.full").map((frame) => frame.payload),
  ...[
    "rpc/sessions.list",
    "rpc/sessions.describe",
    "rpc/channels.status.telegram-401",
    "rpc/system.info",
    "rpc/health.telegram-401",
    "rpc/diagnostics.lanes",
    "rpc/config.get",
    "rpc/diagnostics.stability.after-turns",
    "rpc/logs.tail5",
  ].map(answer),
];

const actsOnTerminal = /[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u202e]/;

/** Every text in what came out: none may carry what a terminal acts on. */
const textsOf = (value: unknown): readonly string[] => {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsOf);
};

type Path = readonly (string | number)[];

const pathsOf = (value: unknown, depth = 0): readonly Path[] => {
  if (typeof value !== "object" || value === null || depth > 6) return [[]];
  return [
    [],
    ...Object.entries(value).flatMap(([key, inner]) =>
      pathsOf(inner, depth + 1).map((rest) => [key, ...rest]),
    ),
  ];
};

const replaced = (value: unknown, [key, ...rest]: Path, by: unknown): unknown => {
  if (key === undefined) return by;
  if (Array.isArray(value))
    return value.map((inner, index) => (String(index) === key ? replaced(inner, rest, by) : inner));
  const object = value as Readonly<Record<string, unknown>>;
  return { ...object, [key]: replaced(object[key], rest, by) };
};

const hostile = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(
    "\u001b[2J\u001b]0;owned\u0007",
    "\u202Etxt.exe",
    "x".repeat(100_000),
    -1,
    1e308,
    Number.MAX_SAFE_INTEGER,
    { __proto__: null, constructor: "x" },
    Array.from({ length: 5_000 }, () => ({})),
  ),
);

describe("what a schema makes of anything", () => {
  it("is facts or a refusal, never a throw, and harmless to a terminal", () => {
    const places = recorded.map((value) => ({ value, paths: pathsOf(value) }));
    fc.assert(
      fc.property(
        fc
          .constantFrom(...places)
          .chain(({ value, paths }) => fc.tuple(fc.constant(value), fc.constantFrom(...paths))),
        hostile,
        ([value, path], by) => {
          const mutated = replaced(value, path, by);
          for (const read of readers) {
            for (const text of textsOf(read(mutated))) {
              expect(text).not.toMatch(actsOnTerminal);
            }
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it("is harmless with an escape sequence in any one text of any recorded answer", () => {
    for (const value of recorded) {
      for (const path of pathsOf(value)) {
        const mutated = replaced(value, path, "a\u001b[2Jb\u202Ec");
        for (const text of readers.flatMap((read) => textsOf(read(mutated))))
          expect(text).not.toMatch(actsOnTerminal);
      }
    }
  });

  it("is bounded by what a fact may hold, however much came", () => {
    const many = <Row>(row: Row) => Array.from({ length: 20_000 }, () => row);
    expect(sessionsPageOf({ sessions: many({ key: "agent:a:b" }) }, 0)?.sessions).toHaveLength(200);
    expect(lanesOf({ lanes: many({ lane: "x", queuedCount: 0, activeCount: 0 }) })?.lanes).toHaveLength(
      1_000,
    );
    expect(
      channelsOf({ channelAccounts: { a: many({ accountId: "x" }), b: many({ accountId: "y" }) } }, 0)
        ?.channels,
    ).toHaveLength(500);
    expect(healthOf({ agents: many({ agentId: "x" }) }, 0, 0)?.agents).toHaveLength(1_000);
    expect(logTailOf({ lines: many("{}"), cursor: 1 }, 0)?.refused).toBe(20_000);
  });
});

describe("what the envelope makes of anything", () => {
  const frames = eventFrames("context/turns.events").slice(0, 40);

  it("is a frame or a refusal when recorded bytes are flipped, cut, doubled or joined", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...frames),
        fc.nat(),
        fc.nat(),
        fc.integer({ min: 0, max: 255 }),
        fc.constantFrom("flip", "cut", "double", "drop"),
        ({ bytes }, a, b, byte, how) => {
          const at = a % bytes.length;
          const to = Math.min(bytes.length, at + (b % 64));
          const mutated =
            how === "flip"
              ? Buffer.from(bytes.with(at, byte))
              : how === "cut"
                ? bytes.subarray(0, at)
                : how === "double"
                  ? Buffer.concat([bytes.subarray(0, to), bytes.subarray(at)])
                  : Buffer.concat([bytes.subarray(0, at), bytes.subarray(to)]);
          const frame = frameOf(mutated);
          if (frame.kind !== "event") return;
          turnNoteOf(frame.event, mutated, frame.payload);
          parsePart(mutated, frame.payload, limits.parsedBytes);
        },
      ),
      { numRuns: 5_000 },
    );
  });

  it("refuses what is no object, no event and no response, and says which", () => {
    const reasonOf = (text: string) => {
      const frame = frameOf(Buffer.from(text));
      return frame.kind === "refused" ? frame.reason : frame.kind;
    };
    expect(reasonOf("")).toBe("not a JSON object, cut off, or nested too deep");
    expect(reasonOf("[1,2]")).toBe("not a JSON object, cut off, or nested too deep");
    expect(reasonOf(`{"type":"event"}`)).toBe("an event without a name");
    expect(reasonOf(`{"type":"res","ok":true}`)).toBe("a response without an id");
    expect(reasonOf(`{"type":"req","id":"1"}`)).toBe("neither an event nor a response");
    expect(reasonOf(`{"type":"event","event":"${"x".repeat(65)}"}`)).toBe("an event without a name");
  });

  it("does not parse a part that is longer than allowed", () => {
    const bytes = Buffer.from(`"${"x".repeat(100)}"`);
    expect(parsePart(bytes, { from: 0, to: bytes.length }, 101)).toBeUndefined();
    expect(parsePart(bytes, { from: 0, to: bytes.length }, 102)).toBe("x".repeat(100));
  });
});
