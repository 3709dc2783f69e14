import type { RestoreEvent, RestorePlan } from "../../src/watch/index.ts";
import {
  begunRun,
  withRestoreEvent,
  type RestoreRun,
  type RunEnd,
} from "../../src/ui/console/state/restore-run.ts";
import {
  firstTakeback,
  planKey,
  rollbackKey,
  type Goal,
  type Rollback,
  type TakebackState,
} from "../../src/ui/console/state/takeback.ts";

/** The restore of `keepingStory`: two sessions lose something, a device pairs again, a secret differs. */
export const restorePlan = (changes: Partial<RestorePlan> = {}): RestorePlan => ({
  snapshot: {
    id: "2026-11-20-00-00",
    name: "before-deploy",
    createdAt: "2026-11-20T00:00:00.000Z",
    gatewayVersion: "2026.9.5",
  },
  gateway: "prod-eu",
  stateDir: "/srv/openclaw",
  scope: "everything",
  how: "stop-and-start",
  migration: null,
  preflight: [
    { check: "may change", verdict: "pass", evidence: "not read-only" },
    { check: "nothing pending", verdict: "pass", evidence: "no other restore of this state is under way" },
    {
      check: "snapshot is whole",
      verdict: "pass",
      evidence:
        "everything 2026-11-20-00-00 needs is in the vault; each byte is checked again while it is written",
    },
    {
      check: "versions fit",
      verdict: "warn",
      evidence: "agent main goes from schema 24 back to 23",
      wayOut: "The gateway (2026.9.6) brings it up to date when it starts; this takes longer than usual.",
    },
    { check: "gateway can be stopped", verdict: "pass", evidence: "systemd user unit openclaw-gateway" },
    { check: "space", verdict: "pass", evidence: "needs 81 MB, free 46 GB" },
  ],
  files: {
    written: [{ path: "credentials/telegram.json", type: "file", size: 310 }],
    replaced: [
      {
        path: "openclaw.json",
        type: "file",
        what: ["content"],
        before: { size: 2_648, mode: 0o600 },
        after: { size: 2_600, mode: 0o600 },
      },
    ],
    removed: [{ path: "openclaw.json.bak", type: "file", size: 2_600 }],
    same: 390,
    bytesToWrite: 57e6,
    bytesFromVault: 3e6,
  },
  sessions: {
    gone: [
      { key: "agent:main:later", agentId: "main", messages: 2, messagesAfter: 0, lastActivityAt: null },
      { key: "東京:夜間", agentId: "main", messages: null, messagesAfter: 0, lastActivityAt: null },
    ],
    shortened: [
      {
        key: "agent:main:console-big",
        agentId: "main",
        messages: 13,
        messagesAfter: 9,
        lastActivityAt: null,
      },
    ],
    back: [{ key: "agent:ops:old", agentId: "ops", messages: 7, messagesAfter: 7, lastActivityAt: null }],
    messagesLost: 6,
  },
  config: [
    { path: "agents.defaults.compaction.mode", before: "safeguard", after: "default" },
    { path: "channels.telegram.botToken", before: "[redacted]", after: "[redacted]", differs: true },
  ],
  versions: {
    now: "2026.9.6",
    inSnapshot: "2026.9.5",
    schemas: [{ database: "agent main", now: 24, inSnapshot: 23 }],
  },
  devices: [{ deviceId: "a1b2c3d4e5f6a7b8", name: "pixel-8" }],
  ratchetChannels: ["whatsapp"],
  deliveriesDropped: 1,
  space: { needBytes: 81e6, freeBytes: 46e9 },
  downtime: { words: "about 20 s", expectedMs: 20_000 },
  ...changes,
});

export const blockedPlan = (): RestorePlan =>
  restorePlan({
    preflight: [
      ...restorePlan().preflight,
      {
        check: "same place",
        verdict: "stop",
        evidence: "taken of /home/dev/.openclaw on laptop, and this is /srv/openclaw",
        wayOut: "Restore it beside first: clawback snapshots restore 2026-11-20-00-00 --target DIR",
      },
    ],
  });

export const goal: Goal = { gateway: "prod-eu", snapshot: "2026-11-20-00-00", scope: "" };

export const planned = (plan: RestorePlan, at: number): TakebackState => ({
  ...firstTakeback,
  plans: new Map([[planKey(goal), { kind: "done", at, plan }]]),
});

