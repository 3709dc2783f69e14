import { channelsHealth } from "../channels.ts";
import { known, type JsonObject } from "../json.ts";
import type { RunningGateway } from "../running.ts";
import type { Session } from "../session.ts";
import { cpuCount, diskTotalBytes, memoryTotalBytes } from "../vitals.ts";
import { says, type Answer } from "./answer.ts";

/** The answers about the process as a whole: `health`, `status`, `system.info`, the last heartbeat. */
export const systemAnswers: Readonly<Record<string, Answer>> = {
  health: {
    scope: "operator.read",
    answer: (gateway) => {
      // Whoever asks makes everybody hear: the fresh answer is pushed to all connections as well.
      const payload = healthOf(gateway);
      gateway.broadcast("health", payload);
      return says(payload);
    },
  },
  status: {
    scope: "operator.read",
    slow: true,
    answer: (gateway, _params, { scopes }) => says(statusOf(gateway, scopes.includes("operator.admin"))),
  },
  "system.info": { scope: "operator.read", answer: (gateway) => says(systemInfoOf(gateway)) },
  "last-heartbeat": { scope: "operator.read", answer: () => says(null) },
};

/** `ok` is true whatever happens, as in the real one. */
export const healthOf = (gateway: RunningGateway): JsonObject => {
  const at = gateway.timers.now();
  const [first] = gateway.cast.agents;
  return {
    ok: true,
    ts: at,
    durationMs: 6,
    plugins: {
      loaded: [
        "browser",
        "canvas",
        "device-pair",
        "file-transfer",
        "github",
        "memory-core",
        ...gateway.cast.channels,
      ],
      errors: [],
      unavailable: [],
    },
    configReload: { hotReloadStatus: "active" },
    ...channelsHealth(gateway.channels()),
    heartbeatSeconds: 1_800,
    defaultAgentId: first,
    agents: gateway.agents().map((agentId) => ({
      agentId,
      isDefault: agentId === first,
      heartbeat: {
        enabled: true,
        every: "30m",
        everyMs: 1_800_000,
        prompt: "Look whether anything needs attention. If nothing does, reply NO_REPLY.",
        target: "owner",
        ackMaxChars: 300,
      },
      sessions: recentOf(gateway, agentId, at),
    })),
    sessions: recentOf(gateway, first, at),
    modelRuntime: { degraded: false, pendingAgents: [] },
    eventLoop: gateway.vitals().eventLoop,
  };
};

const recentOf = (gateway: RunningGateway, agentId: string, at: number): JsonObject => {
  const sessions = gateway.sessions().filter((session) => session.agentId === agentId);
  return {
    path: gateway.databasePath(agentId),
    count: sessions.length,
    recent: sessions
      .slice(0, 5)
      .map(({ key, updatedAt }) => ({ key, updatedAt, age: Math.max(0, at - updatedAt) })),
  };
};

const systemInfoOf = (gateway: RunningGateway): JsonObject => {
  const vitals = gateway.vitals();
  const { hostname } = gateway.cast;
  return {
    machineName: hostname,
    hostname,
    platform: "linux",
    release: "6.18.0",
    arch: "x64",
    osLabel: "Linux 6.18.0",
    port: gateway.port,
    nodeVersion: process.version,
    pid: process.pid,
    processInstanceId: gateway.instanceId,
    uptimeMs: uptimeOf(gateway),
    cpuCount,
    cpuModel: "Demo CPU",
    loadAverage: vitals.loadAverage,
    memoryTotalBytes,
    memoryFreeBytes: vitals.memoryFreeBytes,
    eventLoop: vitals.eventLoop,
    processMemory: vitals.processMemory,
    disks: [{ path: "/", totalBytes: diskTotalBytes, availableBytes: vitals.diskFreeBytes }],
    diskTotalBytes,
    diskAvailableBytes: vitals.diskFreeBytes,
    diskPath: gateway.stateDir,
    defaultAgentUtilityModel: { status: "unavailable" },
  };
};

export const uptimeOf = (gateway: RunningGateway): number => gateway.timers.now() - gateway.upSince;

