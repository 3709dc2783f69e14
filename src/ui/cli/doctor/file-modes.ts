import { lstat } from "node:fs/promises";
import { errnoOf, shellWord } from "../../../ground/index.ts";
import { failed, ok, warning, type Check } from "./check.ts";

type Wanted = { readonly path: string; readonly mode: number; readonly what: string };

const octal = (mode: number): string => `0${(mode & 0o777).toString(8)}`;

/** Whether nobody but the owner may read what holds secrets. What is not there is not looked at. */
export const modesCheck = async (about: string, wanted: readonly Wanted[]): Promise<readonly Check[]> => {
  const seen: string[] = [];
  const open: Wanted[] = [];
  for (const each of wanted) {
    const mode = await modeOf(each.path);
    if (mode === undefined) continue;
    // Less than asked for is as good; what matters is what group and others may do.
    if ((mode & 0o077 & ~each.mode) !== 0) open.push({ ...each, what: `${each.what} is ${octal(mode)}` });
    else seen.push(`${each.what} ${octal(mode)}`);
  }
  if (open.length > 0) {
    return open.map(({ path, mode, what }) =>
      failed(
        "file-modes",
        about,
        `${what}: others on this machine can get at it`,
        `chmod ${octal(mode)} ${shellWord(path)}`,
      ),
    );
  }
  return seen.length === 0
    ? [warning("file-modes", about, "nothing to look at was found", "Check where its state directory is.")]
    : [ok("file-modes", about, seen.join(", "))];
};

const modeOf = async (path: string): Promise<number | undefined> => {
  try {
    return (await lstat(path)).mode;
  } catch (error) {
    if (errnoOf(error) !== undefined) return undefined;
    throw error;
  }
};
