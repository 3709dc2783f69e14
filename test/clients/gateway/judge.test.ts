import { describe, expect, it } from "vitest";
import type { LinkFailure } from "../../../src/clients/gateway/failure.ts";
import { type Belief, firstBelief } from "../../../src/clients/gateway/state/belief.ts";
import { judge } from "../../../src/clients/gateway/state/judge.ts";
import type { Observation } from "../../../src/clients/gateway/state/observation.ts";
import { clockTime, Problem } from "../../../src/ground/index.ts";
import { wireErrorOf } from "../../../src/clients/wire/frame.ts";
import { handshake } from "../../support/captures.ts";

const start = 1_800_000_000_000;
const second = 1_000;
const minute = 60 * second;

type Step = readonly [atMs: number, seen: Observation];

const after = (...steps: readonly Step[]): Belief =>
  steps.reduce((belief, [atMs, seen]) => judge(belief, seen, start + atMs), firstBelief(start));

const hello = (fields: Partial<Extract<Observation, { kind: "hello" }>> = {}): Observation => ({
  kind: "hello",
  version: "2026.9.6",
  bootId: "boot-1",
  uptimeMs: 3_600_000,
  asked: ["operator.read"],
  granted: ["operator.read"],
  suspended: false,
  ...fields,
});
const failure = (what: LinkFailure, retryAt = start): Observation => ({
  kind: "failure",
  failure: what,
  retryAt,
});
const rejected = (name: string): Observation =>
  failure({ kind: "rejected", error: wireErrorOf(handshake(name).at(-1)?.error) });
const end = (
  code: number,
  goodbye?: { reason: string; restartExpectedMs: number | undefined },
): Observation => ({
  kind: "end",
  end: { code, reason: code === 1012 ? "service restart" : "", goodbye },
  retryAt: start,
});
const refused = failure({ kind: "refused" });

type Row = {
  readonly when: string;
  readonly steps: readonly Step[];
  readonly state: object;
  readonly evidence: RegExp;
  readonly since?: number;
  readonly next?: RegExp;
};

/** One row for each line of the table in PROTOCOL.md. */
const inTheOpen = new Problem("SECRET_IN_THE_OPEN", "plain ws: to there", { hint: "Use wss." });

