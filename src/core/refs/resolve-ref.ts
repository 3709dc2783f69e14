import { ExitCode, harmlessLine, Problem } from "../../ground/index.ts";
import { compareIds } from "./snapshot-id.ts";
import { parseRef } from "./parse-ref.ts";

/** What a reference is looked up among. Deleted ones may be given too, so that their ids can be told from unknown ones. */
export type RefCandidate = {
  readonly id: string;
  readonly name?: string | null;
  /** Milliseconds since the epoch. */
  readonly takenAt: number;
  readonly state: "whole" | "damaged" | "deleted";
};

export type RefAnswer =
  | {
      readonly kind: "found";
      readonly id: string;
      readonly via: "id" | "latest" | "last-good" | "name" | "time" | "prefix";
      /** Damaged ones that would have been meant, had they been whole. Say so. */
      readonly passedOver: readonly string[];
    }
  /** Exactly this one was meant, and it cannot be used. Another never stands in for it. */
  | { readonly kind: "damaged" | "deleted"; readonly id: string }
  | { readonly kind: "ambiguous"; readonly ids: readonly string[] }
  | { readonly kind: "none"; readonly reason: string; readonly similar: readonly string[] }
  | { readonly kind: "invalid"; readonly reason: string };

export type RefOptions = {
  /** The snapshot that `last-good` means; the caller knows what was healthy. */
  readonly lastGood?: string;
};

/** How many candidates an answer names. */
const namedLimit = 20;

export const resolveRef = (
  written: string,
  candidates: readonly RefCandidate[],
  options: RefOptions = {},
): RefAnswer => {
  const ref = parseRef(written);
  switch (ref.kind) {
    case "invalid":
      return ref;
    case "id":
      return byId(ref.id, candidates);
    case "latest":
      return newest(candidates, ref.back, "latest");
    case "last-good":
      return lastGood(candidates, options.lastGood);
    case "time":
      return newest(
        candidates.filter(({ takenAt }) => takenAt <= ref.until),
        0,
        "time",
      );
    case "name":
      return byName(ref.text, candidates);
  }
};

const byId = (id: string, candidates: readonly RefCandidate[]): RefAnswer => {
  // A vault never has two of one id; were it so, only a whole one can be used.
  const meant = candidates.filter((candidate) => candidate.id === id);
  const usable = meant.find(({ state }) => state === "whole") ?? meant[0];
  if (usable === undefined) {
    return {
      kind: "none",
      reason: "no snapshot has this id",
      similar: ids(candidates.filter((candidate) => candidate.id.startsWith(`${id}-`))),
    };
  }
  return usable.state === "whole" ? found(id, "id") : { kind: usable.state, id };
};

const byName = (text: string, candidates: readonly RefCandidate[]): RefAnswer => {
  const present = candidates.filter(({ state }) => state !== "deleted");
  const named = present.filter(({ name }) => name === text);
  if (named.length > 0) return only(named, "name");
  const begun = present.filter(({ id }) => id.startsWith(text));
  if (begun.length > 0) return only(begun, "prefix");
  const similar = present.filter(({ name }) => name?.toLowerCase().startsWith(text.toLowerCase()) === true);
  return {
    kind: "none",
    reason: "no snapshot has this name, or an id that begins so",
    similar: ids(similar),
  };
};

const only = (matches: readonly RefCandidate[], via: "name" | "prefix"): RefAnswer => {
  const [match, ...more] = matches;
  if (match === undefined || more.length > 0) return { kind: "ambiguous", ids: ids(matches) };
  return match.state === "whole" ? found(match.id, via) : { kind: match.state, id: match.id };
};

const newest = (candidates: readonly RefCandidate[], back: number, via: "latest" | "time"): RefAnswer => {
  const ordered = candidates.filter(({ state }) => state !== "deleted").sort(newestFirst);
  const whole = ordered.filter(({ state }) => state === "whole");
  const meant = whole[back];
  if (meant === undefined) {
    return { kind: "none", reason: missing(whole.length, back, via), similar: [] };
  }
  const passedOver = ordered.slice(0, ordered.indexOf(meant)).filter(({ state }) => state === "damaged");
  return { ...found(meant.id, via), passedOver: ids(passedOver) };
};

const missing = (wholeCount: number, back: number, via: "latest" | "time"): string => {
  if (via === "time") return "no whole snapshot was taken at or before that time";
  if (wholeCount === 0) return "there is no whole snapshot yet";
  return `there are only ${wholeCount} whole snapshots, so latest~${back} would lie before the first`;
};

const lastGood = (candidates: readonly RefCandidate[], id: string | undefined): RefAnswer => {
  if (id === undefined) {
    return {
      kind: "none",
      reason: "no snapshot is known to be good: none that verifies was healthy",
      similar: [],
    };
  }
  const answer = byId(id, candidates);
  return answer.kind === "found" ? { ...answer, via: "last-good" } : answer;
};

const found = (
  id: string,
  via: Extract<RefAnswer, { kind: "found" }>["via"],
): Extract<RefAnswer, { kind: "found" }> => ({
  kind: "found",
  id,
  via,
  passedOver: [],
});

const newestFirst = (left: RefCandidate, right: RefCandidate): number =>
  right.takenAt - left.takenAt || compareIds(right.id, left.id);

const ids = (candidates: readonly RefCandidate[]): readonly string[] =>
  [...candidates].sort(newestFirst).map(({ id }) => id);

/** A failed answer as the command line says it; undefined when the reference was found. */
export const refProblem = (written: string, answer: RefAnswer): Problem | undefined => {
  const shown = harmlessLine(written.trim(), 80);
  switch (answer.kind) {
    case "found":
      return undefined;
    case "damaged":
      return new Problem("SNAPSHOT_DAMAGED", `Snapshot ${answer.id} is damaged.`, {
        hint: `clawback snapshots verify ${answer.id} says what of it is hurt. No other snapshot is taken in its place.`,
      });
    case "deleted":
      return new Problem("SNAPSHOT_DELETED", `Snapshot ${answer.id} was deleted.`, {
        hint: "clawback snapshots list shows those that are there. No other snapshot is taken in its place.",
        exit: ExitCode.usage,
      });
    case "ambiguous":
      return new Problem(
        "SNAPSHOT_AMBIGUOUS",
        `${shown} can mean ${answer.ids.length} snapshots: ${list(answer.ids)}.`,
        {
          hint: "Write one of these ids in full.",
          exit: ExitCode.usage,
        },
      );
    case "none":
      return new Problem("SNAPSHOT_NOT_FOUND", `No snapshot is meant by ${shown}: ${answer.reason}.`, {
        hint:
          answer.similar.length === 0
            ? "clawback snapshots list shows what can be named."
            : `Did you mean ${list(answer.similar)}?`,
        exit: ExitCode.usage,
      });
    case "invalid":
      return new Problem(
        "SNAPSHOT_REF_INVALID",
        `${shown === "" ? "An empty text" : shown} names no snapshot: ${answer.reason}.`,
        {
          hint: "A snapshot is named by its id, its name, latest, latest~2, last-good, the beginning of an id, or a time.",
          exit: ExitCode.usage,
        },
      );
  }
};

const list = (named: readonly string[]): string => {
  const rest = named.length - namedLimit;
  return `${named.slice(0, namedLimit).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
};
