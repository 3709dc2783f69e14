import { errnoOf } from "./errno.ts";

/** Whether a process of that number is there: also one of somebody else, and one that only waits to be collected. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errnoOf(error) === "EPERM";
  }
};
