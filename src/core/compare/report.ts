import { bytes, count, harmlessLine, percent } from "../../ground/index.ts";
import type { Comparison } from "./compare.ts";
import type { ConfigChange, ConfigJson } from "./config.ts";
import type { DatabaseChange } from "./databases.ts";
import type { FileChange, FilesComparison } from "./files.ts";
import type { Pair, SessionChange, SessionsComparison, SessionSummary } from "./sessions.ts";
import type { VitalChange } from "./vitals.ts";

export type ReportOptions = {
  /** How many of each list are shown; how many are not is said. */
  readonly listLimit?: number;
};

/** The comparison for a person, a line at a time. Everything in it is harmless to print. */
export const reportLines = (comparison: Comparison, options: ReportOptions = {}): readonly string[] => {
  const limit = options.listLimit ?? 20;
  return [
    "Diff Report:",
    ...comparison.vitals.map(vitalLine),
    ...section("Sessions", sessionLines(comparison.sessions), limit),
    ...section("Databases", databaseLines(comparison.databases), limit),
    ...section("Config", comparison.config.map(configLine), limit),
    ...section(filesTitle(comparison.files), fileLines(comparison.files), limit),
  ];
};

type VitalWords = {
  readonly title: string;
  readonly show: (value: number | undefined) => string;
  /** The difference, without its sign. */
  readonly differ: (vital: VitalChange) => string;
};

const counted = (title: string, one: string, many: string): VitalWords => ({
  title,
  show: count,
  differ: ({ delta }) => `${count(Math.abs(delta ?? 0))} ${Math.abs(delta ?? 0) === 1 ? one : many}`,
});

const fraction = (title: string): VitalWords => ({
  title,
  show: percent,
  // Of the rounded ones, so that what is read adds up.
  differ: ({ before, after }) => `${Math.abs(points(after) - points(before))}%`,
});

const points = (value: number | null): number => Math.round((value ?? 0) * 100);

const vitalWords: Readonly<Record<string, VitalWords>> = {
  contextUsage: fraction("Context usage"),
  contextPressure: fraction("Context pressure"),
  agents: counted("Agent count", "agent", "agents"),
  sessions: counted("Session count", "session", "sessions"),
  memoryKeys: counted("Memory keys", "key", "keys"),
  filesAccessed: counted("Files accessed", "file", "files"),
  contextBytes: {
    title: "Context size",
    show: bytes,
    differ: ({ delta }) => bytes(Math.abs(delta ?? 0)),
  },
};

const vitalLine = (vital: VitalChange): string => {
  const words = vitalWords[vital.name] ?? counted(harmlessLine(vital.name, 60), "", "");
  const change = `- ${words.title}: ${words.show(vital.before ?? undefined)} → ${words.show(vital.after ?? undefined)}`;
  if (vital.delta === null) return change;
  if (vital.delta === 0) return `${change} (unchanged)`;
  const sign = vital.delta < 0 ? "-" : "+";
  return `${change} (${sign}${words.differ(vital).trimEnd()})`;
};

const section = (title: string, lines: readonly string[], limit: number): readonly string[] => {
  if (lines.length === 0) return [];
  const rest = lines.length - limit;
  return [
    "",
    `${title}:`,
    ...lines.slice(0, limit).map((line) => `  ${line}`),
    ...(rest > 0 ? [`  … and ${count(rest)} more`] : []),
  ];
};

const sessionLines = (sessions: SessionsComparison | null): readonly string[] => {
  if (sessions === null) return ["? not known on both sides"];
  return [
    ...sessions.removed.map((session) => `- ${sessionText(session)}`),
    ...sessions.added.map((session) => `+ ${sessionText(session)}`),
    ...sessions.changed.map(sessionChangeLine),
  ];
};

const sessionText = (session: SessionSummary): string =>
  `${harmlessLine(session.key, 200)} (${messagesText(session.messages)}, ${known(session.tokens)} tokens)`;

const messagesText = (messages: number | null): string =>
  `${known(messages)} ${messages === 1 ? "message" : "messages"}`;

const sessionChangeLine = (change: SessionChange): string => {
  const parts = [
    `messages ${arrow(change.messages, known)}`,
    ...(change.tokens.before === change.tokens.after ? [] : [`tokens ${arrow(change.tokens, known)}`]),
    ...(change.status.before === change.status.after
      ? []
      : [`status ${arrow(change.status, (status) => harmlessLine(status ?? "?", 40))}`]),
    // The same number of messages at another leaf: they are not the same messages.
    ...(change.what === "moved" && change.messages.before === change.messages.after
      ? ["ends elsewhere"]
      : []),
  ];
  return `~ ${harmlessLine(change.key, 200)}: ${parts.join(", ")}`;
};

const databaseLines = (databases: readonly DatabaseChange[] | null): readonly string[] => {
  if (databases === null) return ["? not known on both sides"];
  return databases.flatMap(({ path, schema, tables }) => {
    const lines = [
      ...(schema.before === schema.after
        ? []
        : [`schema ${arrow(schema, (version) => (version === null ? "none" : String(version)))}`]),
      ...tables.map((table) => `${harmlessLine(table.name, 100)}: rows ${arrow(table, rowsText)}`),
    ];
    return lines.length === 0 ? [] : [`~ ${harmlessLine(path, 300)}`, ...lines.map((line) => `    ${line}`)];
  });
};

const rowsText = (rows: number | null): string => (rows === null ? "no table" : count(rows));

const configLine = (change: ConfigChange): string => {
  const path = harmlessLine(change.path, 300);
  if (change.before === undefined) return `+ ${path}: ${valueText(change.after)}`;
  if (change.after === undefined) return `- ${path}: ${valueText(change.before)}`;
  const differs = change.differs === true ? " (differs)" : "";
  return `~ ${path}: ${valueText(change.before)} → ${valueText(change.after)}${differs}`;
};

const valueText = (value: ConfigJson | undefined): string => harmlessLine(JSON.stringify(value) ?? "", 120);

const filesTitle = (files: FilesComparison): string => {
  const { added, removed, changed, bytesBefore, bytesAfter } = files;
  return `Files (${count(added.length)} added, ${count(removed.length)} removed, ${count(changed.length)} changed; ${bytes(bytesBefore)} → ${bytes(bytesAfter)})`;
};

const fileLines = (files: FilesComparison): readonly string[] => [
  ...files.removed.map((file) => `- ${harmlessLine(file.path, 300)}${sizeText(file.type, file.size)}`),
  ...files.added.map((file) => `+ ${harmlessLine(file.path, 300)}${sizeText(file.type, file.size)}`),
  ...files.changed.map(fileChangeLine),
];

const sizeText = (type: string, size: number): string =>
  type === "file" ? ` (${bytes(size)})` : ` (${type})`;

const fileChangeLine = (change: FileChange): string => {
  const parts = change.what.map((aspect) => {
    if (aspect === "content") return `${bytes(change.before.size)} → ${bytes(change.after.size)}`;
    if (aspect === "mode") return `mode ${octal(change.before.mode)} → ${octal(change.after.mode)}`;
    return `other ${aspect}`;
  });
  return `~ ${harmlessLine(change.path, 300)}: ${parts.join(", ")}`;
};

const octal = (mode: number): string => mode.toString(8).padStart(3, "0");

const known = (value: number | null): string => count(value ?? undefined);

const arrow = <T>(change: Pair<T>, show: (value: T | null) => string): string =>
  `${show(change.before)} → ${show(change.after)}`;
