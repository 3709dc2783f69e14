import { age, bytes, count, moment, percent, type WordsOf } from "../../ground/index.ts";
import { isVitalName } from "../vitals/vital.ts";
import { writeVital } from "../vitals/words.ts";

/** Why an alert fires, and since when its trouble lasts: every sentence, with the values that stand in it. */
export const evidenceSayings = {
  connection: { state: "text", because: "sentence", since: "number" },
  "connection-was": { state: "text", because: "sentence" },
  "never-heard": {},
  "never-heard-since": { since: "number" },
  "session-dead": {
    turns: "number",
    since: "number",
    route: "text?",
    pressure: "number?",
    over: "number",
    refusedAt: "number?",
    refusal: "text?",
  },
  "context-pressure": {
    needs: "number?",
    budget: "number?",
    pressure: "number",
    limit: "number",
    over: "number",
    route: "text?",
  },
  "context-usage": { used: "number?", window: "number?", usage: "number", limit: "number" },
  "quick-starts-told": { boots: "number", withinMs: "number", seenAt: "number" },
  "quick-starts": {
    starts: "number",
    withinMs: "number",
    lastAt: "number",
    version: "text?",
    failure: "text?",
  },
  gauge: { vital: "text", value: "number", limit: "number", usual: "number?" },
  "memory-grew": { by: "number", withinMs: "number", from: "number", to: "number", hourly: "number" },
  "memory-high": { rss: "number", limit: "number", usual: "number" },
  "memory-out-of-sync": {
    files: "number",
    keys: "number?",
    detail: "text?",
    stale: "number?",
    gone: "number?",
    readAt: "number",
  },
  "key-quarantined": { provider: "text", at: "number" },
  "calls-failing": { failed: "number", calls: "number", rate: "number", limit: "number", lastError: "text?" },
  "config-invalid": { issue: "text?", more: "number" },
  "config-unapplied": { forMs: "number" },
  "restore-mismatch": {
    snapshot: "text",
    at: "number",
    outcome: "text",
    mismatches: "texts",
    more: "number",
  },
  "secret-logged": { what: "text", subsystem: "text", at: "number", line: "text" },
  "no-turn": { since: "number", limitMs: "number" },
  "turn-silent": { since: "number", limitMs: "number" },
  "snapshot-none": { lookedSince: "number" },
  "snapshot-overdue": { snapshot: "text", takenAt: "number", limitMs: "number" },
  "snapshot-large": { snapshot: "text", bytes: "number", limit: "number" },
  "snapshots-frequent": { snapshots: "number", withinMs: "number", limit: "number", everyMs: "number" },
  "restores-fail": {
    succeeded: "number",
    all: "number",
    rate: "number",
    limit: "number",
    snapshot: "text",
    gateway: "text",
    at: "number",
    outcome: "text",
  },
  "vault-unverified": { oldestAt: "number", limitMs: "number", verifiedAt: "number?" },
  "own-rule": { when: "text", readings: "text" },
  "channel-gone": {
    channel: "text",
    account: "text",
    terminal: "flag",
    since: "number",
    why: "text?",
    advice: "text?",
  },

  "began-to-hold": { rule: "text" },
  "left-usual": { vital: "text", usual: "number", moved: "number" },
  "context-stopped-fitting": { session: "text" },
  "last-work": {},
  "last-word-of-turn": { session: "text" },
  "channel-disconnected": { channel: "text", account: "text" },
  "first-quick-start": {},
  "provider-refused": { provider: "text" },
  "config-not-applied": {},
  "restore-of": { snapshot: "text" },
  "secret-written": { what: "text" },
} as const;

