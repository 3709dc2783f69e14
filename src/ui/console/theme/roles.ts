/**
 * What a piece of the screen means. Screens name these and never a colour; a theme says what each looks like.
 */
export const roles = [
  "text.primary",
  "text.secondary",
  "text.dim",
  "text.strong",
  "state.good",
  "state.warn",
  "state.bad",
  "state.unknown",
  "state.busy",
  "state.paused",
  "accent",
  "key",
  "title",
  "selection",
  "selection.idle",
  "match",
  "banner",
  "alarm",
  "frame",
  "frame.focus",
  "chart.line",
  "chart.fill",
  "chart.threshold",
  "chart.mark",
  "diff.added",
  "diff.removed",
  "diff.changed",
] as const;

export type Role = (typeof roles)[number];

/** The states a thing can be in; each has a role and a symbol of the same name, and never only a colour. */
export const states = ["good", "warn", "bad", "unknown", "busy", "paused"] as const;

export type State = (typeof states)[number];
