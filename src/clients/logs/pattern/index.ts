import type { CharacterSet } from "./syntax.ts";
import { type Instruction, compile } from "./program.ts";
import { parsePattern } from "./syntax.ts";

/**
 * Regular expressions that cannot hang. JavaScript's own engine backtracks: `(a+)+$` against forty characters takes
 * longer than anybody's night, and both the expression (a person) and the text (a hostile log line) come from outside.
 * Here every character is looked at once: all places in the expression that could match are followed together, and the
 * sets of places met so far are kept (a lazily built automaton), so that ordinary searches cost a table look-up per
 * character.
 */
export type Pattern = { readonly source: string; readonly test: (text: string) => boolean };

export const patternOf = (
  source: string,
  { ignoreCase = false }: { readonly ignoreCase?: boolean } = {},
): Pattern => {
  const parsed = parsePattern(source);
  const program = compile(parsed.node);
  return { source, test: searcher(program, ignoreCase || parsed.ignoreCase) };
};

/** What stands on one side of a place in the text. */
type Side = "edge" | "word" | "other";

type State = {
  /** Where in the program the search stands, before assertions and forks are followed. */
  readonly places: readonly number[];
  readonly before: Side;
  readonly next: Map<number, State | "match">;
};

/** Kept sets of places; when one more would be needed all are forgotten, and the search goes on from where it is. */
const maxStates = 500;
const maxTransitions = 20_000;

const searcher = (program: readonly Instruction[], ignoreCase: boolean): Pattern["test"] => {
  const states = new Map<string, State>();
  let transitions = 0;

  const stateOf = (places: readonly number[], before: Side): State => {
    const key = `${before}${places.join(",")}`;
    const known = states.get(key);
    if (known !== undefined) return known;
    if (states.size >= maxStates || transitions >= maxTransitions) {
      for (const each of states.values()) each.next.clear();
      states.clear();
      transitions = 0;
    }
    const state: State = { places, before, next: new Map() };
    states.set(key, state);
    return state;
  };

  const step = (state: State, code: number): State | "match" => {
    const side = sideOf(code);
    const open = follow(program, state, side);
    if (open === "match") return "match";
    const places = new Set([0]);
    for (const place of open) {
      const at = program[place];
      if (at?.kind === "character" && holds(at.set, code, ignoreCase)) places.add(place + 1);
    }
    return stateOf(
      [...places].sort((a, b) => a - b),
      side,
    );
  };

  return (text) => {
    let state = stateOf([0], "edge");
    for (let index = 0; index < text.length; index += 1) {
      const code = text.codePointAt(index) ?? 0;
      if (code > 0xffff) index += 1;
      let next = state.next.get(code);
      if (next === undefined) {
        next = step(state, code);
        state.next.set(code, next);
        transitions += 1;
      }
      if (next === "match") return true;
      state = next;
    }
    return follow(program, state, "edge") === "match";
  };
};

/** Every place that can be reached without reading a character, given what stands on both sides. */
const follow = (program: readonly Instruction[], state: State, after: Side): readonly number[] | "match" => {
  const seen = new Set<number>();
  const open: number[] = [];
  const stack = [...state.places];
  for (let place = stack.pop(); place !== undefined; place = stack.pop()) {
    if (seen.has(place)) continue;
    seen.add(place);
    const at = program[place];
    if (at === undefined || at.kind === "match") return "match";
    if (at.kind === "jump") stack.push(at.to);
    else if (at.kind === "fork") stack.push(at.first, at.second);
    else if (at.kind === "character") open.push(place);
    else if (stands(at.what, state.before, after)) stack.push(place + 1);
  }
  return open;
};

const stands = (
  what: "start" | "end" | "word-edge" | "not-word-edge",
  before: Side,
  after: Side,
): boolean => {
  switch (what) {
    case "start":
      return before === "edge";
    case "end":
      return after === "edge";
    case "word-edge":
      return (before === "word") !== (after === "word");
    case "not-word-edge":
      return (before === "word") === (after === "word");
  }
};

const holds = (set: CharacterSet, code: number, ignoreCase: boolean): boolean => {
  const inside = ignoreCase ? casesOf(code).some((each) => within(set, each)) : within(set, code);
  return inside !== set.negated;
};

const within = (set: CharacterSet, code: number): boolean =>
  set.ranges.some(([low, high]) => code >= low && code <= high);

const casesOf = (code: number): readonly number[] => {
  const character = String.fromCodePoint(code);
  return [character, character.toLowerCase(), character.toUpperCase()].map(
    (each) => each.codePointAt(0) ?? code,
  );
};

const sideOf = (code: number): Side =>
  (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95 || (code >= 97 && code <= 122)
    ? "word"
    : "other";
