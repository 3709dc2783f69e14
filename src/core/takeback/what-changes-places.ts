import { lstatSync } from "node:fs";
import { dirname, join } from "node:path";
import { exclusionOf } from "../../openclaw/index.ts";
import { bytePath, pathOfText, pathText, shownOf, type BytePath } from "../manifest/byte-path.ts";
import { nativeOfShown, Reach } from "../source/reach.ts";
import { databaseName, databaseOf } from "./database-names.ts";
import { identityOf, makeWay, type Exchange } from "./exchange.ts";
import { planFiles, type StageFacts } from "./file-plan.ts";
import { entriesIn } from "./names-below.ts";
import { shownIn, stagedPath, type TakebackRoot } from "./places.ts";
import type { TakebackScope } from "./scope.ts";

/** What changes places when all of a root comes back: the root itself, and what is carried over into the new one. */
export const wholeOf = (root: TakebackRoot): readonly Exchange[] => {
  const staged = stagedPath(root, "");
  const newOne = identityOf(shownOf(staged));
  if (newOne === undefined) return [];
  const oldOne = identityOf(shownOf(root.live));
  const carried =
    oldOne === undefined
      ? []
      : carriedOver(root).filter((path) => identityOf(shownIn(staged, path)) === undefined);
  // Where a carried directory stands must be there to receive it.
  for (const path of carried) makeWay(dirname(shownIn(staged, path)));
  return [
    {
      kind: "swap",
      live: shownOf(root.live),
      staged: shownOf(staged),
      newOne,
      displaced: shownOf(root.displaced),
      ...(oldOne === undefined ? {} : { oldOne }),
      undone: shownOf(root.undone),
    },
    ...carried.map((path): Exchange => ({
      kind: "carry",
      from: shownIn(root.displaced, path),
      to: shownIn(root.live, path),
    })),
  ];
};

/** What lies in the live directory, is never in a snapshot, and belongs to the host rather than to a moment; as shown. */
const carriedOver = ({ live, kind, vault }: TakebackRoot): readonly string[] => {
  if (!lstatSync(live).isDirectory()) return [];
  using reach = new Reach();
  const below = (path: BytePath): readonly string[] =>
    entriesIn(reach, pathOfText(live), path).flatMap(({ inner, entry }) => {
      const shown = pathText(inner);
      const exclusion = exclusionOf(shown, { kind, ...(vault === undefined ? {} : { vault }) });
      if (exclusion?.whenRestored === "carried-over") return [shown];
      return exclusion === undefined && entry.isDirectory() ? below(inner) : [];
    });
  return below(bytePath(""));
};

/** What changes places when only some of it comes back, one by one. */
export const partOf = (
  root: TakebackRoot,
  here: StageFacts,
  wanted: ReadonlySet<string>,
  scope: TakebackScope,
): readonly Exchange[] => {
  const hot = scope.extent.kind === "part" && scope.extent.hot;
  const exchanges: Exchange[] = [];
  const covered = new Set<string>();
  const swap = (path: string, bringsIn: boolean): void => {
    const live = shownIn(root.live, path);
    const staged = shownIn(root.staged, join(root.prefix, path));
    const oldOne = identityOf(live);
    const newOne = bringsIn ? identityOf(staged) : undefined;
    if (oldOne === undefined && newOne === undefined) return;
    exchanges.push({
      kind: "swap",
      live,
      ...(newOne === undefined ? {} : { staged, newOne }),
      displaced: shownIn(root.displaced, path),
      ...(oldOne === undefined ? {} : { oldOne }),
      undone: shownIn(root.undone, path),
      ...(hot && newOne !== undefined && oldOne !== undefined ? { seamless: true as const } : {}),
    });
  };
  const inner = (path: string): string => (root.prefix === "" ? path : path.slice(root.prefix.length + 1));
  for (const path of [...wanted].map(inner)) {
    // A log comes and goes with its database.
    if (databaseName.test(databaseOf(path)) && databaseOf(path) !== path) continue;
    const unit = topmostMissing(root.live, path);
    if (covered.has(unit)) continue;
    covered.add(unit);
    swap(unit, true);
    // A log left beside another main file would be read as its newest pages.
    if (unit !== path) continue;
    if (!databaseName.test(path)) continue;
    for (const kind of ["wal", "shm", "journal"]) {
      const beside = `${path}-${kind}`;
      covered.add(beside);
      swap(beside, identityOf(shownIn(root.staged, join(root.prefix, beside))) !== undefined);
    }
  }
  for (const { path } of planFiles(here.snapshot, here.live, scope).removed) {
    if (!waysTo(inner(path)).some((way) => covered.has(way))) swap(inner(path), false);
  }
  return exchanges;
};

/** Every directory on the way to a path, the topmost first, and the path itself: what one of them does, all below it does. */
const waysTo = (path: string): readonly string[] => {
  const parts = path.split("/");
  return parts.map((_, at) => parts.slice(0, at + 1).join("/"));
};

/** The path itself, or the first directory on the way to it that is not there: that comes in with all it holds. */
const topmostMissing = (live: string, path: string): string => {
  for (const way of waysTo(path).slice(0, -1)) {
    const stat = lstatSync(nativeOfShown(shownIn(live, way)), { throwIfNoEntry: false });
    if (stat?.isDirectory() !== true) return way;
  }
  return path;
};
