/**
 * What every layer stands on: failures that carry a way out, what a failed call of the system says, time that is handed
 * in, the calendar, text made harmless, numbers and moments written the way people read them, whether a process lives,
 * folders that pass, lines that are added to a file, whose the keyboard is, and how V8 keeps its memory. Nothing here
 * knows of gateways, snapshots or screens.
 */
export { ExitCode, Problem, isProblem, problemOf } from "./problem.ts";
export { appendLine } from "./append-line.ts";
export {
  civilOfMs,
  dateText,
  dayMs,
  daysOfCivil,
  hourMs,
  isoText,
  minuteMs,
  msOfCivil,
  timeText,
  two,
} from "./calendar.ts";
export { afterListening, type Clock, sleep, systemClock } from "./clock.ts";
export { clockTime, moment } from "./clock-time.ts";
export { errnoOf, isMissing, reasonOf } from "./errno.ts";
export { harmless, harmlessLine } from "./harmless.ts";
export { isAlive } from "./is-alive.ts";
export { isKeyboardLent, lendKeyboard } from "./keyboard.ts";
export { makePassingFolder } from "./passing-folder.ts";
export { shellWord } from "./shell-word.ts";
export { age, bytes, count, counted, percent, spent, thousands } from "./units.ts";
export {
  inWords,
  isSameSentence,
  isSentence,
  type Sayings,
  type SentenceOf,
  type When,
  type WordsOf,
} from "./sentence.ts";
export {
  keepMemorySmall,
  keepMemorySteadyFor,
  keepMemorySteadySoon,
  liftFlags,
  putMemoryOff,
} from "./steady-memory.ts";
