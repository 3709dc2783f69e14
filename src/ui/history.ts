import { existsSync } from "node:fs";
import { join } from "node:path";
import { harmlessLine, isProblem, type Problem } from "../ground/index.ts";
import type { Alert, Operation } from "../watch/index.ts";
import { openHistory, workUnderWay, type History } from "../watch/effects/index.ts";
import type { Context } from "./cli/command.ts";
import type { Config } from "./config/index.ts";
import type { FleetSource } from "./fleet-source.ts";

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

/** What a short look cannot see for itself, because it needs time to show or is another process's doing. */
export type ToldByOthers = {
  /** What fires, by the process that watches all the time; undefined where nobody does. */
  readonly alerts: readonly Alert[] | undefined;
  /** What clawback is doing to gateways just now. */
  readonly operations: readonly Operation[];
};

export const toldByNobody: ToldByOthers = { alerts: undefined, operations: [] };

/** Where the history cannot be read, the look stands alone and it is said. */
export const toldByOthers = async (
  context: Pick<Context, "config" | "clock" | "err">,
  { demo }: Pick<FleetSource, "demo">,
): Promise<ToldByOthers> => {
  // What happens to a fleet that is not real is not remembered.
  if (demo !== undefined) return toldByNobody;
  const opened = await openFormerHistory(context).catch(unavailable);
  if (isProblem(opened)) {
    context.err(`⚠️ ${harmlessLine(opened.message, 300)}\n`);
    return toldByNobody;
  }
  using history = opened;
  if (history === undefined) return toldByNobody;
  return {
    alerts: history.isWatched(context.clock.now()) ? history.stories.firing() : undefined,
    operations: await workUnderWay(history.stories),
  };
};
