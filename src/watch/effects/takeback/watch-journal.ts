import { holderOf, journalMark, lastRecords, openJournal, realPlace } from "../../../core/index.ts";
import { problemOf, type Clock } from "../../../ground/index.ts";
import type { Event } from "../../event.ts";
import { journalEnd, journalOperations } from "../../takeback/journal-operations.ts";

const lookEveryMs = 1_000;
/** An older restore that ended is history, and is asked for there. */
const newsMs = 24 * 3_600_000;

/**
 * Reads the journal beside a state directory whenever it changes, so that a stop of our own, from any process of this
 * machine, is known for what it is by everybody who watches.
 */
export const watchJournal = (
  { name, stateDir: given }: { readonly name: string; readonly stateDir: string },
  clock: Clock,
  emit: (event: Event) => void,
): { readonly stop: () => Promise<void> } => {
  const stateDir = realPlace(given);
  const told = new Map<string, string>();
  let read = "";
  let isOpen = false;
  let seen = "";
  let stopped = false;
  let looking: Promise<void> | undefined;
  let callOff: () => void = () => undefined;

  /** Who holds an open journal may go without a word; of a closed one there is news when it is written. */
  const isAsRead = (): boolean => {
    try {
      return !isOpen && journalMark(stateDir) === read;
    } catch {
      // Told by the look that follows.
      return false;
    }
  };

  const look = async (): Promise<void> => {
    const marks = journalMark(stateDir);
    const journal = openJournal(stateDir);
    const records = journal?.records ?? lastRecords(stateDir);
    const holder = journal === undefined ? undefined : await holderOf(journal);
    read = marks;
    isOpen = journal !== undefined;
    const now = `${marks} ${holder?.pid ?? ""}`;
    if (stopped || now === seen) return;
    const isFirst = seen === "";
    seen = now;
    const operations = journalOperations({
      records,
      gateway: name,
      held: holder !== undefined,
      now: clock.now(),
    });
    for (const operation of operations) {
      const said = JSON.stringify(operation);
      const { id, ended } = operation;
      if (told.get(id) === said || clock.now() - (ended?.at ?? clock.now()) > newsMs) continue;
      told.set(id, said);
      emit({ kind: "operation", at: clock.now(), operation });
    }
    // What had ended before we looked is for the history to tell: a short look must not count the last one alone.
    const restore = isFirst ? undefined : journalEnd(records, name);
    if (restore !== undefined) emit({ kind: "restore-ended", at: restore.at, restore });
  };

  const plan = (delayMs: number): void => {
    callOff = clock.after(delayMs, () => {
      if (isAsRead()) {
        plan(lookEveryMs);
        return;
      }
      looking = look()
        .catch((error: unknown) => {
          const { code, message } = problemOf(error);
          const at = clock.now();
          if (!stopped && told.get("trouble") !== message) {
            told.set("trouble", message);
            emit({ kind: "trouble", at, trouble: { at, effect: `restore of ${name}`, code, message } });
          }
        })
        .finally(() => {
          looking = undefined;
          if (!stopped) plan(lookEveryMs);
        });
    });
  };
  plan(0);

  return {
    stop: async () => {
      stopped = true;
      callOff();
      await looking;
    },
  };
};
