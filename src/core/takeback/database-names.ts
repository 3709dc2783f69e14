import { companionOf } from "../../openclaw/index.ts";

export const databaseName = /\.(?:sqlite3?|db)$/i;

/** The database that a log stands beside, else the path itself. */
export const databaseOf = (path: string): string => companionOf(path)?.database ?? path;
