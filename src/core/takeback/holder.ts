import { age, ExitCode, isProblem, Problem, type Clock } from "../../ground/index.ts";
import { restoreEnded, type Journal } from "./journal.ts";
import { workOf } from "./records.ts";
import { isSameRun, lives, thisRun, type RunBy } from "./run-by.ts";

/**
 * Who is at a transaction: of all that claimed it and have not let go, the first that lives. Claims are appended to one
 * file, so everybody reads them in the same order and two that come at once agree on who was first.
 */
export const holderOf = async ({
  records,
  touchedAt,
}: Pick<Journal, "records" | "touchedAt">): Promise<RunBy | undefined> => {
  const claims: RunBy[] = [];
  for (const record of records) {
    if (record.step === "begun" || record.step === "claimed") claims.push(record.runBy);
    if (record.step !== "released") continue;
    const kept = claims.filter((claim) => !isSameRun(claim, record.runBy));
    claims.splice(0, claims.length, ...kept);
  }
  for (const claim of claims) if (await lives(claim, touchedAt)) return claim;
  return undefined;
};

/** Who is at a transaction, when that is not this process. */
export const otherHolder = async (journal: Journal): Promise<RunBy | undefined> => {
  const holder = await holderOf(journal);
  return holder === undefined || isSameRun(holder, await thisRun()) ? undefined : holder;
};

/** Takes a transaction over; answers with who is at it when that is another process. */
export const claim = async (journal: Journal, clock: Clock): Promise<RunBy | undefined> => {
  const own = await thisRun();
  // Our own claim is no sign of life of theirs.
  const { touchedAt } = journal;
  journal.append({ step: "claimed", at: clock.now(), runBy: own });
  journal.reload();
  const holder = await holderOf({ records: journal.records, touchedAt });
  if (holder === undefined || isSameRun(holder, own)) {
    journal.hold();
    return undefined;
  }
  await release(journal, clock);
  return holder;
};

/** Takes a transaction over, or says who is at it. */
export const claimOrRefuse = async (journal: Journal, clock: Clock): Promise<void> => {
  const holder = await claim(journal, clock);
  if (holder === undefined) return;
  throw new Problem(
    "RESTORE_RUNNING",
    `Process ${holder.pid} is at ${workOf(journal.begun)}, begun ${age(clock.now() - journal.begun.at)} ago.`,
    {
      hint: "Wait until it has ended; `clawback restore status` says how far it is.",
      exit: ExitCode.refused,
    },
  );
};

/** Lets go of a transaction that stays open, so that somebody else may accept it or put it back. */
export const release = async (journal: Journal, clock: Clock): Promise<void> => {
  const runBy = await thisRun();
  journal.rest();
  try {
    if (journal.isOpen) journal.append({ step: "released", at: clock.now(), runBy });
  } catch (error) {
    // Of what was put away this moment nobody has to let go.
    if (!isProblem(error) || error.code !== restoreEnded) throw error;
  }
};
