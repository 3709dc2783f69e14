import type { GatewayEvent, SessionFacts } from "../../clients/index.ts";
import { clean } from "./secrets.ts";

/**
 * What went wrong is told in words of others: an error of a channel quotes the address it asked, and that holds its
 * token. Those words go to screens, the history, hooks and webhooks.
 */
export const withoutSecretsIn = (event: GatewayEvent): GatewayEvent => {
  switch (event.kind) {
    case "channels":
      return {
        ...event,
        channels: event.channels.map((each) =>
          each.lastError === undefined ? each : { ...each, lastError: clean(each.lastError) },
        ),
        issues: event.issues.map((each) => ({
          ...each,
          message: clean(each.message),
          ...(each.fix === undefined ? {} : { fix: clean(each.fix) }),
        })),
      };
    case "sessions":
      return event.sessions.some(({ lastError }) => lastError !== undefined)
        ? { ...event, sessions: event.sessions.map(cleanSession) }
        : event;
    case "session":
      return { ...event, session: cleanSession(event.session) };
    case "model-calls":
      return event.calls.lastError === undefined
        ? event
        : { ...event, calls: { ...event.calls, lastError: clean(event.calls.lastError) } };
    case "config":
      return { ...event, config: { ...event.config, issues: event.config.issues.map(clean) } };
    // Lines of the log are looked at one by one, because one that holds a secret is itself a finding.
    case "absent":
    case "agents":
    case "boots":
    case "config-changed":
    case "connection":
    case "gap":
    case "hello":
    case "lanes":
    case "latency":
    case "log":
    case "refused":
    case "session-gone":
    case "system":
    case "turn":
      return event;
  }
};

const cleanSession = (session: SessionFacts): SessionFacts =>
  session.lastError === undefined ? session : { ...session, lastError: clean(session.lastError) };
