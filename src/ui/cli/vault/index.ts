/**
 * What the commands on snapshots and the vault have in common: how a snapshot, a finding and a piece of progress are
 * put into words, and how a reference on the command line becomes a snapshot. The work itself is done elsewhere.
 */
export { findingLines, hurtLines } from "./finding-lines.ts";
export { findEvenDamaged, findOne, findSeveral, noteLines } from "./named-snapshots.ts";
export { progressText, showProgress } from "./progress-line.ts";
export { takenAt, timeText, wordLines } from "./snapshot-words.ts";
export { comparisonText } from "./comparison-text.ts";
