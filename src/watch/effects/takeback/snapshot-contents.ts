import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import json5 from "json5";
import { movePaths, type Finding, type MovedRows, type PathMove, type Vault } from "../../../core/index.ts";
import { isProblem } from "../../../ground/index.ts";
import { asJson, readState, type Json, type StateReading } from "../../../openclaw/index.ts";

/** What a snapshot holds, read from its own databases rather than from what was noted about them. */
export type SnapshotContents = {
  readonly reading: StateReading;
  readonly config: Json | undefined;
  /** Where its databases name directories that lie elsewhere now. */
  readonly movedRows: readonly MovedRows[];
  /** Databases that the vault cannot give back whole. */
  readonly damaged: readonly Finding[];
};

/** Whether a path of a snapshot is laid out to be read, and so is known to be whole or not. */
export const isLaidOut = (path: string): boolean =>
  /(?:^|\/)[^/]+\.sqlite(?:-wal)?$/.test(path) && !path.startsWith("@");

/** Lays out the databases of a snapshot in a private place, reads them as those of a live gateway are read, and clears up. */
export const snapshotContents = async (
  vault: Vault,
  id: string,
  signal: AbortSignal,
  moves: readonly PathMove[] = [],
): Promise<SnapshotContents> => {
  const place = await mkdtemp(join(tmpdir(), "clawback-look-"));
  try {
    const target = join(place, "state");
    const { findings } = await vault.restoreTo(id, target, { select: isLaidOut, signal });
    return {
      damaged: findings.filter(({ code }) => code === "NOT_RESTORED"),
      reading: await readState(target),
      config: await configOf(vault, id),
      movedRows: moves.length === 0 ? [] : movePaths(target, moves, "count"),
    };
  } finally {
    await rm(place, { recursive: true, force: true });
  }
};

const configLimitBytes = 2 << 20;

const configOf = async (vault: Vault, id: string): Promise<Json | undefined> => {
  try {
    return asJson(
      json5.parse((await vault.readFile(id, "openclaw.json", configLimitBytes)).toString("utf8")),
    );
  } catch (error) {
    // No configuration, or a broken one: nothing can be said about it here, and the gateway will.
    if (isProblem(error) || error instanceof SyntaxError) return undefined;
    throw error;
  }
};