type Told = readonly [
  step: RestoreEvent["step"],
  state: RestoreEvent["state"],
  detail: string,
  after: number,
];

const told: readonly Told[] = [
  ["recover", "begun", "looking at both sides once more", 0],
  ["recover", "done", "everything", 400],
  ["safety-snapshot", "begun", "a snapshot of how it is now", 400],
  ["safety-snapshot", "done", "2026-11-20-00-05: 1.2 MB new", 900],
  ["stage", "begun", "writing the snapshot beside the live state", 900],
  ["stage", "done", "412 files, 57 MB written and read back; 6 databases checked", 1_600],
  ["stop", "begun", "asking the systemd user unit openclaw-gateway to stop it", 1_600],
  ["stop", "done", "stopped after 3s", 4_800],
  ["swap", "begun", "old out, new in", 4_800],
  ["swap", "done", "1 renames; the old state is kept beside it", 4_900],
  ["start", "begun", "asking the systemd user unit openclaw-gateway to start it", 4_900],
  ["start", "done", "runs after 1s", 6_000],
  ["ready", "begun", "waiting until it has started and is ready", 6_000],
  ["ready", "going-on", "starting, waits for startup-sidecars", 6_500],
  ["ready", "done", "ready after 12s", 18_000],
  ["verify", "begun", "comparing what runs with what was put back", 18_000],
  ["verify", "done", "sessions: 41 of 41 sessions are there", 18_400],
];

/** A restore as far as so many of its events. */
export const runOf = (events: number, begunAt: number, of: Partial<RestoreRun> = {}): RestoreRun => ({
  ...told
    .slice(0, events)
    .reduce<RestoreRun>(
      (run, [step, state, detail, after]) =>
        withRestoreEvent(run, { step, state, detail, at: begunAt + after }),
      begunRun({ ...goal, scope: "everything" }, begunAt),
    ),
  ...of,
});

export const eventsTold = told.length;

const recovery = {
  ok: true,
  checks: [
    { what: "sessions", verdict: "same", evidence: "41 of 41 sessions are there" },
    { what: "messages", verdict: "same", evidence: "402 messages in 41 sessions" },
    { what: "channels", verdict: "unknown", evidence: "it was not asked" },
  ],
} as const;

export const ends: Readonly<Record<RunEnd["kind"], RunEnd>> = {
  waiting: {
    kind: "waiting",
    recovery,
    warnings: [{ text: "It runs, and will not become ready while telegram fails." }],
    isStarted: true,
  },
  accepted: { kind: "accepted", recovery },
  "put-back": {
    kind: "put-back",
    why: "the gateway ended 3 s after its start",
    running: true,
    recovery: { ok: false, checks: [{ what: "boot", verdict: "differs", evidence: "no new boot" }] },
  },
  "called-off": { kind: "called-off", why: "The restore was called off.", running: true },
  failed: {
    kind: "failed",
    why: "the old state could not be put back",
    hint: "Both states are there; stop the gateway for good, then run clawback restore rollback.",
  },
};

export const running = (run: RestoreRun): TakebackState => ({
  ...firstTakeback,
  runs: new Map([[run.gateway, run]]),
});

export const sessionGoal = {
  gateway: "prod-eu",
  session: "agent:main:console-big",
  ref: "last-good",
} as const;

export const rolledBack = (rollback: Rollback): TakebackState => ({
  ...firstTakeback,
  rollbacks: new Map([[rollbackKey(sessionGoal), rollback]]),
});

export const rollbacks = {
  looking: { kind: "looking", since: 0 },
  failed: { kind: "failed", why: "it can only be taken back alone while its gateway runs" },
  planned: {
    kind: "planned",
    at: 0,
    snapshot: "2026-11-20-00-00",
    messagesNow: 13,
    messagesThen: 9,
    aside: 4,
  },
  "no-way": { kind: "no-way", snapshot: "2026-11-20-00-00", why: "it was compacted or reset since" },
  done: {
    kind: "done",
    at: 0,
    snapshot: "2026-11-20-00-00",
    messagesBefore: 13,
    messagesAfter: 9,
    tookMs: 53,
    undone: false,
    probe: { kind: "answered", pressure: 0.62 },
  },
} as const satisfies Readonly<Record<string, Rollback>>;
