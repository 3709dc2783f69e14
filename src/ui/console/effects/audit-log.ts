import { appendLine } from "../../../ground/index.ts";
import type { AuditEntry } from "../state/audit.ts";

/**
 * The audit log: one JSON object a line, readable by its owner alone. Lines are written one after the other, so that
 * two deeds of one moment stand in the order in which they were done.
 */
export const auditLog = (path: string): ((entry: AuditEntry) => Promise<void>) => {
  let last = Promise.resolve();
  return (entry) => {
    const { ended, ...deed } = entry;
    const came = ended === undefined ? {} : { ended: { ...ended, said: undefined } };
    const line = JSON.stringify({ ...deed, ...came, at: new Date(entry.at).toISOString() });
    const written = last.then(() => appendLine(path, line));
    // One line that could not be written must not keep the next from being tried; the caller hears of each.
    last = written.catch(() => undefined);
    return written;
  };
};
