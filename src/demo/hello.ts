import { methodNames } from "./answers/index.ts";
import { healthOf, uptimeOf } from "./answers/system.ts";
import { protocolVersion } from "./handshake.ts";
import type { JsonObject } from "./json.ts";
import type { RunningGateway } from "./running.ts";

/** Seconds are those of the real protocol, whatever the speed of the story. */
export const tickIntervalMs = 30_000;
export const healthIntervalMs = 60_000;

/** The answer to `connect`: enough to paint a first picture without asking anything. */
export const helloOk = (
  gateway: RunningGateway,
  granted: {
    readonly scopes: readonly string[];
    readonly connId: string;
    readonly deviceToken: string | undefined;
    readonly stateVersion: JsonObject;
  },
): JsonObject => {
  const at = gateway.timers.now();
  const [agent] = gateway.cast.agents;
  return {
    type: "hello-ok",
    protocol: protocolVersion,
    server: {
      version: gateway.version,
      buildId: `${gateway.version}-release-demo`,
      bootId: gateway.bootId,
      controlUiBuildSource: "bundled",
      connId: granted.connId,
    },
    features: { methods: methodNames, events: eventNames, capabilities: ["model-catalog-snapshot"] },
    snapshot: {
      suspension: { phase: gateway.suspension.phase() },
      presence: [
        {
          host: gateway.cast.hostname,
          ip: "192.0.2.2",
          version: gateway.version,
          platform: "linux 6.18.0",
          deviceFamily: "Linux",
          mode: "gateway",
          reason: "self",
          instanceId: gateway.instanceId,
          text: `Gateway: ${gateway.cast.hostname} (192.0.2.2) · app ${gateway.version} · mode gateway · reason self`,
          ts: at,
        },
      ],
      health: healthOf(gateway),
      stateVersion: granted.stateVersion,
      uptimeMs: uptimeOf(gateway),
      appliedConfigHash: gateway.appliedConfig().hash,
      sessionDefaults: {
        defaultAgentId: agent,
        modelConfigured: true,
        ownership: "sole",
        selectionRequired: false,
        mainKey: "main",
        mainSessionKey: `agent:${agent}:main`,
        scope: "per-sender",
      },
      updateSchedule: { channel: "stable", autoEnabled: false, install: { kind: "package" } },
    },
    controlUiWidgetKinds: [],
    controlUiLinkReaders: [],
    pluginSurfaceUrls: {
      canvas: `http://127.0.0.1:${gateway.port}/__openclaw__/cap/${granted.connId.slice(0, 8)}`,
    },
    auth: {
      method: "token",
      role: "operator",
      scopes: granted.scopes,
      recoveryScope: gateway.instanceId,
      ...(granted.deviceToken === undefined
        ? {}
        : { recoveryMigrationAllowed: true, deviceToken: granted.deviceToken, issuedAtMs: at }),
    },
    policy: {
      maxPayload: 26_214_400,
      maxBufferedBytes: 52_428_800,
      tickIntervalMs,
      attachments: { maxBytes: 19_464_192, maxImageBytes: 6_291_456 },
      allowedSessionVisibilities: ["shared", "read-only", "suggest", "draft"],
      hasMultipleSessionSharingIdentities: false,
    },
  };
};

const eventNames = [
  "connect.challenge",
  "agent",
  "chat",
  "chat.metadata.changed",
  "session.message",
  "session.operation",
  "sessions.changed",
  "presence",
  "tick",
  "shutdown",
  "gateway.suspension",
  "health",
  "config.changed",
] as const;
