import type { ChannelName } from "./cast.ts";
import { known, type JsonObject } from "./json.ts";

/** The channels of one gateway, told as `channels.status` and `health` tell them. */
export type Channel = {
  readonly name: ChannelName;
  readonly startedAt: number;
  readonly lastEventAt: number;
  /** Set when it was refused for good and will not try again. */
  readonly ended: { readonly at: number; readonly error: string } | undefined;
};

export const channelAccount = (channel: Channel): JsonObject =>
  known({
    accountId: "default",
    enabled: true,
    lastStartAt: channel.startedAt,
    lastStopAt: channel.ended?.at ?? null,
    restartPending: false,
    reconnectAttempts: 0,
    lastConnectedAt: channel.startedAt + 600,
    lastEventAt: channel.lastEventAt,
    lastTransportActivityAt: channel.lastEventAt,
    lifecycle: channel.ended === undefined ? "ready" : "blocked",
    terminalDisconnect: channel.ended === undefined ? undefined : true,
    lastInboundAt: channel.lastEventAt,
    lastOutboundAt: channel.lastEventAt,
    tokenSource: "config",
    tokenStatus: "available",
    mode: channel.name === "telegram" ? "polling" : "socket",
    allowUnmentionedGroups: false,
    configured: true,
    running: channel.ended === undefined,
    connected: channel.ended === undefined,
    lastError: channel.ended?.error ?? null,
    healthState: channel.ended === undefined ? undefined : "terminal-disconnect",
  });

export const channelsStatus = (
  channels: readonly Channel[],
  at: number,
  eventLoop: JsonObject,
): JsonObject => ({
  ts: at,
  channelOrder: channels.map(({ name }) => name),
  channelLabels: labelled(channels, ({ name }) => labels[name].label),
  channelDetailLabels: labelled(channels, ({ name }) => labels[name].detail),
  channelSystemImages: labelled(channels, ({ name }) => labels[name].image),
  channelMeta: channels.map(({ name }) => ({
    id: name,
    label: labels[name].label,
    detailLabel: labels[name].detail,
    systemImage: labels[name].image,
  })),
  eventLoop,
  channels: labelled(channels, (channel) => ({
    configured: true,
    running: channel.ended === undefined,
    lastStartAt: channel.startedAt,
    lastStopAt: channel.ended?.at ?? null,
    lastError: channel.ended?.error ?? null,
    tokenSource: "config",
    lastProbeAt: null,
    mode: channel.name === "telegram" ? "polling" : "socket",
  })),
  channelAccounts: labelled(channels, (channel) => [channelAccount(channel)]),
  channelDefaultAccountId: labelled(channels, () => "default"),
  statusIssues: channels.flatMap(({ name, ended }) =>
    ended === undefined
      ? []
      : [
          {
            channel: name,
            accountId: "default",
            kind: "runtime",
            message: ended.error,
            fix: "resolve the reported channel error, then restart the channel",
          },
        ],
  ),
});

/** The part of `health` that speaks of channels. */
export const channelsHealth = (channels: readonly Channel[]): JsonObject => ({
  channels: labelled(channels, (channel) => {
    const account = { ...channelAccount(channel), lastProbeAt: null };
    return { ...account, accounts: { default: account } };
  }),
  channelOrder: channels.map(({ name }) => name),
  channelLabels: labelled(channels, ({ name }) => labels[name].label),
});

const labels: Readonly<Record<ChannelName, { label: string; detail: string; image: string }>> = {
  telegram: { label: "Telegram", detail: "Telegram Bot", image: "paperplane" },
  slack: { label: "Slack", detail: "Slack Socket", image: "number" },
  whatsapp: { label: "WhatsApp", detail: "WhatsApp Web", image: "message" },
};

const labelled = (channels: readonly Channel[], value: (channel: Channel) => unknown): JsonObject =>
  Object.fromEntries(channels.map((channel) => [channel.name, value(channel)]));
