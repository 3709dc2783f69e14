import { onset } from "../alert.ts";
import { command } from "../command.ts";
import { durationMs } from "../quantity.ts";
import { clear, gatewayRule, type Finding, worseFirst } from "../rule.ts";
import { isLive } from "../seen.ts";

const atMost = 50;

export const channelDisconnected = gatewayRule({
  id: "channel-disconnected",
  title: "Channel disconnected",
  explains: "A channel that is configured and enabled is not connected, or will not come back by itself.",
  severity: "warning",
  priority: "P1",
  incident: "channel-down",
  hold: { forMs: 0, samples: 1, clearForMs: 30_000 },
  thresholds: { after: durationMs },
  // Channels connect again by themselves after a hiccup; a terminal one never does and does not wait.
  defaults: { after: 30_000 },
  judge: (view, { after }) => {
    const { channels, channelIssues, channelsAt, identity } = view.gateway;
    if (channelsAt === undefined || channelsAt < view.awakeSince || !isLive(view)) return "unknown";
    const findings: Finding[] = [];
    for (const { facts, changedAt } of channels) {
      if (!facts.configured || !facts.enabled || (facts.connected && !facts.terminal)) continue;
      const lasted = channelsAt - Math.max(changedAt, view.awakeSince);
      const subject = `${facts.id}/${facts.account}`;
      if (!facts.terminal && lasted < after && !view.holds(subject)) continue;
      const issue = channelIssues.find((each) => each.channel === facts.id && each.account === facts.account);
      const why = issue?.message ?? facts.lastError;
      findings.push({
        subject,
        ...(facts.terminal ? { severity: "critical" } : {}),
        evidence: {
          say: "channel-gone",
          channel: facts.id,
          account: facts.account,
          terminal: facts.terminal,
          since: changedAt,
          ...(why === undefined ? {} : { why }),
          ...(issue?.fix === undefined ? {} : { advice: issue.fix }),
        },
        at: channelsAt,
        next: command(identity.name, "logs", "--channel", facts.id, "--level", "warn"),
        onset: onset(changedAt, {
          say: "channel-disconnected",
          channel: facts.id,
          account: facts.account,
        }),
      });
    }
    if (findings.length === 0) return clear;
    // Those that will not come back by themselves first; more than so many at once say no more.
    return findings.toSorted(worseFirst).slice(0, atMost);
  },
});
