import type { SnapshotSummary } from "../../core/index.ts";
import { harmless, harmlessLine } from "../../ground/index.ts";
import { numbersOf } from "../../keeping/index.ts";
import type { StoredSnapshot } from "../console/index.ts";

/**
 * What a vault says comes from files that anybody may have written: names, hosts, whole texts. Here it becomes something
 * a terminal can be shown. Ids are checked where they are read.
 */
const shortText = 200;

const orNull = (text: string | null): string | null => (text === null ? null : harmlessLine(text, shortText));

/** A snapshot with its times and numbers read. */
export const storedOf = ({ vitals, ...snapshot }: SnapshotSummary): StoredSnapshot => ({
  ...snapshot,
  name: orNull(snapshot.name),
  description: orNull(snapshot.description),
  host: harmlessLine(snapshot.host, shortText),
  gatewayVersion: orNull(snapshot.gatewayVersion),
  stateDir: harmlessLine(snapshot.stateDir),
  tags: snapshot.tags.map((tag) => harmlessLine(tag, shortText)),
  at: Date.parse(snapshot.createdAt),
  verifiedAtMs: snapshot.verifiedAt === null ? undefined : Date.parse(snapshot.verifiedAt),
  numbers: numbersOf(vitals),
});

/** Lines of a file as they can be read: a tab is as wide as it looks. */
export const shownLines = (lines: readonly string[]): readonly string[] =>
  lines.map((line) => harmless(line).replaceAll("\t", "  ").replaceAll("\n", ""));
