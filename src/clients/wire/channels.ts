import * as z from "zod";
import { harmlessLine } from "../../ground/index.ts";
import type { ChannelFacts, ChannelIssue } from "../facts.ts";
import { known } from "./known.ts";
import { line, rowsOf, softFlag, softLine, softTime } from "./soft.ts";

/**
 * `channels.status`, and the same accounts inside a health payload. There is no event for a channel that dies; the
 * answer to this question, every few seconds, is the fastest sign.
 */
const accountSchema = z.object({
  accountId: line(128),
  enabled: softFlag,
  configured: softFlag,
  running: softFlag,
  connected: softFlag,
  lifecycle: softLine(64),
  healthState: softLine(64),
  terminalDisconnect: softFlag,
  lastError: softLine(300),
  lastInboundAt: softTime,
  lastOutboundAt: softTime,
  lastEventAt: softTime,
});

type Account = z.infer<typeof accountSchema>;

const issueSchema = z.object({
  channel: line(64),
  accountId: softLine(128),
  message: line(300),
  fix: softLine(300),
});

const statusSchema = z.object({
  channelAccounts: z.record(z.string(), z.array(z.unknown())),
  statusIssues: z.array(z.unknown()).nullish(),
});

const accountsMax = 500;

export type ChannelsAnswer = {
  readonly channels: readonly ChannelFacts[];
  readonly issues: readonly ChannelIssue[];
  readonly refused: number;
};

export const channelsOf = (value: unknown, skewMs: number): ChannelsAnswer | undefined => {
  const read = statusSchema.safeParse(value);
  if (!read.success) return undefined;
  let refused = 0;
  const channels = Object.entries(read.data.channelAccounts).flatMap(([id, accounts]) => {
    const kept = rowsOf(accounts, accountSchema, accountsMax);
    refused += kept.refused;
    return kept.rows.map((account) => factsOf(id, account, skewMs));
  });
  const issues = rowsOf(read.data.statusIssues ?? [], issueSchema, accountsMax);
  return {
    channels: channels.slice(0, accountsMax),
    issues: issues.rows.map((issue) =>
      known({
        channel: issue.channel,
        account: issue.accountId ?? "default",
        message: issue.message,
        fix: issue.fix,
      }),
    ),
    refused: refused + issues.refused,
  };
};

const healthChannelSchema = z.object({ accounts: z.record(z.string(), accountSchema) });

/** The channels of a health payload, which names each channel's accounts but has no list of issues. */
export const channelsOfHealth = (
  value: Readonly<Record<string, unknown>>,
  skewMs: number,
): readonly ChannelFacts[] =>
  Object.entries(value)
    .flatMap(([id, channel]) => {
      const read = healthChannelSchema.safeParse(channel);
      return read.success
        ? Object.values(read.data.accounts).map((account) => factsOf(id, account, skewMs))
        : [];
    })
    .slice(0, accountsMax);

const factsOf = (id: string, account: Account, skewMs: number): ChannelFacts => {
  const terminal = account.terminalDisconnect === true || account.healthState === "terminal-disconnect";
  const running = account.running === true;
  const seen = [account.lastInboundAt, account.lastOutboundAt, account.lastEventAt].filter(
    (at) => at !== undefined,
  );
  return known({
    id: harmlessLine(id, 64),
    account: account.accountId,
    configured: account.configured === true,
    enabled: account.enabled !== false,
    running,
    // Channels without a lasting connection (webhooks) do not report one: running is all there is to be.
    connected: account.connected ?? (running && !terminal),
    lifecycle: account.lifecycle,
    terminal,
    lastError: account.lastError,
    lastActivityAt: seen.length === 0 ? undefined : Math.max(...seen) - skewMs,
  });
};
