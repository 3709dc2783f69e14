import {
  lastRecords,
  openJournal,
  phaseOf,
  recoverPending,
  type Journal,
  type TakebackRecord,
} from "../../core/index.ts";
import { problemOf, type Clock } from "../../ground/index.ts";
import type { RestoreRun, RunEnd } from "../console/index.ts";
import { endOf, foundRun } from "./found-run.ts";

const everyMs = 2_000;

export type JournalWatch = {
  readonly start: () => void;
  /** A transaction of this process begins or ends: until then its journal is nobody else's business. */
  readonly own: (gateway: string, isOurs: boolean) => void;
  readonly stop: () => void;
};

export type JournalPorts = {
  readonly clock: Clock;
  readonly gateways: readonly { readonly name: string; readonly stateDir: string }[];
  /** Nothing is finished or undone from here: it is only told. */
  readonly readOnly: (gateway: string) => boolean;
  readonly told: (gateway: string, run: RestoreRun | undefined) => void;
};

/**
 * Looks beside every state directory for a restore that is not ours: one that another process does, one that was cut
 * off (it is finished or undone, and said which), one that waits. It costs one look for a file each time.
 */
export const watchJournals = ({ clock, gateways, readOnly, told }: JournalPorts): JournalWatch => {
  const ours = new Set<string>();
  /** What came of our own is known already: the next look only takes note of it. */
  const justOurs = new Set<string>();
  const known = new Map<string, string>();
  let cancel: () => void = () => undefined;
  let isOn = false;

  const look = async (name: string, stateDir: string): Promise<void> => {
    if (ours.has(name)) return;
    const { sign, run, isPast } = await seen(name, stateDir, readOnly(name), clock);
    // What is begun here meanwhile is told by whoever does it.
    if (ours.has(name) || known.get(name) === sign) return;
    const isFirst = !known.has(name);
    known.set(name, sign);
    if (justOurs.delete(name)) return;
    // What ended before anybody looked is no news.
    if (!isFirst || !isPast) told(name, run);
  };
  const again = async (): Promise<void> => {
    for (const { name, stateDir } of gateways) await look(name, stateDir);
    if (isOn) cancel = clock.after(everyMs, () => void again());
  };
  return {
    start: () => {
      isOn = true;
      void again();
    },
    own: (gateway, isOurs) => {
      if (isOurs) ours.add(gateway);
      else if (ours.delete(gateway)) justOurs.add(gateway);
    },
    stop: () => {
      isOn = false;
      cancel();
    },
  };
};

type Seen = {
  /** The same as long as there is nothing new. */
  readonly sign: string;
  readonly run: RestoreRun | undefined;
  /** There is none now, and nothing was done about one. */
  readonly isPast: boolean;
};

const endedSign = (records: readonly TakebackRecord[]): string => `ended ${records[0]?.at ?? 0}`;

const seen = async (gateway: string, stateDir: string, isReadOnly: boolean, clock: Clock): Promise<Seen> => {
  try {
    const found = openJournal(stateDir);
    if (found === undefined) {
      const records = lastRecords(stateDir);
      const end = endOf(records);
      return {
        sign: endedSign(records),
        run: end && foundRun(gateway, records, { process: undefined, recovered: undefined, end }),
        isPast: true,
      };
    }
    return isReadOnly
      ? told(gateway, found, undefined, undefined)
      : await recovered(gateway, stateDir, found, clock);
  } catch (error) {
    const { message, hint } = problemOf(error);
    const journal = openJournal(stateDir);
    const end: RunEnd = { kind: "failed", why: message, hint };
    return {
      sign: message,
      run: journal && foundRun(gateway, journal.records, { process: undefined, recovered: undefined, end }),
      isPast: false,
    };
  }
};

const recovered = async (gateway: string, stateDir: string, found: Journal, clock: Clock): Promise<Seen> => {
  const result = await recoverPending(stateDir, { clock });
  if (result.kind === "running") return told(gateway, found, result.pid, undefined);
  if (result.kind === "nothing" || result.kind === "waiting") {
    return told(gateway, openJournal(stateDir) ?? found, undefined, undefined);
  }
  const stopped = result.gatewayStopped
    ? ` It had stopped the gateway: clawback service start --gateway ${gateway}`
    : "";
  const words = `${result.words}${stopped}`;
  const journal = openJournal(stateDir);
  if (journal !== undefined) return told(gateway, journal, undefined, words);
  const records = lastRecords(stateDir);
  const end = endOf(records);
  const run = foundRun(gateway, records, {
    process: undefined,
    recovered: words,
    end:
      end?.kind === "put-back" || end?.kind === "called-off"
        ? { ...end, running: !result.gatewayStopped }
        : end,
  });
  return { sign: endedSign(records), run, isPast: false };
};

const told = (
  gateway: string,
  { begun, records }: Journal,
  process: number | undefined,
  words: string | undefined,
): Seen => {
  const phase = phaseOf(records);
  const isWaiting = phase === "in-place" && process === undefined;
  return {
    sign: `${begun.at} ${phase} ${records.length} ${process ?? ""}`,
    run: foundRun(gateway, records, {
      process: isWaiting ? undefined : (process ?? begun.runBy.pid),
      recovered: words,
      end: isWaiting ? { kind: "waiting", recovery: null, warnings: [], isStarted: true } : undefined,
    }),
    isPast: false,
  };
};