/** Paths, defaults and recent sessions are for admins alone. */
const statusOf = (gateway: RunningGateway, admin: boolean): JsonObject => {
  const vitals = gateway.vitals();
  const at = gateway.timers.now();
  const sessions = gateway.sessions();
  const activeRuns = gateway.activeRuns().length;
  return {
    runtimeVersion: gateway.version,
    hostDesktop: { enabled: false, state: "disabled", port: 5_900 },
    heartbeat: {
      defaultAgentId: gateway.cast.agents[0],
      agents: gateway.agents().map((agentId) => ({
        agentId,
        enabled: true,
        every: "30m",
        everyMs: 1_800_000,
        waitingForRoute: true,
      })),
    },
    channelSummary: [],
    queuedSystemEvents: [],
    degradedSecretOwners: [],
    degradedPlugins: [],
    tasks: {
      total: 0,
      active: 0,
      terminal: 0,
      failures: 0,
      byStatus: { queued: 0, running: 0, succeeded: 0, failed: 0, timed_out: 0, cancelled: 0, lost: 0 },
      byRuntime: { subagent: 0, acp: 0, cli: 0, cron: 0 },
    },
    taskAudit: {
      total: 0,
      warnings: 0,
      errors: 0,
      byCode: {
        stale_queued: 0,
        stale_running: 0,
        lost: 0,
        delivery_failed: 0,
        missing_cleanup: 0,
        inconsistent_timestamps: 0,
      },
    },
    sessions: {
      paths: admin ? gateway.agents().map(gateway.databasePath) : [],
      count: sessions.length,
      defaults: admin
        ? { model: "reef-large", contextTokens: 200_000 }
        : { model: null, contextTokens: null },
      recent: admin ? sessions.slice(0, 10).map((session) => recentRow(session, at)) : [],
      byAgent: gateway.agents().map((agentId) => {
        const own = sessions.filter((session) => session.agentId === agentId);
        return {
          agentId,
          path: admin ? gateway.databasePath(agentId) : "[redacted]",
          count: own.length,
          recent: admin ? own.slice(0, 10).map((session) => recentRow(session, at)) : [],
        };
      }),
    },
    modelRuntime: { degraded: false, pendingAgents: [] },
    eventLoop: vitals.eventLoop,
    processMemory: vitals.processMemory,
    workerPools: { transcriptReconciliation: idlePool, modelCatalog: idlePool },
    pid: process.pid,
    shutdownBudget: {
      timeoutMs: 325_000,
      reserveMs: 10_000,
      nativeStopBudget: false,
      activeWork: {
        rootRequests: activeRuns,
        cronRuns: 0,
        sessionMutations: 0,
        terminalPersistence: 0,
        lifecycleWrites: 0,
      },
      writeCustody: [],
    },
  };
};

const idlePool = { maxWorkers: 1, workers: 0, workersCreated: 0, activeTasks: 0, pendingTasks: 0 } as const;

const recentRow = (session: Session, at: number): JsonObject => {
  const total = session.numbers?.totalTokens;
  return known({
    agentId: session.agentId,
    key: session.key,
    kind: "direct",
    sessionId: session.sessionId,
    updatedAt: session.updatedAt,
    age: Math.max(0, at - session.updatedAt),
    systemSent: true,
    abortedLastRun: false,
    inputTokens: session.numbers?.inputTokens,
    outputTokens: session.numbers?.outputTokens,
    cacheRead: session.numbers === undefined ? undefined : 0,
    cacheWrite: session.numbers === undefined ? undefined : 0,
    totalTokens: total ?? null,
    totalTokensFresh: total !== undefined,
    remainingTokens: total === undefined ? null : session.windowTokens - total,
    percentUsed: total === undefined ? null : Math.round((100 * total) / session.windowTokens),
    model: session.model,
    configuredModel: `${session.provider}/${session.model}`,
    selectedModel: `${session.provider}/${session.model}`,
    modelSelectionReason: null,
    runtime: "OpenClaw Default",
    contextTokens: session.windowTokens,
    flags: ["system", `id:${session.sessionId}`],
  });
};