const table: readonly Row[] = [
  {
    when: "nothing was seen yet",
    steps: [[0, { kind: "attempt", attempt: 1 }]],
    state: { kind: "connecting", attempt: 1 },
    evidence: /first attempt/,
  },
  {
    when: "hello came with all that was asked",
    steps: [[5, hello()]],
    state: { kind: "up" },
    evidence: /version 2026\.9\.6, up 1h then/,
    since: 5,
  },
  {
    when: "nobody listens",
    steps: [[0, failure({ kind: "refused" }, start + 900)]],
    state: { kind: "down", retryAt: start + 900 },
    evidence: /nobody listens/,
    next: /Start it/,
  },
  {
    when: "there is no way there",
    steps: [[0, failure({ kind: "unreachable", reason: "ENOTFOUND" })]],
    state: { kind: "down" },
    evidence: /ENOTFOUND/,
  },
  {
    when: "TCP is accepted and no challenge comes",
    steps: [[0, failure({ kind: "mute", waitedMs: 5_000, waitedFor: "connect.challenge" })]],
    state: { kind: "frozen" },
    evidence: /accepts, and no connect\.challenge came within 5 s/,
    next: /event loop stands still/,
  },
  {
    when: "the process says that it still starts",
    steps: [[0, { kind: "starting", uptimeMs: 4_000, pending: "sidecars" }]],
    state: { kind: "booting", pending: "sidecars" },
    evidence: /starts since 4s, waits for sidecars/,
  },
  {
    when: "connect is answered with a retryable UNAVAILABLE",
    steps: [
      [
        0,
        failure({
          kind: "rejected",
          error: wireErrorOf({
            code: "UNAVAILABLE",
            message: "starting",
            retryable: true,
            details: { reason: "startup-sidecars" },
          }),
        }),
      ],
    ],
    state: { kind: "booting", pending: "startup-sidecars" },
    evidence: /not ready yet: startup-sidecars/,
  },
  {
    when: "it says goodbye and closes with 1012",
    steps: [
      [0, hello()],
      [minute, end(1012, { reason: "gateway stopping", restartExpectedMs: 1_500 })],
    ],
    state: { kind: "stopping", restartExpectedAt: start + minute + 1_500 },
    evidence: /said goodbye: gateway stopping \(close 1012\)/,
    since: minute,
  },
  {
    when: "a 1012 comes though the shutdown event got lost",
    steps: [
      [0, hello()],
      [minute, end(1012)],
    ],
    state: { kind: "stopping" },
    evidence: /service restart/,
  },
  {
    when: "nobody listens shortly after a goodbye",
    steps: [
      [0, hello()],
      [minute, end(1012, { reason: "gateway stopping", restartExpectedMs: undefined })],
      [minute + 20 * second, refused],
    ],
    state: { kind: "stopping" },
    evidence: new RegExp(`nobody listens on its port, as announced at ${clockTime(start + minute)}`),
    since: minute,
  },
  {
    when: "nobody listens long after a goodbye",
    steps: [
      [0, hello()],
      [minute, end(1012, { reason: "gateway stopping", restartExpectedMs: undefined })],
      [3 * minute, refused],
    ],
    state: { kind: "down" },
    evidence: new RegExp(
      `said goodbye \\(gateway stopping\\) at ${clockTime(start + minute)} and did not come back`,
    ),
  },
  {
    when: "time passes after a goodbye and nothing is tried",
    steps: [
      [0, hello()],
      [minute, end(1012)],
      [3 * minute, { kind: "time" }],
    ],
    state: { kind: "down" },
    evidence: /did not come back/,
  },
  {
    when: "the connection ends without goodbye",
    steps: [
      [0, hello()],
      [minute, end(1006)],
    ],
    state: { kind: "crashed" },
    evidence: /without goodbye \(close 1006\)/,
    next: /log/,
  },
  {
    when: "nobody listens after a crash",
    steps: [
      [0, hello()],
      [minute, end(1006)],
      [minute + 42 * second, refused],
    ],
    state: { kind: "down" },
    evidence: new RegExp(`nobody listens on its port; lost at ${clockTime(start + minute)} without goodbye`),
  },
  {
    when: "a new process answers after a goodbye",
    steps: [
      [0, hello()],
      [minute, end(1012)],
      [minute + 14 * second, hello({ bootId: "boot-2", uptimeMs: 3_000 })],
    ],
    state: { kind: "up" },
    evidence: /restarted as announced, back after 14s, version 2026\.9\.6, up 3s then/,
    since: minute + 14 * second,
  },
  {
    when: "a new process answers after a crash",
    steps: [
      [0, hello()],
      [minute, end(1006)],
      [minute + 14 * second, hello({ bootId: "boot-2", uptimeMs: 3_000 })],
    ],
    state: { kind: "up" },
    evidence: /restarted without goodbye, back after 14s/,
  },
  {
    when: "the same process answers after the network blinked",
    steps: [
      [0, hello()],
      [minute, end(1006)],
      [minute + 3 * second, hello({ uptimeMs: 3_663_000 })],
    ],
    state: { kind: "up" },
    evidence: /the same process answers again after 3s/,
  },
  {
    when: "three new boots came within ten minutes",
    steps: [
      [0, hello()],
      ...[2, 3, 4].flatMap((boot): readonly Step[] => [
        [boot * minute, end(1006)],
        [boot * minute + 15 * second, hello({ bootId: `boot-${boot}`, uptimeMs: 2_000 })],
      ]),
    ],
    state: { kind: "crash-loop", boots: 3, withinMs: 600_000 },
    evidence: /3 new boots within 10m; now: restarted without goodbye/,
    next: /Stop its service/,
  },
  {
    when: "somebody restarts it again and again, and it says goodbye each time",
    steps: [
      [0, hello()],
      ...[2, 3, 4].flatMap((boot): readonly Step[] => [
        [boot * minute, { kind: "goodbye", reason: "gateway stopping", restartExpectedMs: undefined }],
        [boot * minute + 15 * second, hello({ bootId: `boot-${boot}`, uptimeMs: 2_000 })],
      ]),
    ],
    state: { kind: "up" },
    evidence: /restarted as announced/,
  },
  {
    when: "it says goodbye once and then dies again and again while it starts",
    steps: [
      [0, hello()],
      [minute, { kind: "goodbye", reason: "gateway stopping", restartExpectedMs: undefined }],
      ...[1, 2, 3, 4].flatMap((boot): readonly Step[] => [
        [boot * minute + 5 * second, { kind: "starting", uptimeMs: 3_000, pending: undefined }],
        [boot * minute + 15 * second, refused],
      ]),
    ],
    state: { kind: "crash-loop", boots: 3 },
    evidence: /3 new boots within 10m/,
  },
  {
    when: "a gateway dies again and again before its first hello",
    steps: [
      [0, hello()],
      ...[1, 2, 3].flatMap((boot): readonly Step[] => [
        [boot * minute, { kind: "starting", uptimeMs: 3_000, pending: undefined }],
        [boot * minute + 10 * second, refused],
      ]),
    ],
    state: { kind: "crash-loop", boots: 3 },
    evidence: /3 new boots within 10m; now: nobody listens/,
  },
  {
    when: "the tick stays away",
    steps: [
      [0, hello()],
      [2 * minute, { kind: "silence", silentMs: 61_000, because: "no tick" }],
    ],
    state: { kind: "half-open" },
    evidence: /no tick for 1m/,
  },
  {
    when: "questions stay unanswered and nothing is heard",
    steps: [
      [0, hello()],
      [2 * minute, { kind: "silence", silentMs: 11_000, because: "no answer" }],
    ],
    state: { kind: "half-open" },
    evidence: /unanswered and nothing else heard for 11s/,
  },
  {
    when: "events come and no answer",
    steps: [
      [0, hello()],
      [2 * minute, { kind: "silence", silentMs: 31_000, because: "only events" }],
    ],
    state: { kind: "half-open" },
    evidence: /sends events and has answered no question for 31s/,
  },
  {
    when: "a process that answered nothing lets us in again",
    steps: [
      [0, hello()],
      [2 * minute, { kind: "silence", silentMs: 31_000, because: "only events" }],
      [3 * minute, hello()],
    ],
    state: { kind: "half-open" },
    evidence: /has answered no question/,
  },
  {
    when: "a process that answered nothing answers",
    steps: [
      [0, hello()],
      [2 * minute, { kind: "silence", silentMs: 30_000, because: "only events" }],
      [3 * minute, hello()],
      [3 * minute + 30 * second, { kind: "answers" }],
    ],
    state: { kind: "up" },
    evidence: /the same process answers again after 2m/,
  },
  {
    when: "another process is let in after one that answered nothing",
    steps: [
      [0, hello()],
      [2 * minute, { kind: "silence", silentMs: 31_000, because: "only events" }],
      [3 * minute, hello({ bootId: "boot-2", uptimeMs: 5_000 })],
    ],
    state: { kind: "up" },
    evidence: /restarted without goodbye/,
  },
  {
    when: "it thinks better of a restart that it was draining for",
    steps: [
      [0, hello()],
      [minute, { kind: "goodbye", reason: "draining", restartExpectedMs: undefined, draining: true }],
      [minute + 30 * second, { kind: "answers" }],
      [3 * minute, { kind: "time" }],
    ],
    state: { kind: "up" },
    evidence: /the same process answers again/,
  },
  {
    when: "an answer comes after its goodbye",
    steps: [
      [0, hello()],
      [minute, { kind: "goodbye", reason: "gateway stopping", restartExpectedMs: undefined }],
      [minute + second, { kind: "answers" }],
    ],
    state: { kind: "stopping" },
    evidence: /said goodbye/,
  },
  {
    when: "our clock is set back by an hour after its goodbye, and it does not come back",
    steps: [
      [0, hello()],
      [90 * minute, { kind: "goodbye", reason: "gateway stopping", restartExpectedMs: undefined }],
      [30 * minute, refused],
      [32 * minute, { kind: "time" }],
    ],
    state: { kind: "down" },
    evidence: /did not come back/,
    since: 32 * minute,
  },
  {
    when: "the silence turns out to be a frozen process",
    steps: [
      [0, hello()],
      [2 * minute, { kind: "silence", silentMs: 11_000, because: "no answer" }],
      [2 * minute + 5 * second, failure({ kind: "mute", waitedMs: 5_000, waitedFor: "connect.challenge" })],
    ],
    state: { kind: "frozen" },
    evidence: /no connect\.challenge/,
  },
  {
    when: "a thawed process answers",
    steps: [
      [0, hello()],
      [2 * minute, { kind: "silence", silentMs: 11_000, because: "no answer" }],
      [3 * minute, hello()],
    ],
    state: { kind: "up" },
    evidence: /the same process answers again after 1m/,
  },
  {
    when: "somebody suspends it",
    steps: [
      [0, hello()],
      [minute, { kind: "suspension", active: true, phase: "prepared" }],
    ],
    state: { kind: "suspended", ours: false },
    evidence: /somebody else \(prepared\)/,
  },
  {
    when: "hello comes from a suspended gateway",
    steps: [[0, hello({ suspended: true })]],
    state: { kind: "suspended", ours: false },
    evidence: /quiesced/,
  },
  {
    when: "a suspension ends",
    steps: [
      [0, hello()],
      [minute, { kind: "suspension", active: true, phase: "prepared" }],
      [2 * minute, { kind: "suspension", active: false, phase: "accepting" }],
    ],
    state: { kind: "up" },
    evidence: /resumed after 1m/,
  },
  {
    when: "less was granted than asked",
    steps: [[0, hello({ granted: [] })]],
    state: { kind: "under-scoped", missing: ["operator.read"] },
    evidence: /asked for operator\.read, was granted nothing/,
    next: /device/,
  },
  {
    when: "the device must be approved",
    steps: [[0, rejected("gw2-remote-device-cli-PAIRING_REQUIRED")]],
    state: {
      kind: "pairing",
      requestId: "43937a10-4112-460b-9a8f-6c233ca43b46",
      approve: "openclaw devices approve 43937a10-4112-460b-9a8f-6c233ca43b46",
    },
    evidence: /approved there first \(not-paired/,
    next: /openclaw devices approve 43937a10/,
  },
  {
    when: "the device wants more than it was approved for",
    steps: [[0, rejected("gw2-remote-scope-upgrade")]],
    state: { kind: "pairing" },
    evidence: /scope-upgrade/,
  },
  {
    when: "it lets us in after the device was approved",
    steps: [
      [0, rejected("gw2-remote-device-cli-PAIRING_REQUIRED")],
      [minute, hello()],
    ],
    state: { kind: "up" },
    evidence: /let in now, version 2026\.9\.6/,
  },
  {
    when: "the token is wrong",
    steps: [[0, rejected("badtoken")]],
    state: { kind: "unauthorised" },
    evidence: /refused: AUTH_TOKEN_MISMATCH/,
    next: /gateway\.auth\.token/,
  },
  {
    when: "there is no token",
    steps: [[0, rejected("notoken")]],
    state: { kind: "unauthorised" },
    evidence: /refused: DEVICE_IDENTITY_REQUIRED/,
    next: /Configure the gateway's token/,
  },
  {
    when: "the protocol has moved on",
    steps: [[0, rejected("proto5")]],
    state: { kind: "incompatible", reason: "it speaks protocol 4, clawback speaks 4" },
    evidence: /protocol/,
  },
  {
    when: "the gateway refuses how we introduce ourselves",
    steps: [[0, rejected("extra-prop")]],
    state: { kind: "incompatible" },
    evidence: /unexpected property/,
  },
  {
    when: "a proxy's forwarded headers are not trusted",
    steps: [[0, failure({ kind: "http-status", status: 403 })]],
    state: { kind: "unauthorised" },
    evidence: /HTTP 403/,
    next: /trustedProxies/,
  },
  {
    when: "a proxy has no gateway behind it",
    steps: [[0, failure({ kind: "http-status", status: 502 })]],
    state: { kind: "down" },
    evidence: /HTTP 502/,
  },
  {
    when: "a web server answers that knows no WebSocket",
    steps: [[0, failure({ kind: "http-status", status: 404 })]],
    state: { kind: "incompatible" },
    evidence: /HTTP 404/,
    next: /httpOnly/,
  },
  {
    when: "the certificate is not trusted",
    steps: [[0, failure({ kind: "untrusted", reason: "DEPTH_ZERO_SELF_SIGNED_CERT" })]],
    state: { kind: "unauthorised" },
    evidence: /no secret was sent/,
    next: /tls\.fingerprint/,
  },
  {
    when: "the certificate has expired",
    steps: [[0, failure({ kind: "untrusted", reason: "CERT_HAS_EXPIRED" })]],
    state: { kind: "unauthorised" },
    evidence: /CERT_HAS_EXPIRED/,
    next: /^Renew the certificate/,
  },
  {
    when: "the certificate is made out for another name",
    steps: [[0, failure({ kind: "untrusted", reason: "ERR_TLS_CERT_ALTNAME_INVALID" })]],
    state: { kind: "unauthorised" },
    evidence: /ALTNAME/,
    next: /another name/,
  },
  {
    when: "what listens hangs up at once",
    steps: [[0, failure({ kind: "unreachable", reason: "ECONNRESET" })]],
    state: { kind: "down" },
    evidence: /ECONNRESET/,
    next: /wss:/,
  },
  {
    when: "another program listens there",
    steps: [[0, failure({ kind: "foreign", reason: "its first words are not a challenge" })]],
    state: { kind: "incompatible" },
    evidence: /does not speak the gateway protocol/,
  },
  {
    when: "we keep the secret to ourselves",
    steps: [[0, failure({ kind: "withheld", problem: inTheOpen })]],
    state: { kind: "unauthorised" },
    evidence: /plain ws/,
    next: /Use wss/,
  },
];

describe("what a connection means", () => {
  it.each(table.map((row) => [row.when, row] as const))("when %s", (_when, row) => {
    const { report } = after(...row.steps);
    const evidence: unknown = expect.stringMatching(row.evidence);
    const next: unknown = expect.stringMatching(row.next ?? /(?:)/);
    expect({ next: "", ...report }).toMatchObject({ state: row.state, evidence, next });
    expect(report.since).toBe(row.since === undefined ? report.since : start + row.since);
  });
});

describe("the belief about a gateway", () => {
  it("calls a suspension ours when clawback asked for it, until its lease ends", () => {
    const ours = after([0, hello()], [second, { kind: "our-suspension", until: start + 2 * minute }]);
    const during = judge(ours, { kind: "suspension", active: true, phase: "prepared" }, start + minute);
    expect(during.report.state).toEqual({ kind: "suspended", ours: true, until: start + 2 * minute });
    const late = judge(ours, { kind: "suspension", active: true, phase: "prepared" }, start + 3 * minute);
    expect(late.report.state).toEqual({ kind: "suspended", ours: false });
  });

  it("takes a suspension back from somebody else when it turns out to be ours, and ends it with its own answer", () => {
    const prepared: Step = [second, { kind: "suspension", active: true, phase: "prepared" }];
    const early = after([0, hello()], prepared);
    expect(early.report.state).toMatchObject({ kind: "suspended", ours: false });
    const until = start + 2 * minute;
    const claimed = judge(early, { kind: "our-suspension", until }, start + 2 * second);
    expect(claimed.report).toMatchObject({
      state: { kind: "suspended", ours: true },
      since: start + second,
    });
    // Between our "resume" and the gateway's word of it, it is neither up yet nor anybody else's.
    const ending = judge(claimed, { kind: "our-suspension", until: undefined }, start + 3 * second);
    expect(ending.report).toBe(claimed.report);
    const over = judge(ending, { kind: "suspension", active: false, phase: "accepting" }, start + 4 * second);
    expect(over.report.state.kind).toBe("up");
  });

  it("keeps since when while the kind of state stays, with newer evidence", () => {
    const later = after(
      [0, refused],
      [minute, refused],
      [2 * minute, failure({ kind: "unreachable", reason: "EHOSTUNREACH" })],
    );
    expect(later.report).toMatchObject({ state: { kind: "down" }, since: start });
    expect(later.report.evidence).toMatch(/EHOSTUNREACH/);
  });

  it("does not say that a trouble began when it was only met", () => {
    const met = after([0, refused], [minute, refused]);
    expect(met.report).toMatchObject({ since: start, orBefore: true });
    const seen = after([0, hello()], [minute, refused]);
    expect(seen.report).toMatchObject({ state: { kind: "down" }, since: start + minute });
    expect(seen.report.orBefore).toBeUndefined();
  });

  it("does not forget a trouble because another attempt begins", () => {
    const belief = after([0, rejected("badtoken")], [minute, { kind: "attempt", attempt: 2 }]);
    expect(belief.report.state.kind).toBe("unauthorised");
  });

  it("lets a crash loop go once ten minutes pass without a new boot", () => {
    const loop = after(
      [0, hello()],
      ...[1, 2, 3].map((boot): Step => [boot * minute, hello({ bootId: `b${boot}`, uptimeMs: 1_000 })]),
    );
    expect(loop.report.state.kind).toBe("crash-loop");
    const still = judge(loop, { kind: "time" }, start + 10 * minute);
    expect(still.report.state.kind).toBe("crash-loop");
    expect(judge(still, { kind: "time" }, start + 11 * minute + 1).report.state).toEqual({ kind: "up" });
  });

  it("counts one boot once, whether met by its uptime or by its id", () => {
    const belief = after(
      [0, hello()],
      [minute, { kind: "starting", uptimeMs: 2_000, pending: undefined }],
      [minute + 5 * second, { kind: "starting", uptimeMs: 7_000, pending: undefined }],
      [minute + 10 * second, hello({ bootId: "boot-2", uptimeMs: 12_000 })],
    );
    expect(belief.boots.noticed).toHaveLength(1);
  });

  it("does not take the first process it meets for a restart", () => {
    const belief = after([0, refused], [minute, hello({ uptimeMs: 2_000 })]);
    expect(belief.boots.noticed).toHaveLength(0);
    expect(belief.report.evidence).not.toMatch(/restarted/);
  });
});
