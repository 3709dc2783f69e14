import { createHash } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { listAt, numberAt, objectAt, parseObject, textAt, type JsonObject } from "../json.ts";
import { inTransaction } from "./database.ts";
import { agentSchemaVersion, stateSchemaVersion } from "./schema.ts";

/** The gateway-wide database: which agents there are, every boot, who holds the directory, which devices are paired. */
export type StateDatabase = {
  readonly agents: () => readonly { readonly id: string; readonly path: string }[];
  readonly beginBoot: (boot: Boot) => void;
  /** Ends the boot and gives the leases back: what a clean stop leaves behind. */
  readonly endBoot: (bootId: string, at: number, reason: string) => void;
  readonly cronList: (at: number) => JsonObject;
  readonly pairedDevices: () => readonly JsonObject[];
  readonly pair: (device: PairedDevice) => void;
};

export type Boot = {
  readonly bootId: string;
  readonly ownerId: string;
  /** When the state is opened. */
  readonly at: number;
  /** Since when it has been up, as it says itself: at the beginning of a demo that was days ago. */
  readonly startedAt: number;
  readonly pid: number;
  readonly processStart: number;
  readonly hostname: string;
  readonly port: number;
  readonly version: string;
  readonly stateDir: string;
};

export type PairedDevice = {
  readonly deviceId: string;
  readonly publicKey: string;
  readonly displayName: string | undefined;
  readonly clientId: string;
  readonly clientMode: string;
  readonly platform: string;
  readonly scopes: readonly string[];
  readonly approvedVia: "silent" | "owner";
  readonly at: number;
};

export const stateDatabase = (database: DatabaseSync): StateDatabase => ({
  agents: () =>
    database
      .prepare("SELECT agent_id, path FROM agent_databases ORDER BY rowid")
      .all()
      .map((row) => ({ id: textAt(row, "agent_id") ?? "", path: textAt(row, "path") ?? "" })),
  beginBoot: (boot) => {
    inTransaction(database, () => {
      const { at, startedAt, pid, processStart } = boot;
      database
        .prepare("INSERT INTO gateway_boot_lifecycle (boot_id, pid, started_at_ms) VALUES (?, ?, ?)")
        .run(boot.bootId, pid, startedAt);
      database.exec("DELETE FROM agent_database_leases; DELETE FROM state_leases;");
      database.prepare("INSERT INTO state_leases VALUES ('gateway-owner', 'global', ?, ?, ?, ?, ?, ?)").run(
        boot.ownerId,
        at + leaseMs,
        at,
        JSON.stringify({
          owner: { pid, host: boot.hostname, startedAt: processStart },
          port: boot.port,
          mode: "foreground",
          supervisor: null,
        }),
        at,
        at,
      );
      database
        .prepare(
          `INSERT INTO agent_database_leases
           SELECT lower(hex(randomblob(16))), agent_id, ? || '/' || path, ?, ?, ? FROM agent_databases`,
        )
        .run(boot.stateDir, pid, processStart, at);
      database
        .prepare("UPDATE schema_meta SET app_version = ?, updated_at = ? WHERE meta_key = 'primary'")
        .run(boot.version, at);
      database.prepare("UPDATE agent_databases SET last_seen_at = ?").run(at);
    });
  },
  endBoot: (bootId, at, reason) => {
    inTransaction(database, () => {
      database
        .prepare(
          "UPDATE gateway_boot_lifecycle SET completed_at_ms = ?, outcome = 'clean_stop', reason = ? WHERE boot_id = ?",
        )
        .run(at, reason, bootId);
      database.exec("DELETE FROM agent_database_leases; DELETE FROM state_leases;");
    });
  },
  cronList: (at) => {
    const jobs = database
      .prepare("SELECT job_json FROM cron_jobs ORDER BY sort_order, job_id")
      .all()
      .map((row) => jobOnWire(parseObject(textAt(row, "job_json") ?? ""), at))
      .filter((job) => job !== undefined);
    return {
      jobs,
      snapshotRevision: `sha256:${createHash("sha256").update(JSON.stringify(jobs)).digest("base64url")}`,
      total: jobs.length,
      offset: 0,
      limit: jobs.length,
      hasMore: false,
      nextOffset: null,
      deliveryPreviews: Object.fromEntries(
        jobs.map(({ id }) => [String(id), { label: "not requested", detail: "not requested" }]),
      ),
    };
  },
  pairedDevices: () =>
    database
      .prepare("SELECT * FROM device_pairing_paired ORDER BY approved_at_ms DESC, device_id")
      .all()
      .map(deviceOnWire),
  pair: (device) => {
    const scopes = JSON.stringify(device.scopes);
    database
      .prepare(
        `INSERT INTO device_pairing_paired (device_id, public_key, display_name, platform, client_id, client_mode,
           role, roles_json, scopes_json, approved_scopes_json, tokens_json, approved_via, created_at_ms,
           approved_at_ms, last_seen_at_ms, last_seen_reason)
         VALUES (?, ?, ?, ?, ?, ?, 'operator', '["operator"]', ?, ?, ?, ?, ?, ?, ?, 'connect')
         ON CONFLICT (device_id) DO UPDATE SET scopes_json = excluded.scopes_json,
           approved_scopes_json = excluded.approved_scopes_json, last_seen_at_ms = excluded.last_seen_at_ms`,
      )
      .run(
        device.deviceId,
        device.publicKey,
        device.displayName ?? null,
        device.platform,
        device.clientId,
        device.clientMode,
        scopes,
        scopes,
        JSON.stringify({ operator: { role: "operator", scopes: device.scopes, createdAtMs: device.at } }),
        device.approvedVia,
        device.at,
        device.at,
        device.at,
      );
  },
});

