import { describe, expect, it } from "vitest";
import type { TakebackRecord } from "../../../src/core/index.ts";
import { journalOperations } from "../../../src/watch/takeback/journal-operations.ts";

const own = { pid: 7, startTime: 1 };
const begun: TakebackRecord = {
  step: "begun",
  at: 1_000,
  id: "s1",
  snapshot: "s1",
  stateDir: "/home/x/.openclaw",
  roots: ["/home/x/.openclaw"],
  scope: "everything",
  runBy: own,
  gateway: "prod",
  downtimeMs: 20_000,
};
const noted = (at: number, what: string, detail = ""): TakebackRecord => ({
  step: "noted",
  at,
  what,
  detail,
});
const released = (at: number): TakebackRecord => ({ step: "released", at, runBy: own });
const swap: readonly TakebackRecord[] = [
  noted(2_000, "stopping", "systemd"),
  { step: "swapping", at: 3_000, exchanges: [] },
  { step: "swapped", at: 4_000 },
];

const seen = (records: readonly TakebackRecord[], held = false) =>
  journalOperations({ records, gateway: "prod", held, now: 9_000 });

describe("what a journal says to whoever watches", () => {
  it("announces our own stop while somebody is at it, with how long it is expected to last", () => {
    expect(seen([begun, ...swap], true)).toEqual([
      {
        id: "restore-prod-s1-1000",
        kind: "restore",
        gateway: "prod",
        startedAt: 1_000,
        step: "of s1",
        snapshot: "s1",
        disturbs: true,
        expectedMs: 20_000,
      },
    ]);
  });

  it("announces that a session is brought back, and says so at once when whoever did it is gone", () => {
    const undeleting = [{ ...begun, session: "agent:main:gone" }, noted(2_000, "stopping", "systemd")];
    const operation = {
      id: "undelete-prod-1000",
      kind: "run",
      gateway: "prod",
      startedAt: 1_000,
      step: "session undelete agent:main:gone",
      disturbs: true,
      expectedMs: 20_000,
    };
    expect(seen(undeleting, true)).toEqual([operation]);
    expect(seen(undeleting)).toEqual([
      {
        ...operation,
        ended: { at: 2_000, ok: false, text: expect.stringContaining("next clawback command") as string },
      },
    ]);
  });

  it("does not call it a disturbance when the gateway goes on running", () => {
    expect(seen([{ ...begun, downtimeMs: 0 }], true)[0]).toMatchObject({ disturbs: false });
  });

  it.each<[string, readonly TakebackRecord[], boolean, RegExp]>([
    ["in place", [begun, ...swap, released(5_000)], true, /waits to be accepted/],
    [
      "put back",
      [
        begun,
        ...swap,
        { step: "putting-back", at: 6_000, reason: "it ended while starting" },
        { step: "put-back", at: 7_000 },
      ],
      false,
      /put back: it ended while starting/,
    ],
    [
      "found to be another than what was restored",
      [
        begun,
        ...swap,
        noted(5_000, "mismatch", "sessions: 1 of 3 sessions are missing"),
        { step: "putting-back", at: 6_000, reason: "…" },
        { step: "put-back", at: 7_000 },
      ],
      false,
      /not what was restored: sessions: 1 of 3/,
    ],
    ["called off", [begun, { step: "abandoned", at: 2_000, reason: "ctrl-c" }], true, /called off/],
    ["killed", [begun, ...swap], false, /interrupted: the next clawback command/],
  ])("says how one ended that was %s", (_name, records, ok, text) => {
    expect(seen(records)).toEqual([
      expect.objectContaining({ ended: { at: expect.any(Number), ok, text: expect.stringMatching(text) } }),
    ]);
  });

  it("knows a rollback of later as an operation of its own, and an acceptance as none", () => {
    const resting = [begun, ...swap, released(5_000), { step: "claimed", at: 6_000, runBy: own }] as const;
    expect(
      seen([
        ...resting,
        noted(6_500, "stopping"),
        { step: "putting-back", at: 7_000, reason: "a person asked for it" },
        { step: "put-back", at: 8_000 },
      ]).map(({ kind, ended }) => [kind, ended?.ok]),
    ).toEqual([
      ["restore", true],
      ["rollback", true],
    ]);
    expect(seen([...resting, { step: "accepted", at: 7_000, by: "a person" }])).toHaveLength(1);
  });
});
