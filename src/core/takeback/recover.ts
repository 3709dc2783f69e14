import { rmSync } from "node:fs";
import { age, isProblem, type Clock } from "../../ground/index.ts";
import { findOwner } from "../../openclaw/index.ts";
import { claim, holderOf, otherHolder, release } from "./holder.ts";
import { openJournal, restoreEnded, type Journal } from "./journal.ts";
import { realPlace } from "./real-place.ts";
import { laidOut, phaseOf, workOf } from "./records.ts";
import type { RunBy } from "./run-by.ts";
import {
  abandon,
  clearPutBack,
  completeAbandon,
  completeAccept,
  completePutBack,
  completeSwap,
  refuseOwner,
} from "./takeback.ts";

/** What was found of an earlier restore, and what was done about it. `words` is one sentence for a person. */
export type Recovered =
  | { readonly kind: "nothing" }
  /** Another clawback is at it right now. */
  | { readonly kind: "running"; readonly pid: number; readonly words: string }
  /** It was interrupted; the state is now wholly old or wholly new. */
  | {
      readonly kind: "abandoned" | "put-back" | "accepted" | "swapped";
      readonly words: string;
      /** It had stopped the gateway, or was about to. */
      readonly gatewayStopped: boolean;
    }
  /** In place, and waiting to be accepted or rolled back. */
  | { readonly kind: "waiting"; readonly words: string };

export type RecoverOptions = { readonly clock: Clock; readonly onStep?: (point: string) => void };

/**
 * Looks whether a restore of this state directory was interrupted, and brings it to an end: before anything live was
 * touched it is taken back, after that it is finished; one that was being put back is put back. Every command that
 * touches the state begins with this.
 */
export const recoverPending = async (given: string, options: RecoverOptions): Promise<Recovered> => {
  const stateDir = realPlace(given);
  const journal = openJournal(stateDir, options.onStep);
  if (journal === undefined) return { kind: "nothing" };
  const { clock } = options;
  const { begun } = journal;
  const what = `${workOf(begun)} begun ${age(clock.now() - begun.at)} ago`;
  const phase = phaseOf(journal.records);
  const cutOff =
    phase === "in-place" && (await holderOf(journal)) === undefined ? cutOffAt(journal) : undefined;
  const rests = phase === "in-place" && cutOff === undefined;
  // Looked at before it is claimed: whoever asks every few seconds must not fill the journal with claims.
  const holder =
    (await otherHolder(journal)) ??
    (await importerOf(journal, clock)) ??
    (rests ? undefined : await claimIfOpen(journal, clock));
  if (holder === "ended") return { kind: "nothing" };
  if (holder !== undefined) {
    return { kind: "running", pid: holder.pid, words: `Process ${holder.pid} is at ${what}.` };
  }
  try {
    return cutOff === undefined ? await bringToAnEnd(journal, what, clock) : cutOffIn(cutOff, what);
  } finally {
    if (!rests) await release(journal, clock);
  }
};

/** OpenClaw's own import goes on when whoever asked for it is gone: its files are in use, and the databases. */
const importerOf = async ({ begun }: Journal, clock: Clock): Promise<Pick<RunBy, "pid"> | undefined> => {
  if (begun.session === undefined) return undefined;
  const { kind, role, pid } = await findOwner(begun.stateDir, { now: clock.now() });
  return kind === "alive" && role !== "gateway" && pid !== undefined ? { pid } : undefined;
};

/** Two may look at once: the one that comes second finds that nothing is left to do. */
const claimIfOpen = async (journal: Journal, clock: Clock): Promise<RunBy | "ended" | undefined> => {
  try {
    return await claim(journal, clock);
  } catch (error) {
    if (!isProblem(error) || error.code !== restoreEnded) throw error;
    return "ended";
  }
};

/** What had been done since it last rested, when whoever did it was cut off with everything in place. */
type CutOff = { readonly swapped: boolean; readonly gatewayStopped: boolean };

const cutOffAt = ({ records }: Journal): CutOff | undefined => {
  const since = records.slice(records.findLastIndex(({ step }) => step === "released") + 1);
  if (!since.some(({ step }) => step === "swapped" || step === "claimed")) return undefined;
  return { swapped: since.some(({ step }) => step === "swapped"), gatewayStopped: leftStopped(since) };
};

/** It was asked to stop, and not to start since. */
const leftStopped = (records: Journal["records"]): boolean => {
  const last = (what: string): number =>
    records.findLastIndex((record) => record.step === "noted" && record.what === what);
  return last("stopping") > last("started");
};

const cutOffIn = ({ swapped, gatewayStopped }: CutOff, what: string): Recovered => ({
  kind: "swapped",
  gatewayStopped,
  words: swapped
    ? `${sentence(what)} was interrupted when all of the new state was in place: nobody has compared it with the snapshot. The old one is kept beside it.`
    : `${sentence(what)} is in place as it was: what somebody began with it was interrupted before anything moved.`,
});

const sentence = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

/** What was laid out for the import goes; whether OpenClaw took it in before that, its own list of sessions says. */
const clearUpImport = (journal: Journal, what: string): Recovered => {
  const { records } = journal;
  for (const record of records) {
    if (record.step === "noted" && record.what === laidOut) rmSync(record.detail, { force: true });
  }
  journal.close();
  return {
    kind: "abandoned",
    gatewayStopped: leftStopped(records),
    words: `${sentence(what)} was interrupted, and is cleared up after: \`clawback session list\` says whether the session is back.`,
  };
};

const bringToAnEnd = async (journal: Journal, what: string, clock: Clock): Promise<Recovered> => {
  if (journal.begun.session !== undefined) return clearUpImport(journal, what);
  const { stateDir } = journal.begun;
  const phase = phaseOf(journal.records);
  const gatewayStopped = journal.records.some(
    (record) => record.step === "noted" && record.what === "stopping",
  );
  // Between old and new a supervisor may have started a gateway on whatever it found.
  if (phase === "swapping" || phase === "putting-back") {
    const hot = journal.exchanges.every((each) => each.kind === "swap" && each.seamless === true);
    await refuseOwner(stateDir, { clock, owner: hot ? "hot" : "must-be-gone" });
  }
  switch (phase) {
    case "preparing":
      abandon(journal, "interrupted before anything was touched", clock);
      return {
        kind: "abandoned",
        gatewayStopped,
        words: `Undid ${what}: it was interrupted before anything was touched.`,
      };
    case "abandoned":
      completeAbandon(journal);
      return { kind: "abandoned", gatewayStopped, words: `Finished clearing up after ${what}.` };
    case "swapping":
      completeSwap(journal, clock);
      return {
        kind: "swapped",
        gatewayStopped,
        words: `Finished ${what}: all of the new state is in place, the old one is kept beside it.`,
      };
    case "putting-back":
    case "put-back":
      if (phase === "putting-back") completePutBack(journal, clock);
      else clearPutBack(journal);
      return {
        kind: "put-back",
        gatewayStopped,
        words: `Finished putting back ${what}: all of the old state is there again.`,
      };
    case "accepted":
      completeAccept(journal);
      return { kind: "accepted", gatewayStopped: false, words: `Finished accepting ${what}.` };
    case "in-place":
      return {
        kind: "waiting",
        words: `${sentence(what)} is in place and waits to be accepted or rolled back.`,
      };
  }
};
