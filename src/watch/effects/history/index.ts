/**
 * The memory of the watch. It promises that a crash costs at most the last half minute of numbers and never the file,
 * that its size is bounded, and that several processes can read while one writes. It judges nothing.
 */
export { beatEveryMs, openHistory, type History } from "./history.ts";
export type { Stories } from "./stories.ts";
