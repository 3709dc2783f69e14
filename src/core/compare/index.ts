/**
 * What is different between two snapshots, or between one and now, on five levels: vitals, sessions, databases,
 * configuration and files; and, for one file, line by line. Pure: it is given both sides and answers with data and with
 * the lines of a report. What is not known on a side is never taken for gone, and secrets are compared but not shown.
 */
export { compareSides, type Comparison, type Side } from "./compare.ts";
export type { FileFacts, FilesComparison } from "./files.ts";
export type { SessionFacts, SessionsComparison } from "./sessions.ts";
export type { DatabaseFacts, DatabaseChange } from "./databases.ts";
export type { ConfigChange, ConfigJson, ConfigRedaction } from "./config.ts";
export { reportLines, type ReportOptions } from "./report.ts";
export { diffLimitBytes, diffText, type TextDiff, type TextDiffOptions } from "./text-diff.ts";
