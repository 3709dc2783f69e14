import type { LogLevel } from "../../../clients/index.ts";
import type { ConditionSeverity, Operation, Severity } from "../../../watch/index.ts";
import type { Texts } from "../language/index.ts";
import type { Role, State } from "../theme/index.ts";

/** From what a thing is to how it is shown: one place, so that red means the same on every screen. */

export const conditionState: Readonly<Record<ConditionSeverity, State>> = {
  ok: "good",
  warning: "warn",
  critical: "bad",
  unknown: "unknown",
  maintenance: "busy",
};

export const severityState: Readonly<Record<Severity, State>> = {
  critical: "bad",
  warning: "warn",
  info: "unknown",
};

export const levelRole: Readonly<Record<LogLevel, Role>> = {
  trace: "text.dim",
  debug: "text.dim",
  info: "text.secondary",
  warn: "state.warn",
  error: "state.bad",
  fatal: "state.bad",
};

/** Context above this is a warning, above the whole it is critical: the next turn may not fit. */
export const tightContext = 0.8;

export const contextRole = (fraction: number): Role =>
  fraction > 1 ? "state.bad" : fraction > tightContext ? "state.warn" : "state.good";

/** `down`, not `down 42s`: where there is no room for how long, or where it has only just come to that. */
export const withoutTime = (word: string): string => word.replace(/ >?\d\S*(?: \d\S*)?$/u, "");

/** How many of its channels are connected. */
export const channelWords = ({
  connected,
  configured,
}: {
  readonly connected: number | undefined;
  readonly configured: number | undefined;
}): string | undefined =>
  connected === undefined || configured === undefined ? undefined : `${connected}/${configured}`;

/** `restoring 2026-11-20-00-00`, `running deploy`: what we are at work on a gateway with. */
export const workWords = ({ kind, snapshot, step }: Operation, { snapshots }: Texts): string =>
  `${snapshots.operations[kind]} ${snapshot ?? step}`;

/** The watch names a condition in English, some with a time behind it: the word is translated, the time stays. */
export const conditionWord = (word: string, { states }: Texts): string => {
  const whole = states[word];
  if (whole !== undefined) return whole;
  const space = word.lastIndexOf(" ");
  const first = space < 0 ? undefined : states[word.slice(0, space)];
  return first === undefined ? word : `${first}${word.slice(space)}`;
};
