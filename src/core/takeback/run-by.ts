import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { errnoOf } from "../../ground/index.ts";
import { processState } from "../../openclaw/index.ts";

/**
 * Who runs a transaction: the start tells a process from a later one with the same number, and both mean something only
 * where they were given. A container counts its processes for itself.
 */
export type RunBy = {
  readonly pid: number;
  readonly startTime?: number;
  /** Absent where the system does not tell, and in journals of before: here. */
  readonly where?: Where;
};

type Where = {
  readonly host: string;
  /** Another one after each start of the machine. */
  readonly boot: string;
  /** The namespace that numbers processes. */
  readonly processes: string;
};

/** This process, told from a later one with the same number. */
export const thisRun = async (): Promise<RunBy> => {
  const { pid } = process;
  const own = await processState(pid);
  const where = here();
  return {
    pid,
    ...(own.kind === "running" && own.startTime !== undefined ? { startTime: own.startTime } : {}),
    ...(where === undefined ? {} : { where }),
  };
};

export const isSameRun = (left: RunBy, right: RunBy): boolean =>
  left.pid === right.pid &&
  left.startTime === right.startTime &&
  left.where?.processes === right.where?.processes &&
  left.where?.boot === right.where?.boot;

/** A journal that is held is touched this often, so that it can be told from afar that somebody is at it. */
export const touchEveryMs = 5_000;
/** Many times that: a disk may hang, and a database be checked in one go. */
const silentMs = 120_000;

/** What became of a process; nobody here can look up one of another container. */
export const fateOf = async ({ pid, startTime, where }: RunBy): Promise<"lives" | "gone" | "unknown"> => {
  const own = here();
  if (where !== undefined && own !== undefined && !isHere(where, own)) {
    // This machine has been started again since.
    return where.host === own.host && where.boot !== own.boot ? "gone" : "unknown";
  }
  const found = await processState(pid);
  return found.kind === "running" && found.startTime === startTime ? "lives" : "gone";
};

/** Of a process that cannot be looked up here counts when the journal was touched last. */
export const lives = async (runBy: RunBy, touchedAt: number): Promise<boolean> => {
  const fate = await fateOf(runBy);
  return fate === "lives" || (fate === "unknown" && Date.now() - touchedAt < silentMs);
};

const isHere = (where: Where, own: Where): boolean =>
  where.boot === own.boot && where.processes === own.processes;

let known: Where | "untold" | undefined;

const here = (): Where | undefined => {
  known ??= lookHere();
  return known === "untold" ? undefined : known;
};

const lookHere = (): Where | "untold" => {
  try {
    return {
      host: hostname(),
      boot: readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim(),
      processes: readlinkSync("/proc/self/ns/pid"),
    };
  } catch (error) {
    // No Linux, or one that hides it.
    if (errnoOf(error) !== undefined) return "untold";
    throw error;
  }
};
