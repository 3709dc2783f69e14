import { lstatSync, readlinkSync, realpathSync, type Stats } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { errnoOf } from "../../ground/index.ts";

/**
 * A directory by its own name, whatever links lead to it. It need not be there: killed between old and new, a state
 * directory is missing for a moment, and its journal lies beside the place where it belongs.
 */
export const realPlace = (path: string): string => {
  const parent = realpathOr(dirname(resolve(path)));
  const own = join(parent, basename(resolve(path)));
  const stat = look(own);
  return stat?.isSymbolicLink() === true ? realPlace(resolve(parent, readlinkSync(own))) : own;
};

const realpathOr = (path: string): string => (look(path) === undefined ? path : realpathSync(path));

/** Where nobody may look, a name is all that is known; whoever opens what lies there hears why. */
const look = (path: string): Stats | undefined => {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (errnoOf(error) !== "EACCES") throw error;
    return undefined;
  }
};
