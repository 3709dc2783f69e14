import type { GatewayEvent, SystemFacts } from "../../clients/index.ts";
import {
  limits,
  type ChannelModel,
  type GatewayModel,
  type Happening,
  type LeakSighting,
} from "../gateway-model.ts";
import { insertByTime, push, pushAll } from "../ring.ts";
import { told } from "../sentences/index.ts";
import { emptyTrail } from "../vitals/trail.ts";
import type { VitalName, Vitals } from "../vitals/vital.ts";
import { withCalls } from "./calls.ts";
import { withBoots, withHello } from "./boots.ts";
import { withoutSecretsIn } from "./clean-news.ts";
import { saidOf } from "./connection.ts";
import { withoutSecrets } from "./secrets.ts";
import { withOneSession, withoutSession, withSessionList } from "./sessions.ts";
import { withRefusals, withTurn } from "./turns.ts";

/** One fact about one gateway, taken into what is known of it. Facts older than what is known change nothing. */
export const withNews = (gateway: GatewayModel, event: GatewayEvent): GatewayModel => {
  const after = applied(gateway, withoutSecretsIn(event));
  if (event.from === "disk" || event.kind === "connection") return after;
  // That nobody answered a question for metrics is no word of the gateway.
  if (event.from === "http" && event.kind === "refused") return after;
  return (after.heardAt ?? 0) >= event.at ? after : { ...after, heardAt: event.at };
};

const applied = (gateway: GatewayModel, event: GatewayEvent): GatewayModel => {
  const { at } = event;
  switch (event.kind) {
    case "connection":
      return withConnection(gateway, event.report, at);
    case "hello":
      return withHello(gateway, event.hello, at);
    case "system":
      return withSystem(gateway, event.system, at);
    case "sessions":
      return withSessionList(gateway, event.sessions, event.total, at);
    case "session":
      return withOneSession(gateway, event.session, at);
    case "session-gone":
      return withoutSession(gateway, event.sessionKey, at);
    case "agents":
      return {
        ...gateway,
        agents: event.agents,
        vitals: { ...gateway.vitals, agent_count: { value: event.agents.length, at } },
      };
    case "channels":
      // What it last told of them itself (an error, an advice) says more than that they are set up.
      return event.from === "disk" && gateway.channels.length > 0
        ? gateway
        : withChannels(gateway, event, at);
    case "lanes": {
      if ((gateway.lanesAt ?? 0) > at) return gateway;
      const queued = event.lanes.reduce((sum, lane) => sum + lane.queued, 0);
      return {
        ...gateway,
        lanes: event.lanes,
        lanesAt: at,
        vitals: { ...gateway.vitals, queue: { value: queued, at } },
      };
    }
    case "config":
      return withConfig(gateway, event, at);
    case "config-changed":
      return withHappening(gateway, { at, kind: "config", ...told({ say: "config-applied" }) });
    case "boots":
      return withBoots(gateway, event.boots);
    case "model-calls":
      return withCalls(gateway, event.calls, at);
    case "turn":
      return withTurn(gateway, event.turn, at);
    case "log":
      return withLog(gateway, event.lines, at);
    case "latency":
      return {
        ...gateway,
        vitals: { ...gateway.vitals, round_trip: { value: event.roundTripMs, at } },
      };
    case "gap":
      return withHappening(
        { ...gateway, missedFrames: gateway.missedFrames + event.missed },
        { at, kind: "gap", ...told({ say: "frames-missed", missed: event.missed }) },
      );
    case "refused":
      return { ...gateway, refusedFrames: gateway.refusedFrames + 1 };
    case "absent":
      return gateway.absent.includes(event.method)
        ? gateway
        : { ...gateway, absent: push(gateway.absent, event.method, 100) };
  }
};

export const withHappening = (gateway: GatewayModel, happening: Happening): GatewayModel => ({
  ...gateway,
  happenings: insertByTime(gateway.happenings, happening, limits.happenings),
});

export const withLeak = (gateway: GatewayModel, leak: LeakSighting): GatewayModel => ({
  ...gateway,
  leaks: insertByTime(gateway.leaks, leak, 20),
});

type Connection = Extract<GatewayEvent, { kind: "connection" }>["report"];

const withConnection = (gateway: GatewayModel, report: Connection, at: number): GatewayModel => {
  const before = gateway.connection;
  if (before !== undefined && before.since > report.since) return gateway;
  const after: GatewayModel = {
    ...gateway,
    connection: report,
    ...(report.state.kind === "stopping" ? { goodbyeAt: report.since } : {}),
  };
  if (before?.state.kind === report.state.kind) return after;
  // The first word about a gateway and every further attempt are no news on a time axis.
  if (before === undefined || report.state.kind === "connecting") return after;
  return withHappening(after, {
    at: Math.min(at, report.since),
    kind: "connection",
    ...told({ say: "connection-was", ...saidOf(report) }),
  });
};

