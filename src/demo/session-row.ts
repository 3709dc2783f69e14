import { known, type JsonObject } from "./json.ts";
import type { Session } from "./session.ts";

/** One row of `sessions.list`, in the shape and order of the real gateway. */
export const sessionRow = (session: Session, at: number): JsonObject => {
  const name = session.key.split(":").slice(2).join(":");
  const participants = [
    {
      identity: {
        type: "observation",
        pluginId: null,
        accountId: null,
        senderKind: "unknown",
        id: "gateway-client",
      },
    },
  ];
  return known({
    key: session.key,
    visibility: "shared",
    permissionModePending: false,
    spawnDepth: 0,
    createdVia: session.createdVia,
    participants,
    expandedParticipants: participants,
    participantCount: participants.length,
    createdAt: session.createdAt,
    kind: "direct",
    label: name,
    classification: "direct",
    agentId: session.agentId,
    isMain: name === "main",
    isBackground: false,
    displayName: name,
    chatType: "direct",
    updatedAt: session.updatedAt,
    archived: false,
    pinned: false,
    unread: true,
    lastInteractionAt: session.lastInteractionAt,
    sessionId: session.sessionId,
    systemSent: true,
    abortedLastRun: false,
    ...thinking,
    effectiveFastMode: false,
    effectiveFastModeSource: "default",
    fastAutoOnSeconds: 60,
    inputTokens: session.numbers?.inputTokens,
    outputTokens: session.numbers?.outputTokens,
    totalTokens: session.numbers?.totalTokens,
    totalTokensFresh: session.numbers !== undefined,
    estimatedCostUsd: session.numbers?.estimatedCostUsd,
    status: session.status,
    startedAt: session.startedAt,
    endedAt: session.endedAt,
    runtimeMs: runtimeOf(session),
    lastRunId: session.lastRunId,
    parentSessionKey: `agent:${session.agentId}:main`,
    effectiveResponseUsage: "off",
    effectiveQueueMode: "steer",
    modelProvider: session.provider,
    model: session.model,
    modelOverrideSource: null,
    runtimeSelectionLocked: false,
    agentRuntime: {
      id: "openclaw",
      cloudPlacementSupported: true,
      cloudPlacementExecutionMode: "worker-turn",
      devicePlacement: { requiredNodeCommands: [], consumesWorkerSlot: true },
      devicePlacementSupported: true,
      source: "implicit",
    },
    contextTokens: session.windowTokens,
    contextBudgetStatus: session.numbers?.budget,
    snapshotAt: at,
    placement: {
      state: "local",
      generation: 0,
      createdAtMs: session.createdAt,
      updatedAtMs: session.updatedAt,
      stateChangedAtMs: session.createdAt,
    },
    hasActiveRun: session.activeRunId !== undefined,
    activeRunIds: session.activeRunId === undefined ? [] : [session.activeRunId],
    sharingRole: "owner",
  });
};

/** Change events repeat the row's fields beside it, and say null for most of what the row does not know. */
export const flattened = (row: JsonObject, without: readonly string[] = []): JsonObject =>
  Object.fromEntries(
    flattenedFields
      .filter((field) => !without.includes(field) && (field in row || !neverNull.has(field)))
      .map((field) => [field, row[field] ?? null]),
  );

const neverNull: ReadonlySet<string> = new Set([
  "chatType",
  "systemSent",
  "abortedLastRun",
  "inputTokens",
  "outputTokens",
  "totalTokens",
  "estimatedCostUsd",
  "status",
  "startedAt",
]);

export const thinking = {
  thinkingLevels: [{ id: "off", label: "off" }],
  thinkingOptions: ["off"],
  thinkingDefault: "off",
} as const;

export const runtimeOf = ({ startedAt, endedAt }: Session): number | undefined =>
  startedAt === undefined || endedAt === undefined || endedAt < startedAt ? undefined : endedAt - startedAt;

export const modelFields = [
  "modelProvider",
  "model",
  "activeModelProvider",
  "activeModel",
  "modelOverrideSource",
  "agentRuntime",
  "runtimeSelectionLocked",
] as const;

export const placementFields = ["placement", "placementMove"] as const;

const flattenedFields = [
  "updatedAt",
  "sessionId",
  "createdActor",
  "owner",
  "participants",
  "participantCount",
  "kind",
  "visibility",
  "chatType",
  "archived",
  "archivedAt",
  "archivedBy",
  "archiveReason",
  "pinned",
  "pinnedAt",
  "unread",
  "markedUnreadAt",
  "agentStatus",
  "observerDigest",
  "activitySummary",
  "controlOwnerSessionKey",
  "swarm",
  "permissionMode",
  "permissionModePending",
  "spawnDepth",
  "createdVia",
  "createdAt",
  "label",
  "autoLabel",
  "icon",
  "color",
  "channelAvatarUrl",
  "category",
  "boardPresentation",
  "displayName",
  "parentSessionKey",
  "thinkingLevel",
  "effectiveFastMode",
  "effectiveFastModeSource",
  "fastAutoOnSeconds",
  "toolOverrides",
  "systemSent",
  "abortedLastRun",
  "restartRecoveryStatus",
  "inputTokens",
  "outputTokens",
  "totalTokens",
  "totalTokensFresh",
  "goal",
  "contextTokens",
  "contextBudgetStatus",
  "estimatedCostUsd",
  "effectiveResponseUsage",
  ...modelFields,
  "status",
  "lastRunError",
  "providerReview",
  "lastRunId",
  "hasAutomation",
  "hasActiveRun",
  "activeRunIds",
  "startedAt",
  "endedAt",
  "runtimeMs",
  ...placementFields,
  "sharingRole",
] as const;
