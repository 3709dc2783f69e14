import { age, percent, type WordsOf } from "../../ground/index.ts";

/** What an incident tells: its title, what happened, what was good before. Every sentence, with its values. */
export const storySayings = {
  "incident-on": { rule: "text", gateway: "text", more: "number" },
  "priority-of": { rule: "text", priority: "text", hit: "number", fleet: "number" },
  "changed-before": { what: "sentence", at: "number", beforeMs: "number" },
  both: { first: "sentence", second: "sentence" },
  "mark-set": { text: "text" },
  "on-gateway": { gateway: "text", what: "sentence" },

  "nothing-heard": {},
  "rule-says": { rule: "text", because: "sentence" },
  "alert-fired": { priority: "text", rule: "text", because: "sentence" },
  "alert-worse": { rule: "text", because: "sentence" },
  "alert-over": { rule: "text" },
  "alert-acknowledged": { by: "text", rule: "text", note: "text?" },
  "step-done": { by: "text", step: "text" },
  "snapshot-taken": { snapshot: "text", kind: "text" },
  restarted: { announced: "flag", from: "text?", to: "text?" },
  "config-applied": {},
  "config-changed": {},
  "config-broken": { issue: "text?" },
  "config-mended": {},
  "frames-missed": { missed: "number" },
  "another-machine": { from: "text", to: "text" },
  "restore-ended": { snapshot: "text", outcome: "text", mismatches: "number" },
  "operation-begun": { operation: "text", step: "text" },
  "operation-ended": { operation: "text", ok: "flag", text: "text" },

  "taken-before": { beforeMs: "number" },
  "taken-ago": { agoMs: "number" },
  "not-verified": {},
  "verified-at": { at: "number" },
  "pressure-unknown": {},
  "pressure-was": { pressure: "number" },
  "nothing-fired-then": {},
} as const;

export const storyWords: WordsOf<typeof storySayings> = {
  "incident-on": ({ rule, gateway, more }) => `${rule} on ${gateway}${more === 0 ? "" : ` and ${more} more`}`,
  "priority-of": ({ rule, priority, hit, fleet }) =>
    `${rule} is ${priority}${hit > 1 ? `; ${hit} of ${fleet} gateways are hit` : ""}`,
  "changed-before": ({ what, at, beforeMs }, when) => `${what} at ${when(at)}, ${age(beforeMs)} before`,
  both: ({ first, second }) => `${first}; ${second}`,
  "mark-set": ({ text }) => `mark "${text}"`,
  "on-gateway": ({ gateway, what }) => `${gateway}: ${what}`,

  "nothing-heard": () => "nothing heard yet",
  "rule-says": ({ rule, because }) => `${rule}: ${because}`,
  "alert-fired": ({ priority, rule, because }) => `${priority} ${rule}: ${because}`,
  "alert-worse": ({ rule, because }) => `${rule} is worse: ${because}`,
  "alert-over": ({ rule }) => `${rule} resolved`,
  "alert-acknowledged": ({ by, rule, note }) =>
    `${by} acknowledged ${rule}${note === undefined ? "" : `: ${note}`}`,
  "step-done": ({ by, step }) => `${by} did: ${step}`,
  "snapshot-taken": ({ snapshot, kind }) => `snapshot ${snapshot} (${kind})`,
  restarted: ({ announced, from, to }) =>
    `restarted${announced ? " as announced" : ""}${from === undefined || to === undefined ? "" : `, version ${from} → ${to}`}`,
  "config-applied": () => "configuration changed and applied",
  "config-changed": () => "the configuration file was changed",
  "config-broken": ({ issue }) =>
    `the configuration file is broken${issue === undefined ? "" : `: ${issue}`}`,
  "config-mended": () => "the configuration file is valid again",
  "frames-missed": ({ missed }) => `${missed} frames missed; everything is read again`,
  "another-machine": ({ from, to }) => `another machine answers here: ${from} → ${to}`,
  "restore-ended": ({ snapshot, outcome, mismatches }) =>
    `restore of ${snapshot}: ${outcome}${mismatches === 0 ? "" : `, ${mismatches} things are not as the snapshot promised`}`,
  "operation-begun": ({ operation, step }) => `${operation} started: ${step}`,
  "operation-ended": ({ operation, ok, text }) => `${operation} ${ok ? "done" : "failed"}: ${text}`,

  "taken-before": ({ beforeMs }) => `taken ${age(beforeMs)} before the trouble began`,
  "taken-ago": ({ agoMs }) => `taken ${age(agoMs)} ago, and no trouble is known`,
  "not-verified": () => "not verified yet",
  "verified-at": ({ at }, when) => `verified at ${when(at)}`,
  "pressure-unknown": () => "context pressure not known",
  "pressure-was": ({ pressure }) => `context pressure was ${percent(pressure)}`,
  "nothing-fired-then": () => "no alert was firing when it was taken",
};