const withSystem = (gateway: GatewayModel, system: SystemFacts, at: number): GatewayModel => {
  if ((gateway.systemAt ?? 0) > at) return gateway;
  const vitals = { ...gateway.vitals, ...readings(system, at) };
  const known = gateway.system?.hostname;
  if (known === undefined || system.hostname === undefined || known === system.hostname) {
    return { ...gateway, system, systemAt: at, vitals };
  }
  // Another machine answers here. Trends and sessions of the old one say nothing about it.
  return withHappening(
    {
      ...gateway,
      system,
      systemAt: at,
      vitals,
      trail: emptyTrail,
      calls: [],
      sessions: new Map([...gateway.sessions].filter(([, session]) => session.at >= at)),
      replacedAt: at,
    },
    {
      at,
      kind: "replaced",
      ...told({ say: "another-machine", from: known, to: system.hostname }),
    },
  );
};

const readings = (system: SystemFacts, at: number): Vitals => {
  const known: { -readonly [Name in VitalName]?: Vitals[Name] } = {};
  const take = (name: VitalName, value: number | undefined): void => {
    if (value !== undefined) known[name] = { value, at };
  };
  take("rss", system.rssBytes);
  take("heap_used", system.heapUsedBytes);
  take("cpu", system.cpuCores);
  take("load", system.loadAverage1m);
  take("memory_free", system.memoryFreeBytes);
  take("disk_free", system.diskFreeBytes);
  take("lag_p99", system.lagP99Ms);
  take("lag_max", system.lagMaxMs);
  take("uptime", system.uptimeMs);
  return known;
};

type ChannelNews = Extract<GatewayEvent, { kind: "channels" }>;

const withChannels = (gateway: GatewayModel, news: ChannelNews, at: number): GatewayModel => {
  if ((gateway.channelsAt ?? 0) > at) return gateway;
  const known = new Map(gateway.channels.map((each) => [`${each.facts.id}\n${each.facts.account}`, each]));
  const channels = news.channels.slice(0, limits.channels).map((facts): ChannelModel => {
    const before = known.get(`${facts.id}\n${facts.account}`);
    const same =
      before !== undefined &&
      before.facts.connected === facts.connected &&
      before.facts.terminal === facts.terminal;
    return { facts, changedAt: same ? before.changedAt : at };
  });
  const configured = channels.filter((each) => each.facts.configured && each.facts.enabled);
  return {
    ...gateway,
    channels,
    channelIssues: news.issues.slice(0, limits.channels),
    channelsAt: at,
    vitals: {
      ...gateway.vitals,
      channels_configured: { value: configured.length, at },
      channels_connected: { value: configured.filter((each) => each.facts.connected).length, at },
    },
  };
};

type ConfigNews = Extract<GatewayEvent, { kind: "config" }>;

const withConfig = (gateway: GatewayModel, news: ConfigNews, at: number): GatewayModel => {
  if ((gateway.configAt ?? 0) > at) return gateway;
  const { configPendingSince, ...rest } = gateway;
  const before = gateway.config;
  const after: GatewayModel = {
    ...rest,
    config: news.config,
    configAt: at,
    ...(news.config.pendingRestart === true ? { configPendingSince: configPendingSince ?? at } : {}),
  };
  if (before === undefined) return after;
  if (before.valid && !news.config.valid) {
    const issue = news.config.issues[0];
    return withHappening(after, {
      at,
      kind: "config",
      ...told({ say: "config-broken", ...(issue === undefined ? {} : { issue }) }),
    });
  }
  if (!before.valid && news.config.valid) {
    return withHappening(after, { at, kind: "config", ...told({ say: "config-mended" }) });
  }
  if (before.hash !== undefined && news.config.hash !== undefined && before.hash !== news.config.hash) {
    return withHappening(after, { at, kind: "config", ...told({ say: "config-changed" }) });
  }
  return after;
};

type Lines = Extract<GatewayEvent, { kind: "log" }>["lines"];

const withLog = (gateway: GatewayModel, lines: Lines, at: number): GatewayModel => {
  const clean: (typeof lines)[number][] = [];
  let { leaks } = gateway;
  // A gateway that floods us costs us no more than what we keep.
  for (const line of lines.slice(-limits.logLines)) {
    const scanned = withoutSecrets(line.message);
    // A line from the future is the gateway's clock, not ours.
    const lineAt = Math.min(line.at, at);
    clean.push(
      scanned.found === undefined && lineAt === line.at
        ? line
        : { ...line, at: lineAt, message: scanned.text },
    );
    if (scanned.found !== undefined) {
      leaks = insertByTime(
        leaks,
        { at, subsystem: line.subsystem, what: scanned.found, redacted: scanned.text },
        20,
      );
    }
  }
  return withRefusals({ ...gateway, leaks, log: pushAll(gateway.log, clean, limits.logLines) }, clean, at);
};
