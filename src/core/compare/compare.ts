import { compareConfig, type ConfigChange, type ConfigJson, type ConfigRedaction } from "./config.ts";
import { compareDatabases, type DatabaseChange, type DatabaseFacts } from "./databases.ts";
import { compareFiles, type FileFacts, type FilesComparison } from "./files.ts";
import { compareSessions, type SessionFacts, type SessionsComparison } from "./sessions.ts";
import { compareVitals, type VitalChange, type VitalsFacts } from "./vitals.ts";

/** One side of a comparison: a snapshot, or the state as it is now. */
export type Side = {
  /** What it is called: an id, or `live`. */
  readonly id: string;
  readonly vitals: VitalsFacts;
  /** Sorted by path. */
  readonly files: Iterable<FileFacts>;
  /** Absent: not known, so that none counts as removed. */
  readonly sessions?: readonly SessionFacts[];
  readonly databases?: readonly DatabaseFacts[];
  /** With its secrets: only what is answered is redacted. Absent: there is none. */
  readonly config?: ConfigJson;
};

/** The answer of `snapshots compare --json`. Fields are added, never renamed. */
export type Comparison = {
  readonly a: string;
  readonly b: string;
  readonly vitals: readonly VitalChange[];
  readonly files: FilesComparison;
  /** null: not known on one side or the other. */
  readonly sessions: SessionsComparison | null;
  readonly databases: readonly DatabaseChange[] | null;
  readonly config: readonly ConfigChange[];
};

export const compareSides = (a: Side, b: Side, how: { readonly redact: ConfigRedaction }): Comparison => ({
  a: a.id,
  b: b.id,
  vitals: compareVitals(a.vitals, b.vitals),
  files: compareFiles(a.files, b.files),
  sessions:
    a.sessions === undefined || b.sessions === undefined ? null : compareSessions(a.sessions, b.sessions),
  databases:
    a.databases === undefined || b.databases === undefined
      ? null
      : compareDatabases(a.databases, b.databases),
  config: compareConfig(a.config, b.config, how.redact),
});
