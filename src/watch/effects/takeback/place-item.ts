import { accessSync, constants, lstatSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { StateSource } from "../../../keeping/index.ts";
import { pass, stop, type PreflightItem } from "../../takeback/restore-plan.ts";

/** Whether a live directory can be renamed: by whom it is owned, what lies inside, where it is mounted. */
export const placeItem = ({ path, prefix, except }: StateSource["present"][number]): PreflightItem => {
  const check = prefix === "" ? "state directory can change places" : `${prefix} can change places`;
  const parent = dirname(path);
  const inside = except[0];
  if (inside !== undefined) {
    return stop(
      check,
      `${inside} lies inside it`,
      "Leave it out with --except workspace, or give it a directory of its own.",
    );
  }
  try {
    accessSync(parent, constants.W_OK | constants.X_OK);
  } catch {
    // Only the answer counts: whatever the reason is, nothing can be renamed there.
    return stop(check, `${parent} may not be written to`, "Run as the user who owns it.");
  }
  if (statSync(parent).dev !== statSync(path).dev) {
    return stop(
      check,
      `${path} is a file system of its own, and cannot be renamed`,
      "Restore beside it with --target, or mount the directory above it instead.",
    );
  }
  const { uid } = lstatSync(path);
  const own = process.getuid?.();
  return own === undefined || own === uid || own === 0
    ? pass(check, `${path}: same file system, writable`)
    : stop(
        check,
        `${path} belongs to user ${uid}, and this is user ${own}`,
        `Run as user ${uid}, or as root.`,
      );
};
