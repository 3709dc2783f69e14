import { lastRecords, openJournal, thisRun } from "../core/index.ts";
import { harmlessLine, problemOf } from "../ground/index.ts";
import { journalEnd, type Operation } from "../watch/index.ts";
import { openAlertDeskFor } from "./alert-desk.ts";
import type { Context } from "./cli/command.ts";
import type { FleetSource } from "./fleet-source.ts";
import { openSharedHistory } from "./history.ts";

/** Tells every console and guard of this user what a command does to a gateway, so that it is not called an outage. */
export const announce = async (
  context: Context,
  { demo }: Pick<FleetSource, "demo">,
  operation: Operation,
): Promise<void> => {
  // The demo ends with its command: there is nobody to tell.
  if (demo !== undefined) return;
  await orSaid(context, async () => {
    using history = await openSharedHistory(context);
    const event = { ...operation, runBy: await thisRun() };
    history.stories.act({ kind: "operation", at: context.clock.now(), operation: event });
  });
};

/** Counts a restore that ended, also when nobody watches just now: its own journal says how. */
export const rememberRestore = async (
  context: Context,
  { demo }: Pick<FleetSource, "demo">,
  gateway: string,
  stateDir: string,
): Promise<void> => {
  if (demo !== undefined) return;
  const end = journalEnd(openJournal(stateDir)?.records ?? lastRecords(stateDir), gateway);
  if (end === undefined) return;
  await orSaid(context, async () => {
    using desk = await openAlertDeskFor(context);
    desk.restoreEnded(end);
  });
};

/** A gateway is not left down, nor a deed that is done called a failure, because nobody could be told of it. */
const orSaid = async ({ err }: Context, tell: () => Promise<void>): Promise<void> => {
  try {
    await tell();
  } catch (error) {
    err(`⚠️ Guard and consoles do not hear of this: ${harmlessLine(problemOf(error).message, 300)}\n`);
  }
};