/** In English: what the history keeps, and what reports, outputs and the command line say. */
export const evidenceWords: WordsOf<typeof evidenceSayings> = {
  connection: ({ state, because, since }, when) => `${state}: ${because} (since ${when(since)})`,
  "connection-was": ({ state, because }) => `${state}: ${because}`,
  "never-heard": () => "never heard",
  "never-heard-since": ({ since }, when) => `never heard (since ${when(since)})`,
  "session-dead": ({ turns, since, route, pressure, over, refusedAt, refusal }, when) =>
    [
      `${turns === 1 ? "1 turn" : `${turns} turns`} failed since ${when(since)}`,
      ...(route === undefined ? [] : [`route ${route}`, `pressure ${percent(pressure)}`]),
      ...(over > 0 ? [`${count(over)} tokens over`] : []),
      refusedAt === undefined
        ? "no completed compaction"
        : `compaction refused at ${when(refusedAt)}${refusal === undefined ? "" : ` (${refusal})`}`,
    ].join(", "),
  "context-pressure": ({ needs, budget, pressure, limit, over, route }) =>
    `the next prompt needs ${count(needs)} of ${count(budget)} tokens (${percent(pressure)}, limit ${percent(limit)})${over > 0 ? `, ${count(over)} tokens over` : ""}, route ${route ?? "?"}`,
  "context-usage": ({ used, window, usage, limit }) =>
    `${count(used)} of ${count(window)} tokens used (${percent(usage)}, limit ${percent(limit)})`,
  "quick-starts-told": ({ boots, withinMs, seenAt }, when) =>
    `${boots} starts within ${age(withinMs)} (seen at ${when(seenAt)})`,
  "quick-starts": ({ starts, withinMs, lastAt, version, failure }, when) =>
    [
      `${starts} starts within ${age(withinMs)}`,
      `the last at ${when(lastAt)}`,
      ...(version === undefined ? [] : [`version ${version}`]),
      ...(failure === undefined ? [] : [`it failed to start: ${failure}`]),
    ].join(", "),
  gauge: ({ vital, value, limit, usual }) =>
    `${vital} is ${inUnit(vital, value)} (limit ${inUnit(vital, limit)}${usual === undefined ? "" : `, usual here ${inUnit(vital, usual)}`})`,
  "memory-grew": ({ by, withinMs, from, to, hourly }) =>
    `RSS grew by ${bytes(by)} in ${age(withinMs)}, from ${bytes(from)} to ${bytes(to)}, now ${bytes(hourly)} an hour`,
  "memory-high": ({ rss, limit, usual }) =>
    `RSS is ${bytes(rss)} (limit ${bytes(limit)}, usual here ${bytes(usual)})`,
  "memory-out-of-sync": ({ files, keys, detail, readAt }, when) =>
    `${files} memory files, ${keys ?? "?"} keys in the index${detail === undefined ? "" : `: ${detail}`} (read at ${when(readAt)})`,
  "key-quarantined": ({ provider, at }, when) =>
    `the key of ${provider} is in quarantine after an authentication or billing failure (told at ${when(at)})`,
  "calls-failing": ({ failed, calls, rate, limit, lastError }) =>
    `${failed} of ${calls} model calls failed in the window (${percent(rate)}, limit ${percent(limit)})${lastError === undefined ? "" : `; the last: ${lastError}`}`,
  "config-invalid": ({ issue, more }) =>
    `the configuration file is not valid: ${issue ?? "no issue named"}${more > 0 ? ` (and ${more} more)` : ""}`,
  "config-unapplied": ({ forMs }) =>
    `the saved configuration has not been the applied one for more than ${age(forMs)}`,
  "restore-mismatch": ({ snapshot, at, outcome, mismatches, more }) =>
    `${snapshot} was restored at ${moment(at)} (${outcome}), and ${mismatches.join("; ")}${more > 0 ? `; and ${more} more` : ""}`,
  "secret-logged": ({ what, subsystem, at, line }, when) =>
    `${what} in a line of ${subsystem} at ${when(at)}: ${line}`,
  "no-turn": ({ since, limitMs }, when) => `no turn since ${when(since)} (limit ${age(limitMs)})`,
  "turn-silent": ({ since, limitMs }, when) =>
    `running, and nothing heard of it since ${when(since)} (limit ${age(limitMs)})`,
  "snapshot-none": ({ lookedSince }, when) =>
    `there is no snapshot of it to go back to, and none was taken since ${when(lookedSince)}`,
  "snapshot-overdue": ({ snapshot, takenAt, limitMs }) =>
    `the newest snapshot is ${snapshot}, taken ${moment(takenAt)} (limit ${age(limitMs)})`,
  "snapshot-large": ({ snapshot, bytes: size, limit }) =>
    `${snapshot} brought ${bytes(size)} of new data (limit ${bytes(limit)})`,
  "snapshots-frequent": ({ snapshots, withinMs, limit, everyMs }) =>
    `${snapshots} snapshots within ${age(withinMs)} (limit ${limit}, one every ${age(everyMs)})`,
  "restores-fail": ({ succeeded, all, rate, limit, snapshot, gateway, at, outcome }) =>
    `${succeeded} of ${all} restores succeeded (${percent(rate)}, limit ${percent(limit)}); the last, of ${snapshot} on ${gateway} at ${moment(at)}: ${outcome}`,
  "vault-unverified": ({ oldestAt, limitMs, verifiedAt }) =>
    `the oldest snapshot nobody has read back is of ${moment(oldestAt)} (limit ${age(limitMs)}); last verified ${verifiedAt === undefined ? "never" : moment(verifiedAt)}`,
  "own-rule": ({ when, readings }) => `${when}${readings === "" ? "" : `: ${readings}`}`,
  "channel-gone": ({ channel, account, terminal, since, why, advice }, when) =>
    [
      `${channel} (${account}) ${terminal ? "disconnected for good" : "not connected"} since ${when(since)}`,
      ...(why === undefined ? [] : [why]),
      ...(advice === undefined ? [] : [`its advice: ${advice}`]),
    ].join("; "),

  "began-to-hold": ({ rule }) => `${rule} began to hold`,
  "left-usual": ({ vital, usual, moved }) =>
    `${vital} left its usual ${inUnit(vital, usual)} (then ${inUnit(vital, moved)})`,
  "context-stopped-fitting": ({ session }) => `the context of ${session} stopped fitting`,
  "last-work": () => "the last sign of work",
  "last-word-of-turn": ({ session }) => `the last word of the turn in ${session}`,
  "channel-disconnected": ({ channel, account }) => `${channel} (${account}) disconnected`,
  "first-quick-start": () => "the first of the quick starts",
  "provider-refused": ({ provider }) => `${provider} refused, and its key went into quarantine`,
  "config-not-applied": () => "the configuration was saved and not applied",
  "restore-of": ({ snapshot }) => `the restore of ${snapshot}`,
  "secret-written": ({ what }) => `${what} was written to the log`,
};

/** A value of a vital in its own unit; a name that is none is a plain number. */
export const inUnit = (vital: string, value: number): string =>
  isVitalName(vital) ? writeVital(vital, value) : count(value);
