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
    return stop(check, { say: "lies-inside", path: inside }, { say: "leave-out" });
  }
  try {
    accessSync(parent, constants.W_OK | constants.X_OK);
  } catch {
    // Only the answer counts: whatever the reason is, nothing can be renamed there.
    return stop(check, { say: "not-writable", path: parent }, { say: "run-as-owner" });
  }
  if (statSync(parent).dev !== statSync(path).dev) {
    return stop(check, { say: "own-file-system", path }, { say: "restore-beside" });
  }
  const { uid } = lstatSync(path);
  const own = process.getuid?.();
  return own === undefined || own === uid || own === 0
    ? pass(check, { say: "can-be-renamed", path })
    : stop(check, { say: "belongs-to", path, owner: uid, us: own }, { say: "run-as-user", user: uid });
};
