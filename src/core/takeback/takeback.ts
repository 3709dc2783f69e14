import { rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { ExitCode, Problem, type Clock } from "../../ground/index.ts";
import { findOwner, type PortProbe } from "../../openclaw/index.ts";
import { realFiles } from "../system/files.ts";
import { exchange, exchangeBack, type Exchange } from "./exchange.ts";
import { claimOrRefuse } from "./holder.ts";
import { createJournal, type Journal } from "./journal.ts";
import { placesOf, type RootPlaces } from "./places.ts";
import type { RunBy } from "./run-by.ts";
import { clearStaged } from "./stage.ts";

export type BeginOptions = {
  readonly id: string;
  readonly snapshot: string;
  /** Links resolved. */
  readonly stateDir: string;
  readonly roots: readonly { readonly prefix: string; readonly live: string }[];
  readonly scope: string;
  readonly session?: string;
  readonly runBy: RunBy;
  readonly gateway?: string;
  readonly downtimeMs?: number;
  readonly clock: Clock;
  readonly onStep?: (point: string) => void;
};

/** Opens the journal, which keeps everybody else out. From here on every way leads to `accept`, `putBack` or `abandon`. */
export const beginTakeback = (options: BeginOptions): Journal => {
  const journal = createJournal(
    {
      step: "begun",
      at: options.clock.now(),
      id: options.id,
      snapshot: options.snapshot,
      stateDir: options.stateDir,
      roots: options.roots.map(({ live }) => live),
      scope: options.scope,
      ...(options.session === undefined ? {} : { session: options.session }),
      runBy: options.runBy,
      ...(options.gateway === undefined ? {} : { gateway: options.gateway }),
      ...(options.downtimeMs === undefined ? {} : { downtimeMs: options.downtimeMs }),
    },
    options.onStep,
  );
  journal.hold();
  return journal;
};

export type Guard = {
  readonly clock: Clock;
  /** `hot`: only watched files change, and the gateway may run. */
  readonly owner: "must-be-gone" | "hot";
  /** What a connection to the gateway's port told. */
  readonly probe?: PortProbe;
};

/**
 * Old out, new in. What is to change places is written down first; from then on an interruption is finished forward,
 * because everything that comes in was checked.
 */
export const swapIn = async (
  journal: Journal,
  exchanges: readonly Exchange[],
  guard: Guard,
): Promise<void> => {
  await refuseOwner(journal.begun.stateDir, guard);
  journal.append({ step: "swapping", at: guard.clock.now(), exchanges });
  completeSwap(journal, guard.clock);
};

export const completeSwap = (journal: Journal, clock: Clock): void => {
  for (const [number, each] of journal.exchanges.entries()) {
    journal.reached(`exchange ${number}`);
    exchange(each, () => {
      journal.reached(`half of exchange ${number}`);
    });
  }
  journal.append({ step: "swapped", at: clock.now() });
  // Empty by now: what was in there has its place.
  clearStaged(rootsOf(journal));
};

/** New out, old in. The new one stays beside: what was written to it since is not thrown away unseen. */
export const putBack = async (journal: Journal, reason: string, guard: Guard): Promise<void> => {
  await claimOrRefuse(journal, guard.clock);
  await refuseOwner(journal.begun.stateDir, guard);
  journal.append({ step: "putting-back", at: guard.clock.now(), reason });
  completePutBack(journal, guard.clock);
};

export const completePutBack = (journal: Journal, clock: Clock): void => {
  for (const [number, each] of journal.exchanges.toReversed().entries()) {
    journal.reached(`exchange back ${number}`);
    exchangeBack(each, () => {
      journal.reached(`half of exchange back ${number}`);
    });
  }
  journal.append({ step: "put-back", at: clock.now() });
  clearPutBack(journal);
};

export const clearPutBack = (journal: Journal): void => {
  const roots = rootsOf(journal);
  clearStaged(roots);
  // A partial restore leaves empty directories where the old files waited.
  for (const { displaced } of roots) rmSync(displaced, { recursive: true, force: true });
  journal.close();
};

/** Keeps the new state for good: the old one is deleted, and what earlier restores left beside it. */
export const accept = async (journal: Journal, by: string, clock: Clock): Promise<void> => {
  await claimOrRefuse(journal, clock);
  journal.append({ step: "accepted", at: clock.now(), by });
  completeAccept(journal);
};

export const completeAccept = (journal: Journal): void => {
  for (const live of journal.begun.roots) {
    for (const path of keptBeside(live)) rmSync(path, { recursive: true, force: true });
    realFiles.syncDirectory(dirname(live));
  }
  journal.close();
};

/** What restores have left beside a live directory: old states, and new ones that were taken out again. */
export const keptBeside = (live: string): readonly string[] => {
  const beside = dirname(live);
  const begins = `${basename(live)}.clawback-`;
  return realFiles
    .names(beside)
    .filter((name) => name.startsWith(begins) && /-(?:old|new|undone)(?:-\d+)?$/.test(name))
    .map((name) => join(beside, name));
};

/** Nothing live was touched: takes away what was staged. That comes first: it may be what fills the disk. */
export const abandon = (journal: Journal, reason: string, clock: Clock): void => {
  clearStaged(rootsOf(journal));
  journal.append({ step: "abandoned", at: clock.now(), reason });
  completeAbandon(journal);
};

export const completeAbandon = (journal: Journal): void => {
  clearStaged(rootsOf(journal));
  journal.close();
};

export const rootsOf = ({ begun }: Journal): readonly RootPlaces[] =>
  begun.roots.map((live) => placesOf("", live, begun.id));

/** The last look before files move, whoever asked for it: swapped under a running gateway they lose what it was told. */
export const refuseOwner = async (stateDir: string, { owner, probe, clock }: Guard): Promise<void> => {
  if (owner === "hot") return;
  const found = await findOwner(stateDir, { now: clock.now(), ...(probe === undefined ? {} : { probe }) });
  if (found.kind === "nobody" || found.kind === "dead") return;
  throw new Problem(
    "STATE_OWNED",
    found.kind === "alive"
      ? `A gateway owns ${stateDir} and runs${found.pid === undefined ? "" : ` as process ${found.pid}`}.`
      : `Whether a gateway owns ${stateDir} cannot be told: ${found.evidence.join("; ")}.`,
    {
      hint: "Files that change under a running gateway lose what it has acknowledged. Stop it through its supervisor first.",
      exit: ExitCode.refused,
    },
  );
};
