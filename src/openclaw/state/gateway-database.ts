import type { DatabaseSync } from "node:sqlite";
import { asJson, valueAt, type Json } from "../json.ts";
import { readDatabase, type DatabaseAnswer, type ReadColumns } from "../sqlite/open.ts";
import {
  columnOrNull,
  columnsOf,
  known,
  lineOf,
  numberOf,
  textOf,
  userVersionOf,
  type Row,
} from "../sqlite/rows.ts";
import type { BackupRecord, CronRecord, DeliveryRecord, DeviceRecord, QuarantineRecord } from "./records.ts";

/** A start of the gateway as it wrote it down; what it means depends on whether the gateway runs (see boots.ts). */
export type BootRow = {
  readonly bootId: string;
  readonly pid?: number;
  readonly startedAt: number;
  readonly completedAt?: number;
  readonly outcome?: string;
  readonly reason?: string;
};

/** Who holds the gateway's database open, as the gateway itself keeps it renewed. */
export type OwnerLease = {
  readonly pid?: number;
  readonly host?: string;
  readonly heartbeatAt?: number;
  readonly expiresAt: number;
};

/** The gateway's own database at one moment. A list is undefined when this version keeps no such table. */
export type GatewayDatabase = {
  readonly schemaVersion: number;
  /** The OpenClaw that last started on it. */
  readonly appVersion?: string;
  /** Agent databases it knows: absolute, or relative to the state directory. */
  readonly agentDatabases: readonly { readonly agentId: string; readonly path: string }[] | undefined;
  readonly boots: readonly BootRow[] | undefined;
  readonly devices: readonly DeviceRecord[] | undefined;
  readonly cron: readonly CronRecord[] | undefined;
  readonly deliveries: readonly DeliveryRecord[] | undefined;
  readonly backups: readonly BackupRecord[] | undefined;
  readonly lease?: OwnerLease;
};

export const gatewayColumns: ReadColumns = {
  schema_meta: ["meta_key", "app_version"],
  agent_databases: ["agent_id", "path"],
  gateway_boot_lifecycle: [
    "boot_id",
    "pid",
    "started_at_ms",
    "completed_at_ms",
    "outcome",
    "startup_reason",
    "reason",
  ],
  device_pairing_paired: [
    "device_id",
    "display_name",
    "operator_label",
    "platform",
    "role",
    "approved_at_ms",
    "last_seen_at_ms",
  ],
  cron_jobs: ["job_id", "name", "enabled", "agent_id", "state_json"],
  delivery_queue_entries: ["queue_name", "status"],
  backup_runs: ["id", "created_at", "status"],
  state_leases: ["scope", "expires_at", "heartbeat_at", "payload_json"],
};

export const quarantineColumns: ReadColumns = {
  quarantined_databases: ["path", "kind", "reason", "quarantined_at"],
};

/** The newest of each; a person reads tens of them. */
const rowLimit = 1_000;

export const readGatewayDatabase = (path: string): DatabaseAnswer<GatewayDatabase> =>
  readDatabase(path, gatewayColumns, (database) => {
    const appVersion = appVersionOf(database);
    const lease = leaseOf(database);
    return {
      schemaVersion: userVersionOf(database),
      ...(appVersion === undefined ? {} : { appVersion }),
      agentDatabases: listOf(
        database,
        "agent_databases",
        ["agent_id", "path"],
        [],
        "agent_id",
        agentDatabaseOf,
      ),
      boots: listOf(
        database,
        "gateway_boot_lifecycle",
        ["boot_id", "started_at_ms"],
        ["pid", "completed_at_ms", "outcome", "startup_reason", "reason"],
        "started_at_ms DESC",
        bootOf,
      ),
      devices: listOf(
        database,
        "device_pairing_paired",
        ["device_id"],
        ["display_name", "operator_label", "platform", "role", "approved_at_ms", "last_seen_at_ms"],
        "device_id",
        deviceOf,
      ),
      cron: listOf(
        database,
        "cron_jobs",
        ["job_id", "name"],
        ["enabled", "agent_id", "state_json"],
        "job_id",
        cronOf,
      ),
      deliveries: deliveriesOf(database),
      backups: listOf(database, "backup_runs", ["id", "created_at"], ["status"], "created_at DESC", backupOf),
      ...(lease === undefined ? {} : { lease }),
    };
  });

/** Databases that the gateway has set aside, from its quarantine store. */
export const readQuarantine = (path: string): DatabaseAnswer<readonly QuarantineRecord[]> =>
  readDatabase(
    path,
    quarantineColumns,
    (database) =>
      listOf(
        database,
        "quarantined_databases",
        ["path"],
        ["kind", "reason", "quarantined_at"],
        "path",
        (row): QuarantineRecord | undefined => {
          const where = textOf(row["path"]);
          return where === undefined
            ? undefined
            : {
                path: where,
                ...known({
                  kind: lineOf(row["kind"]),
                  reason: lineOf(row["reason"]),
                  at: numberOf(row["quarantined_at"]),
                }),
              };
        },
      ) ?? [],
  );