/** The rows that a gateway of some age has, written once when the directory is made. */
export const fillStateDatabase = (
  database: DatabaseSync,
  past: {
    readonly version: string;
    readonly createdAt: number;
    readonly agents: readonly string[];
    readonly boots: readonly { bootId: string; pid: number; startedAt: number; endedAt: number }[];
    readonly cron: readonly { id: string; agentId: string; name: string; everyMs: number }[];
    readonly stateDir: string;
  },
): void => {
  const { createdAt } = past;
  database
    .prepare("INSERT INTO schema_meta VALUES ('primary', 'global', ?, NULL, ?, ?, ?)")
    .run(stateSchemaVersion, past.version, createdAt, createdAt);
  const putAgent = database.prepare("INSERT INTO agent_databases VALUES (?, ?, ?, ?, 4096)");
  for (const agent of past.agents)
    putAgent.run(agent, agentDatabasePath(agent), agentSchemaVersion, createdAt);
  const putBoot = database.prepare(
    "INSERT INTO gateway_boot_lifecycle VALUES (?, ?, ?, ?, 'clean_stop', NULL, 'gateway stopping')",
  );
  for (const boot of past.boots) putBoot.run(boot.bootId, boot.pid, boot.startedAt, boot.endedAt);
  const putJob = database.prepare(
    `INSERT INTO cron_jobs (store_key, job_id, declaration_key, name, enabled, agent_id, payload_kind, job_json,
       updated_at) VALUES (?, ?, ?, ?, 1, ?, 'heartbeat', ?, ?)`,
  );
  for (const job of past.cron) {
    const document = {
      id: job.id,
      declarationKey: `heartbeat:${job.agentId}`,
      displayName: `Heartbeat (${job.agentId})`,
      agentId: job.agentId,
      name: job.name,
      enabled: true,
      createdAtMs: createdAt,
      schedule: { kind: "every", everyMs: job.everyMs, anchorMs: createdAt % job.everyMs },
      sessionTarget: "main",
      wakeMode: "next-heartbeat",
      payload: { kind: "heartbeat" },
    };
    putJob.run(
      `${past.stateDir}/cron/jobs.json`,
      job.id,
      document.declarationKey,
      job.name,
      job.agentId,
      JSON.stringify(document),
      createdAt,
    );
  }
};

export const agentDatabasePath = (agentId: string): string => `agents/${agentId}/agent/openclaw-agent.sqlite`;

const leaseMs = 300_000;

const jobOnWire = (job: JsonObject | undefined, at: number): JsonObject | undefined => {
  const schedule = objectAt(job, "schedule");
  const everyMs = numberAt(schedule, "everyMs");
  if (job === undefined || everyMs === undefined) return undefined;
  const anchorMs = numberAt(schedule, "anchorMs") ?? 0;
  const nextRunAtMs = at + everyMs - ((at - anchorMs) % everyMs);
  return {
    ...job,
    state: { nextRunAtMs },
    updatedAtMs: job["createdAtMs"],
    configRevision: `sha256:${createHash("sha256").update(JSON.stringify(job)).digest("base64url")}`,
    nextRunAtMs,
    effectiveAgentId: job["agentId"],
  };
};

const deviceOnWire = (row: JsonObject): JsonObject => {
  const list = (column: string): readonly unknown[] =>
    listAt(parseObject(`{"list":${textAt(row, column) ?? "[]"}}`), "list") ?? [];
  const tokens = parseObject(textAt(row, "tokens_json") ?? "{}") ?? {};
  const displayName = textAt(row, "display_name");
  return {
    deviceId: textAt(row, "device_id"),
    publicKey: textAt(row, "public_key"),
    ...(displayName === undefined ? {} : { displayName }),
    platform: textAt(row, "platform"),
    clientId: textAt(row, "client_id"),
    clientMode: textAt(row, "client_mode"),
    role: textAt(row, "role"),
    roles: list("roles_json"),
    scopes: list("scopes_json"),
    approvedVia: textAt(row, "approved_via"),
    createdAtMs: numberAt(row, "created_at_ms"),
    approvedAtMs: numberAt(row, "approved_at_ms"),
    lastSeenAtMs: numberAt(row, "last_seen_at_ms"),
    lastSeenReason: textAt(row, "last_seen_reason"),
    connected: false,
    tokens: Object.values(tokens),
  };
};
