import { existsSync, linkSync, lstatSync, mkdirSync, renameSync } from "node:fs";
import { dirname } from "node:path";
import { ExitCode, isMissing, Problem } from "../../ground/index.ts";
import { nativeOfShown } from "../source/reach.ts";
import { missingOn, syncDirectoryAt } from "../system/files.ts";

/** Device and inode: tells one file or directory from another that has taken its name. */
export type FileIdentity = string;

/**
 * One thing that changes places. Paths are as they are shown: names of files are bytes, and a journal is text. Which of the
 * two is where is read off their identities, so each half can be repeated.
 */
export type Exchange =
  | {
      readonly kind: "swap";
      readonly live: string;
      /** Where the new one waits; absent: the live one only goes. */
      readonly staged?: string;
      readonly newOne?: FileIdentity;
      /** Where the old one is kept; its identity is absent when there is none. */
      readonly displaced: string;
      readonly oldOne?: FileIdentity;
      /** Where a new one goes that is taken out again. */
      readonly undone: string;
      /** The name must never be missing, because somebody watches it: the new one is renamed over the old. */
      readonly seamless?: true;
    }
  /** What no snapshot holds and the new state still wants: caches, runtimes, logs. */
  | { readonly kind: "carry"; readonly from: string; readonly to: string };

/** Of a path as it is shown. */
export const identityOf = (path: string): FileIdentity | undefined => {
  try {
    const { dev, ino } = lstatSync(nativeOfShown(path), { bigint: true });
    return `${dev}:${ino}`;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
};

/**
 * By the inode alone: all that change places lie on one file system, and the number of that may be another one after the
 * machine has started anew, which is when a journal is read that a loss of power left.
 */
const isSame = (found: FileIdentity | undefined, wanted: FileIdentity): boolean =>
  found !== undefined && inodeOf(found) === inodeOf(wanted);

const inodeOf = (identity: FileIdentity): string => identity.slice(identity.indexOf(":") + 1);

/** Brings the new one in. May be run again after it was interrupted anywhere; `halfway` is told when neither is there. */
export const exchange = (what: Exchange, halfway: () => void): void => {
  if (what.kind === "carry") {
    move(what.from, what.to);
    return;
  }
  const { live, staged, newOne, displaced, oldOne } = what;
  if (newOne !== undefined && isSame(identityOf(live), newOne)) return;
  if (oldOne !== undefined && !isSame(identityOf(displaced), oldOne)) {
    if (!isSame(identityOf(live), oldOne)) throw lost(live, "what was there before the restore");
    makeWay(dirname(displaced));
    if (what.seamless === true) linkSync(nativeOfShown(live), nativeOfShown(displaced));
    else renameSync(nativeOfShown(live), nativeOfShown(displaced));
    settle(live, displaced);
  }
  halfway();
  if (staged === undefined || newOne === undefined) return;
  if (!isSame(identityOf(staged), newOne)) throw lost(staged, "what was staged");
  if (what.seamless !== true && identityOf(live) !== undefined) throw stranger(live);
  renameSync(nativeOfShown(staged), nativeOfShown(live));
  settle(live, staged);
};

/** Brings the old one back; what stands in its place is kept beside. May be run again after it was interrupted. */
export const exchangeBack = (what: Exchange, halfway: () => void): void => {
  if (what.kind === "carry") {
    move(what.to, what.from);
    return;
  }
  const { live, displaced, oldOne } = what;
  const now = identityOf(live);
  if (oldOne !== undefined && isSame(now, oldOne)) return;
  if (oldOne !== undefined && !isSame(identityOf(displaced), oldOne)) throw lost(displaced, "the old state");
  if (now !== undefined) {
    const aside = freeName(what.undone);
    makeWay(dirname(aside));
    if (what.seamless === true && oldOne !== undefined) linkSync(nativeOfShown(live), nativeOfShown(aside));
    else renameSync(nativeOfShown(live), nativeOfShown(aside));
    settle(live, aside);
  }
  halfway();
  if (oldOne === undefined) return;
  renameSync(nativeOfShown(displaced), nativeOfShown(live));
  settle(live, displaced);
};

const move = (from: string, to: string): void => {
  if (identityOf(from) === undefined || identityOf(to) !== undefined) return;
  if (!existsSync(nativeOfShown(dirname(to)))) return;
  renameSync(nativeOfShown(from), nativeOfShown(to));
  settle(from, to);
};

/** On the disk, all of it, before anything is moved there: a name in a directory that is lost is lost with it. */
export const makeWay = (directory: string): void => {
  for (const each of missingOn(directory, (path) => identityOf(path) !== undefined)) {
    mkdirSync(nativeOfShown(each), { mode: 0o700 });
    syncDirectoryAt(nativeOfShown(dirname(each)));
  }
};

const settle = (...paths: readonly string[]): void => {
  for (const directory of new Set(paths.map((path) => dirname(path))))
    syncDirectoryAt(nativeOfShown(directory));
};

const freeName = (path: string): string => {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? path : `${path}-${number}`;
    if (identityOf(name) === undefined) return name;
  }
};

const lost = (path: string, what: string): Problem =>
  new Problem("RESTORE_PIECE_MISSING", `${path} is not ${what}: somebody moved or replaced it.`, {
    hint: "Nothing more was changed. `clawback restore status` names the directories that belong to this restore; put it where it was, or move the old directory back by hand.",
    exit: ExitCode.needsPerson,
  });

const stranger = (path: string): Problem =>
  new Problem(
    "RESTORE_STRANGER",
    `Something new stands at ${path}: it was made while the restore was under way.`,
    {
      hint: "A gateway was probably started meanwhile. Stop it, move that directory away, and run `clawback restore status`.",
      exit: ExitCode.needsPerson,
    },
  );
