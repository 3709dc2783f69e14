import {
  journalMark,
  lastRecords,
  openJournal,
  phaseOf,
  recoverPending,
  type Journal,
  type Recovered,
  type TakebackRecord,
} from "../../core/index.ts";
import type { Clock } from "../../ground/index.ts";
import { failureOf } from "../../watch/index.ts";
import { begunRun, type RestoreRun } from "../console/index.ts";
import { endOf, foundRun } from "./found-run.ts";

const everyMs = 2_000;

export type JournalWatch = {
  readonly start: () => void;
  /** A transaction of this process begins or ends: until then its journal is nobody else's business. */
  readonly own: (gateway: string, isOurs: boolean) => void;
  readonly stop: () => Promise<void>;
};

export type JournalPorts = {
  readonly clock: Clock;
  readonly gateways: readonly { readonly name: string; readonly stateDir: string }[];
  /** Nothing is finished or undone from here: it is only told. */
  readonly readOnly: (gateway: string) => boolean;
  /** What became of those that were cut off, before this began to look. */
  readonly recovered: ReadonlyMap<string, Ended>;
  readonly told: (gateway: string, run: RestoreRun | undefined) => void;
  /** One that was cut off has been brought to an end here. */
  readonly ended: (gateway: string, begun: Journal["begun"], outcome: Ended["kind"]) => Promise<void>;
};

/** A restore that was cut off and is finished or undone now. */
export type Ended = Pick<
  Extract<Recovered, { readonly gatewayStopped: boolean }>,
  "kind" | "words" | "gatewayStopped"
>;

/**
 * Looks beside every state directory for a restore that is not ours: one that another process does, one that was cut
 * off (it is finished or undone, and said which), one that waits. Where none is open nothing is opened either, until
 * something is written there.
 */
export const watchJournals = ({
  clock,
  gateways,
  readOnly,
  recovered,
  told,
  ended,
}: JournalPorts): JournalWatch => {
  const ours = new Set<string>();
  /** What came of our own is known already: the next look only takes note of it. */
  const justOurs = new Set<string>();
  const known = new Map<string, string>();
  /** Of those where none is open, what stood there at the last look. */
  const closed = new Map<string, string>();
  let cancel: () => void = () => undefined;
  let looking = Promise.resolve();
  let isOn = false;

  const look = async (name: string, stateDir: string): Promise<void> => {
    if (ours.has(name)) return;
    const now = await seen(name, stateDir, {
      clock,
      ended,
      isReadOnly: readOnly(name),
      before: known.has(name) ? undefined : recovered.get(name),
      closed: closed.get(name),
    });
    if (now === "as-before") return;
    const { sign, run, isPast, mark } = now;
    if (mark === undefined) closed.delete(name);
    else closed.set(name, mark);
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
    if (isOn) cancel = clock.after(everyMs, next);
  };
  const next = (): void => {
    looking = again();
  };
  return {
    start: () => {
      isOn = true;
      next();
    },
    own: (gateway, isOurs) => {
      if (isOurs) ours.add(gateway);
      else if (ours.delete(gateway)) justOurs.add(gateway);
    },
    stop: async () => {
      isOn = false;
      cancel();
      await looking;
    },
  };
};

type Seen = {
  /** The same as long as there is nothing new. */
  readonly sign: string;
  readonly run: RestoreRun | undefined;
  /** There is none now, and nothing was done about one. */
  readonly isPast: boolean;
  /** What stood there before the look, where none is open. */
  readonly mark?: string;
};

const endedSign = (records: readonly TakebackRecord[]): string => `ended ${records[0]?.at ?? 0}`;

type Manner = Pick<JournalPorts, "clock" | "ended"> & {
  readonly isReadOnly: boolean;
  readonly before: Ended | undefined;
  /** There is nothing to see while this stands there: none was open, and that has been told. */
  readonly closed: string | undefined;
};

const seen = async (
  gateway: string,
  stateDir: string,
  { clock, ended, isReadOnly, before, closed }: Manner,
): Promise<Seen | "as-before"> => {
  try {
    const mark = journalMark(stateDir);
    if (mark === closed) return "as-before";
    const found = openJournal(stateDir);
    if (found === undefined) return { ...past(gateway, stateDir, before), mark };
    const isRestore = found.begun.session === undefined;
    if (isReadOnly) {
      return isRestore ? told(gateway, found, undefined, undefined) : past(gateway, stateDir, before);
    }
    const result = await recoverPending(stateDir, { clock });
    if ("gatewayStopped" in result) await ended(gateway, found.begun, result.kind);
    // Whoever brings a session back tells what that does to the gateway.
    if (!isRestore) return past(gateway, stateDir, before);
    if (result.kind === "running") return told(gateway, found, result.pid, undefined);
    const lastEnd = "gatewayStopped" in result ? result : before;
    const journal = openJournal(stateDir);
    return journal === undefined
      ? past(gateway, stateDir, lastEnd)
      : told(gateway, journal, undefined, lastEnd && wordsOf(gateway, lastEnd));
  } catch (error) {
    const failure = failureOf(error);
    // Its journal may be what cannot be read: nothing is known of it but that it is there.
    const at = clock.now();
    const end = { kind: "failed", ...failure, at } as const;
    return {
      sign: failure.why,
      run: { ...begunRun({ gateway, snapshot: "?", scope: "" }, at), end },
      isPast: false,
    };
  }
};

const wordsOf = (gateway: string, { words, gatewayStopped }: Ended): string =>
  gatewayStopped ? `${words} It had stopped the gateway: clawback service start --gateway ${gateway}` : words;

/** Nothing is open: the last one is only of interest when it was just brought to its end. */
const past = (gateway: string, stateDir: string, ended: Ended | undefined): Seen => {
  const records = lastRecords(stateDir);
  const end = endOf(records);
  const isDown = ended?.gatewayStopped === true;
  return {
    sign: endedSign(records),
    run: foundRun(gateway, records, {
      process: undefined,
      recovered: ended && wordsOf(gateway, ended),
      end:
        isDown && (end?.kind === "put-back" || end?.kind === "called-off") ? { ...end, running: false } : end,
    }),
    isPast: ended === undefined,
  };
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
