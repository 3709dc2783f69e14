import type { TakebackRecord } from "../../core/index.ts";
import type { Operation, RestoreEnd } from "../model.ts";

export type JournalNow = {
  readonly records: readonly TakebackRecord[];
  /** Its name here; the journal may know it by another. */
  readonly gateway: string;
  /** Somebody is at it, and lives. */
  readonly held: boolean;
  readonly now: number;
};

/**
 * What the journal of a restore says to whoever watches, in any process: since when the gateway is in our own hands,
 * how long that is expected to last, and how it ended. A rollback that a person asks for later is an operation of its own.
 */
export const journalOperations = ({ records, gateway, held, now }: JournalNow): readonly Operation[] => {
  const operations: Operation[] = [];
  let current: Operation | undefined;
  const begin = (kind: "restore" | "rollback", snapshot: string, at: number, awayMs?: number): void => {
    current = {
      id: `${kind}-${gateway}-${snapshot}-${at}`,
      kind,
      gateway,
      startedAt: at,
      step: kind === "restore" ? `of ${snapshot}` : `of the restore of ${snapshot}`,
      snapshot,
      disturbs: awayMs !== 0,
      ...(awayMs === undefined ? {} : { expectedMs: awayMs }),
    };
  };
  const end = (at: number, ok: boolean, text: string): void => {
    if (current === undefined) return;
    operations.push({ ...current, ended: { at, ok, text } });
    current = undefined;
  };
  const [begun] = records;
  if (begun?.step === "begun" && begun.session !== undefined) {
    current = undeleting({
      session: begun.session,
      gateway,
      startedAt: begun.at,
      expectedMs: begun.downtimeMs,
    });
    if (!held) end(Math.min(now, records.at(-1)?.at ?? now), false, interrupted);
    return current === undefined ? operations : [current];
  }
  let snapshot = "";
  const mismatches: string[] = [];
  let awayMs: number | undefined;
  let last = 0;
  for (const record of records) {
    last = record.at;
    switch (record.step) {
      case "begun":
        ({ snapshot, downtimeMs: awayMs } = record);
        begin("restore", snapshot, record.at, awayMs);
        break;
      case "noted":
        if (record.what === "mismatch") mismatches.push(record.detail);
        if (record.what === "stopping" && current === undefined) {
          begin("rollback", snapshot, record.at, awayMs);
        }
        break;
      case "putting-back":
        if (current === undefined) begin("rollback", snapshot, record.at, awayMs);
        break;
      case "put-back":
        if (current?.kind === "rollback") end(record.at, true, "the old state is back");
        else if (mismatches.length === 0) end(record.at, false, `put back: ${reasonIn(records)}`);
        else
          end(
            record.at,
            false,
            `put back, because what ran was not what was restored: ${mismatches.join("; ")}`,
          );
        break;
      case "abandoned":
        // Nothing was touched, and whoever asked for it was told why: that is no failed restore.
        end(record.at, true, `called off before anything was touched: ${record.reason}`);
        break;
      case "released":
        end(record.at, true, "in place, and waits to be accepted or rolled back");
        break;
      case "claimed":
      case "swapping":
      case "swapped":
      case "accepted":
        break;
    }
  }
  if (current !== undefined && !held) {
    end(Math.min(now, last), false, interrupted);
  }
  return current === undefined ? operations : [...operations, current];
};

const interrupted = "interrupted: the next clawback command finishes or undoes it";

/** A gateway is stopped while a deleted session is brought back. Whoever does it tells how it ended, under the same id. */
export const undeleting = ({
  session,
  gateway,
  startedAt,
  expectedMs,
}: {
  readonly session: string;
  readonly gateway: string;
  readonly startedAt: number;
  readonly expectedMs: number | undefined;
}): Operation => ({
  id: `undelete-${gateway}-${startedAt}`,
  kind: "run",
  gateway,
  startedAt,
  step: `session undelete ${session}`,
  disturbs: true,
  ...(expectedMs === undefined ? {} : { expectedMs }),
});

/** How the restore itself ended, for those who count; undefined while it lasts, and when it was called off untouched. */
export const journalEnd = (records: readonly TakebackRecord[], gateway: string): RestoreEnd | undefined => {
  const begun = records[0];
  if (begun?.step !== "begun") return undefined;
  const mismatches = records.flatMap((record) =>
    record.step === "noted" && record.what === "mismatch" ? [record.detail] : [],
  );
  let moved = false;
  let goesBack = false;
  for (const { step, at } of records) {
    if (step === "swapped") moved = true;
    if (step === "putting-back") goesBack = true;
    const outcome =
      step === "put-back"
        ? "put-back"
        : step === "released" && (moved || goesBack)
          ? goesBack
            ? "stuck"
            : "restored"
          : undefined;
    if (outcome !== undefined) return { at, gateway, snapshot: begun.snapshot, outcome, mismatches };
  }
  return undefined;
};

const reasonIn = (records: readonly TakebackRecord[]): string =>
  records.flatMap((record) => (record.step === "putting-back" ? [record.reason] : [])).at(-1) ?? "";
