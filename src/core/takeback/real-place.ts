import { lstatSync, readlinkSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

/**
 * A directory by its own name, whatever links lead to it. It need not be there: killed between old and new, a state
 * directory is missing for a moment, and its journal lies beside the place where it belongs.
 */
export const realPlace = (path: string): string => {
  const parent = realpathOr(dirname(resolve(path)));
  const own = join(parent, basename(resolve(path)));
  const stat = lstatSync(own, { throwIfNoEntry: false });
  return stat?.isSymbolicLink() === true ? realPlace(resolve(parent, readlinkSync(own))) : own;
};

const realpathOr = (path: string): string =>
  lstatSync(path, { throwIfNoEntry: false }) === undefined ? path : realpathSync(path);