const listOf = <T>(
  database: DatabaseSync,
  table: string,
  needed: readonly string[],
  wanted: readonly string[],
  order: string,
  make: (row: Row) => T | undefined,
): readonly T[] | undefined => {
  const has = columnsOf(database, table);
  if (!needed.every((column) => has.has(column))) return undefined;
  const select = [...needed, ...wanted].map((column) => columnOrNull(has, column)).join(", ");
  const rows = database.prepare(`SELECT ${select} FROM ${table} ORDER BY ${order} LIMIT ${rowLimit}`).all();
  return rows.flatMap((row) => {
    const made = make(row);
    return made === undefined ? [] : [made];
  });
};

/** By what they say: the first is written at the start of each version, the last keeps the one that made the database. */
const versionRows = ["startup-migrations", "state-migrations", "primary"];

const appVersionOf = (database: DatabaseSync): string | undefined => {
  const has = columnsOf(database, "schema_meta");
  if (!has.has("meta_key") || !has.has("app_version")) return undefined;
  const select = database.prepare("SELECT app_version FROM schema_meta WHERE meta_key = ?");
  for (const key of versionRows) {
    // A receipt of migrations has the version in its first line and fingerprints below.
    const version = textOf(select.get(key)?.["app_version"])?.split("\n")[0];
    if (version !== undefined) return lineOf(version, 60);
  }
  return undefined;
};

const leaseOf = (database: DatabaseSync): OwnerLease | undefined =>
  listOf(
    database,
    "state_leases",
    ["scope", "expires_at"],
    ["heartbeat_at", "payload_json"],
    "expires_at DESC",
    (row): OwnerLease | undefined => {
      const expiresAt = numberOf(row["expires_at"]);
      if (row["scope"] !== "gateway-owner" || expiresAt === undefined) return undefined;
      const payload = jsonOf(row["payload_json"]);
      return {
        expiresAt,
        ...known({
          pid: numberOf(valueAt(payload, ["owner", "pid"])),
          host: lineOf(valueAt(payload, ["owner", "host"]), 255),
          heartbeatAt: numberOf(row["heartbeat_at"]),
        }),
      };
    },
  )?.[0];

const agentDatabaseOf = (row: Row): { readonly agentId: string; readonly path: string } | undefined => {
  const agentId = textOf(row["agent_id"]);
  const path = textOf(row["path"]);
  return agentId === undefined || path === undefined ? undefined : { agentId, path };
};

const bootOf = (row: Row): BootRow | undefined => {
  const bootId = textOf(row["boot_id"]);
  const startedAt = numberOf(row["started_at_ms"]);
  if (bootId === undefined || startedAt === undefined) return undefined;
  return {
    bootId,
    startedAt,
    ...known({
      pid: numberOf(row["pid"]),
      completedAt: numberOf(row["completed_at_ms"]),
      outcome: lineOf(row["outcome"], 80),
      reason: lineOf(row["reason"]) ?? lineOf(row["startup_reason"]),
    }),
  };
};

const deviceOf = (row: Row): DeviceRecord | undefined => {
  const deviceId = textOf(row["device_id"]);
  if (deviceId === undefined) return undefined;
  return {
    deviceId,
    ...known({
      name: lineOf(row["operator_label"], 100) ?? lineOf(row["display_name"], 100),
      platform: lineOf(row["platform"], 60),
      role: lineOf(row["role"], 60),
      approvedAt: numberOf(row["approved_at_ms"]),
      lastSeenAt: numberOf(row["last_seen_at_ms"]),
    }),
  };
};

const cronOf = (row: Row): CronRecord | undefined => {
  const jobId = textOf(row["job_id"]);
  if (jobId === undefined) return undefined;
  return {
    jobId,
    name: lineOf(row["name"], 100) ?? jobId,
    enabled: numberOf(row["enabled"]) !== 0,
    ...known({
      agentId: lineOf(row["agent_id"], 64),
      nextRunAt: numberOf(valueAt(jsonOf(row["state_json"]), ["nextRunAtMs"])),
    }),
  };
};

/** A stored JSON text; undefined when it is none, which makes everything in it unknown. */
const jsonOf = (text: unknown): Json | undefined => {
  if (typeof text !== "string") return undefined;
  try {
    return asJson(JSON.parse(text));
  } catch {
    return undefined;
  }
};

const deliveriesOf = (database: DatabaseSync): readonly DeliveryRecord[] | undefined => {
  const has = columnsOf(database, "delivery_queue_entries");
  if (!has.has("queue_name") || !has.has("status")) return undefined;
  return database
    .prepare(
      "SELECT queue_name, status, count(*) AS n FROM delivery_queue_entries GROUP BY 1, 2 ORDER BY 1, 2",
    )
    .all()
    .map((row) => ({
      queue: lineOf(row["queue_name"], 100) ?? "",
      status: lineOf(row["status"], 60) ?? "",
      count: numberOf(row["n"]) ?? 0,
    }));
};

const backupOf = (row: Row): BackupRecord | undefined => {
  const id = textOf(row["id"]);
  const createdAt = numberOf(row["created_at"]);
  return id === undefined || createdAt === undefined
    ? undefined
    : { id, createdAt, status: lineOf(row["status"], 60) ?? "unknown" };
};
