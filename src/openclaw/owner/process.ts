import { readFile } from "node:fs/promises";
import { errnoOf, isAlive, isMissing } from "../../ground/index.ts";

/** Whether a process runs, and since when in the unit in which OpenClaw writes it down. */
export type ProcessState =
  | { readonly kind: "running"; readonly startTime?: number }
  /** No such process, or one that has ended and only waits to be collected. */
  | { readonly kind: "gone" };

const psTimeoutMs = 2_000;

/**
 * The start time is what tells a process from a later one with the same number: clock ticks since boot on Linux (field
 * 22 of `/proc/<pid>/stat`), seconds since the epoch from `ps` on macOS. Absent where the platform does not tell.
 */
export const processState = async (pid: number): Promise<ProcessState> => {
  if (!isAlive(pid)) return { kind: "gone" };
  if (process.platform === "linux") return linuxProcess(pid);
  const startTime = process.platform === "darwin" ? await darwinStart(pid) : undefined;
  return startTime === undefined ? { kind: "running" } : { kind: "running", startTime };
};

const linuxProcess = async (pid: number): Promise<ProcessState> => {
  let stat: string;
  try {
    stat = await readFile(`/proc/${pid}/stat`, "utf8");
  } catch (error) {
    return isMissing(error) || errnoOf(error) === "ESRCH" ? { kind: "gone" } : { kind: "running" };
  }
  return parseLinuxStat(stat);
};

/** The second field is the name in brackets and may hold anything, brackets and spaces included. */
export const parseLinuxStat = (stat: string): ProcessState => {
  const fields = stat
    .slice(stat.lastIndexOf(")") + 1)
    .trimStart()
    .split(/\s+/);
  if (fields[0] === "Z" || fields[0] === "X") return { kind: "gone" };
  const startTime = Number(fields[19]);
  return Number.isInteger(startTime) && startTime > 0 ? { kind: "running", startTime } : { kind: "running" };
};

const darwinStart = (pid: number): Promise<number | undefined> =>
  new Promise((resolve) => {
    // Loaded here, because most commands ask for no process.
    process
      .getBuiltinModule("node:child_process")
      .execFile(
        "/bin/ps",
        ["-o", "lstart=", "-p", String(pid)],
        { timeout: psTimeoutMs, env: { ...process.env, LC_ALL: "C", TZ: "UTC" } },
        (error, stdout) => {
          const startedAt = Date.parse(`${stdout.trim()} UTC`);
          resolve(error === null && Number.isFinite(startedAt) ? Math.floor(startedAt / 1_000) : undefined);
        },
      );
  });
