import { rm } from "node:fs/promises";
import { join } from "node:path";
import {
  movePaths,
  type MovedRows,
  type PathMove,
  type SourcePlan,
  type Vault,
} from "../../../core/index.ts";
import { isProblem, makePassingFolder } from "../../../ground/index.ts";
import {
  isReadOfState,
  parseConfigText,
  readState,
  type Json,
  type StateReading,
} from "../../../openclaw/index.ts";

/** What a snapshot holds, read from its own databases rather than from what was noted about them. */
export type SnapshotContents = {
  readonly reading: StateReading;
  /** Undefined: it has none, or a broken one. */
  readonly config: Json | undefined;
  /** It has one, and that cannot be parsed. */
  readonly configBroken: boolean;
  /** Where its databases name directories that lie elsewhere now. */
  readonly movedRows: readonly MovedRows[];
};

const databasePath = /(?:^|\/)[^/]+\.sqlite(?:-wal)?$/;

/**
 * Lays out the databases of a snapshot in a private place, reads them as those of a live gateway are read, and clears up.
 * No more of them than is read, where that can be told; else all, and from the live state what that still holds.
 */
export const snapshotContents = async (
  vault: Vault,
  id: string,
  signal: AbortSignal,
  {
    live = [],
    moves = [],
  }: { readonly live?: SourcePlan["roots"]; readonly moves?: readonly PathMove[] } = {},
): Promise<SnapshotContents> => {
  const place = makePassingFolder("look");
  try {
    const select = (path: string): boolean => databasePath.test(path) && !path.startsWith("@");
    const part = join(place, "part");
    // Where paths are counted, they stand in any table.
    const isPart =
      moves.length === 0 && (await vault.layOutTables(id, part, { select, isWanted: isReadOfState, signal }));
    const target = isPart ? part : join(place, "state");
    if (!isPart) await vault.restoreTo(id, target, { select, present: live, signal });
    return {
      reading: await readState(target),
      ...(await configOf(vault, id)),
      movedRows: moves.length === 0 ? [] : movePaths(target, moves, "count"),
    };
  } finally {
    await rm(place, { recursive: true, force: true });
  }
};

const configLimitBytes = 2 << 20;

const configOf = async (
  vault: Vault,
  id: string,
): Promise<Pick<SnapshotContents, "config" | "configBroken">> => {
  try {
    const text = (await vault.readFile(id, "openclaw.json", configLimitBytes)).toString("utf8");
    const config = await parseConfigText(text);
    return { config, configBroken: config === undefined };
  } catch (error) {
    // No configuration: nothing can be said about it here, and the gateway will.
    if (isProblem(error)) return { config: undefined, configBroken: false };
    throw error;
  }
};
