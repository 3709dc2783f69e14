import { existsSync } from "node:fs";
import { join } from "node:path";
import { harmlessLine, isProblem, type Problem } from "../ground/index.ts";
import type { Alert } from "../watch/index.ts";
import { openHistory, type History } from "../watch/effects/index.ts";
import type { Context } from "./cli/command.ts";
import type { Config } from "./config/index.ts";

const historyPath = (config: Config): string => join(config.stateHome, "history.sqlite");

/** What clawback remembers, shared by every process of this user: guard, consoles and commands. */
export const openSharedHistory = async ({
  config,
  clock,
}: Pick<Context, "config" | "clock">): Promise<History> => {
  const now = clock.now();
  return openHistory({ path: historyPath(await config()), now, owner: `${process.pid}-${now}` });
};

/** For whoever stays: a watch goes on without a memory, and says so. */
export const historyOrProblem = (context: Pick<Context, "config" | "clock">): Promise<History | Problem> =>
  openSharedHistory(context).catch(unavailable);

const unavailable = (error: unknown): Problem => {
  if (isProblem(error) && error.code === "HISTORY_UNAVAILABLE") return error;
  throw error;
};

/** The same, or nothing when there has never been one: a command that only looks leaves no file behind. */
export const openFormerHistory = async (
  context: Pick<Context, "config" | "clock">,
): Promise<History | undefined> =>
  existsSync(historyPath(await context.config())) ? openSharedHistory(context) : undefined;

/**
 * What the process that watches all the time knows to fire: a short look cannot see what needs time to show. Where it
 * cannot be read, the look stands alone and it is said.
 */
export const alertsOfWatcher = async (
  context: Pick<Context, "config" | "clock" | "err">,
): Promise<readonly Alert[] | undefined> => {
  const opened = await openFormerHistory(context).catch(unavailable);
  if (isProblem(opened)) {
    context.err(`⚠️ ${harmlessLine(opened.message, 300)}\n`);
    return undefined;
  }
  using history = opened;
  return history?.isWatched(context.clock.now()) === true ? history.stories.firing() : undefined;
};
