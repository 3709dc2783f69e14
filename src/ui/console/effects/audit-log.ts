import { appendFile, mkdir } from "node:fs/promises";
import { dirname } from "node:path";
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
    const line = `${JSON.stringify({ ...deed, ...came, at: new Date(entry.at).toISOString() })}\n`;
    const write = async (): Promise<void> => {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await appendFile(path, line, { mode: 0o600 });
    };
    const written = last.then(write);
    // One line that could not be written must not keep the next from being tried; the caller hears of each.
    last = written.catch(() => undefined);
    return written;
  };
};
