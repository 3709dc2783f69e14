import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { movePaths } from "../../../core/index.ts";
import { parseConfigText, type Json } from "../../../openclaw/index.ts";
import type { Sentence } from "../../sentences/index.ts";
import { movedConfig, type Migration } from "../../takeback/migration.ts";
import { keptSections } from "./plan-migration.ts";

/**
 * Makes a staged state fit its new place: paths in the configuration and in databases, and what belongs to this host.
 * Files are written over in place, because what changes places later is known by its identity.
 */
export const adaptStaged = async (
  staged: string,
  migration: Migration,
  live: Json | undefined,
): Promise<Sentence> => {
  const path = join(staged, "openclaw.json");
  const config = existsSync(path) ? await parseConfigText(readFileSync(path, "utf8")) : undefined;
  let paths = 0;
  if (config !== undefined) {
    const kept = migration.kept.length === 0 ? {} : keptSections(live);
    const adapted = movedConfig(config, migration.moves, kept);
    paths = adapted.moved;
    if (adapted.moved > 0 || migration.kept.length > 0) {
      overwrite(path, `${JSON.stringify(adapted.config, null, 2)}\n`);
    }
  }
  const rows = movePaths(staged, migration.moves, "rewrite").reduce((sum, each) => sum + each.rows, 0);
  return { say: "adapted", paths, rows, kept: migration.kept };
};

const overwrite = (path: string, text: string): void => {
  const file = openSync(path, "r+");
  try {
    const bytes = Buffer.from(text);
    writeSync(file, bytes, 0, bytes.length, 0);
    ftruncateSync(file, bytes.length);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
};
