import type { BootRow } from "./gateway-database.ts";
import type { BootOutcome, BootRecord } from "./records.ts";

/**
 * What became of each start, newest first as the rows are. A start without an end is the one that runs, or it crashed:
 * only the newest can be running, and only while somebody owns the state directory.
 */
export const bootsOf = (
  rows: readonly BootRow[],
  owner: "alive" | "gone" | "unknown",
): readonly BootRecord[] => {
  const newest = rows.reduce<BootRow | undefined>(
    (latest, row) => (latest === undefined || row.startedAt > latest.startedAt ? row : latest),
    undefined,
  );
  return rows.map(({ outcome, ...row }) => ({
    ...row,
    outcome: meaningOf(outcome, row.completedAt, row.bootId === newest?.bootId, owner),
  }));
};

const meaningOf = (
  outcome: string | undefined,
  completedAt: number | undefined,
  isNewest: boolean,
  owner: "alive" | "gone" | "unknown",
): BootOutcome => {
  switch (outcome) {
    case "clean_stop":
      return { kind: "clean-stop" };
    case "startup_failed":
      return { kind: "startup-failed" };
    case undefined:
      if (completedAt !== undefined) return { kind: "other", outcome: "ended" };
      if (!isNewest || owner === "gone") return { kind: "crashed" };
      return owner === "alive" ? { kind: "running" } : { kind: "open" };
    default:
      return { kind: "other", outcome };
  }
};
