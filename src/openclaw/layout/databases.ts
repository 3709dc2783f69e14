/** The sixteen bytes every SQLite database starts with. A database that nothing was written to yet is empty. */
const header = new TextEncoder().encode("SQLite format 3\0");
export const sqliteHeaderBytes = header.length;

/**
 * Whether the first bytes of a file are those of a SQLite database. The caller reads them, and must do so before the
 * same process opens that file through SQLite: POSIX drops every lock a process holds on a file as soon as it closes
 * any descriptor of it.
 */
export const isSqliteHeader = (firstBytes: Uint8Array): boolean =>
  firstBytes.length >= header.length && header.every((byte, at) => firstBytes[at] === byte);

export type Companion = {
  /** The database this file belongs to. */
  readonly database: string;
  /** `wal` and `journal` hold committed or recoverable data; `shm` is shared memory and never copied. */
  readonly kind: "wal" | "shm" | "journal";
};

/** The database a `-wal`, `-shm` or `-journal` file stands beside. Only true when that database is one. */
export const companionOf = (path: string): Companion | undefined => {
  const found = /^(?<database>.+)-(?<kind>wal|shm|journal)$/s.exec(path)?.groups;
  const { database, kind } = found ?? {};
  if (database === undefined || database.endsWith("/")) return undefined;
  if (kind === "wal" || kind === "shm" || kind === "journal") return { database, kind };
  return undefined;
};

/** The names that the logs of a database would have; none of what is none by its name. */
export const logsOf = (path: string): readonly string[] =>
  /\.(?:sqlite3?|db)$/i.test(path) ? ["wal", "journal"].map((kind) => `${path}-${kind}`) : [];

/**
 * Whether somebody means a path by a name: it is that, lies in it, or is the log of the database that is named. Without
 * its log a database is an older one, and nobody would see that rows are missing.
 */
export const isMeantBy = (path: string, name: string): boolean =>
  path === name || path.startsWith(`${name}/`) || companionOf(path)?.database === name;

/** The agent whose own database a path of the state is. */
export const agentOfDatabase = (path: string): string | undefined =>
  /^agents\/(?<agent>[^/]+)\/agent\/openclaw-agent\.sqlite$/u.exec(path)?.groups?.["agent"];

/** Rows that name the running owner: they are taken out when a database is put back. */
export const leaseTables = ["agent_database_leases", "state_leases"] as const;

/**
 * Columns whose absolute paths a gateway follows. Everything else that mentions one is history, or is made anew at the
 * next start.
 */
export const pathColumns: readonly { readonly table: string; readonly column: string }[] = [
  { table: "session_nodes", column: "entry_json" },
  { table: "cron_jobs", column: "store_key" },
  { table: "config_health_entries", column: "config_path" },
];
