import { Problem } from "../ground/index.ts";
import type { ChannelName, GatewayCast } from "./cast.ts";
import type { Channel } from "./channels.ts";
import type { JsonObject } from "./json.ts";
import type { LogFile } from "./log-file.ts";
import type { Random } from "./random.ts";
import type { Session, WrittenEvent } from "./session.ts";
import { stabilityRing, type StabilityRing } from "./stability.ts";
import { readConfig, type ConfigRead } from "./state/config.ts";
import { processStartTime, takeLock } from "./state/lock.ts";
import type { StateDatabase } from "./state/state-database.ts";
import { openStored } from "./state/stored.ts";
import { suspensionOf, type Suspension } from "./suspension.ts";
import type { Timers } from "./timers.ts";
import { vitalsAt, type Vitals } from "./vitals.ts";

/**
 * One process of a gateway, from its start to its end. Everything it tells was read from its state directory when it
 * started, or written there before it was told.
 */
export type RunningGateway = {
  readonly cast: GatewayCast;
  readonly version: string;
  readonly bootId: string;
  readonly instanceId: string;
  readonly port: number;
  readonly stateDir: string;
  readonly bootedAt: number;
  /** The first boot pretends to have happened when the story's past says so. */
  readonly upSince: number;
  readonly timers: Timers;
  /** For ids that clients cause; the story draws from its own. */
  readonly random: Random;
  readonly log: LogFile;
  readonly stability: StabilityRing;
  readonly state: StateDatabase;
  readonly suspension: Suspension;
  readonly appliedConfig: () => ConfigRead;
  /** Reads the file again; a valid new one is applied at once, as a hot reload does. */
  readonly rereadConfig: () => ConfigRead;
  readonly agents: () => readonly string[];
  readonly sessions: () => readonly Session[];
  readonly session: (key: string) => Session | undefined;
  /** To disk first, then to everybody who asks. */
  readonly write: (session: Session, added?: readonly WrittenEvent[]) => void;
  readonly events: (session: Session) => ReadonlyMap<string, JsonObject>;
  readonly databasePath: (agentId: string) => string;
  readonly channels: () => readonly Channel[];
  readonly touchChannel: (name: ChannelName) => void;
  readonly endChannel: (name: ChannelName, error: string) => void;
  readonly vitals: () => Vitals;
  readonly activeRuns: () => readonly Session[];
  readonly broadcast: Broadcast;
  readonly end: (how: "stopped" | "killed") => void;
};

/** `subscribers` are the connections that asked for changes of sessions. */
export type Broadcast = (event: string, payload: JsonObject, to?: "everybody" | "subscribers") => void;

export const startRunning = (given: {
  readonly cast: GatewayCast;
  readonly version: string;
  readonly port: number;
  readonly stateDir: string;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: LogFile;
  readonly upSince: number;
  readonly seed: string;
  readonly broadcast: Broadcast;
}): RunningGateway => {
  const { cast, stateDir, timers, random, log, broadcast } = given;
  const bootedAt = timers.now();
  let applied = readConfig(stateDir);
  if (!applied.valid) {
    log.write(bootedAt, "ERROR", "gateway", "Gateway start blocked: invalid config");
    throw new Problem("DEMO_START_BLOCKED", `${cast.name} does not start: ${applied.path} is not valid.`, {
      hint: "Put a valid openclaw.json back, then start it again.",
    });
  }
  const bootId = random.uuid();
  const ownerId = random.uuid();
  const stored = openStored(stateDir, cast.name);
  const { state, databases, sessions } = stored;
  const lock = takeLock(stateDir, { ownerId, port: given.port, at: bootedAt });
  state.beginBoot({
    bootId,
    ownerId,
    at: bootedAt,
    startedAt: given.upSince,
    pid: process.pid,
    processStart: processStartTime(),
    hostname: cast.hostname,
    port: given.port,
    version: given.version,
    stateDir,
  });
  let channels: readonly Channel[] = cast.channels.map((name, index) => ({
    name,
    startedAt: given.upSince + 900 + index * 200,
    lastEventAt: bootedAt - 20_000 * (index + 1),
    ended: undefined,
  }));
  const activeRuns = (): readonly Session[] =>
    [...sessions.values()].filter(({ activeRunId }) => activeRunId !== undefined);
  return {
    cast,
    version: given.version,
    bootId,
    instanceId: random.uuid(),
    port: given.port,
    stateDir,
    bootedAt,
    upSince: given.upSince,
    timers,
    random,
    log,
    stability: stabilityRing(),
    state,
    suspension: suspensionOf(timers, random, broadcast),
    appliedConfig: () => applied,
    rereadConfig: () => {
      const read = readConfig(stateDir);
      if (read.valid && read.hash !== applied.hash) {
        applied = read;
        broadcast("config.changed", { path: read.path, hash: read.hash, ts: timers.now() });
      }
      return read;
    },
    agents: () => [...databases.keys()],
    sessions: () => [...sessions.values()].sort((one, other) => other.updatedAt - one.updatedAt),
    session: (key) => sessions.get(key),
    write: (session, added = []) => {
      stored.databaseOf(session.agentId).save(session, added);
      sessions.set(session.key, session);
    },
    events: (session) => stored.databaseOf(session.agentId).events(session.sessionId),
    databasePath: (agentId) => stored.databaseOf(agentId).path,
    channels: () => channels,
    touchChannel: (name) => {
      channels = channels.map((channel) =>
        channel.name === name && channel.ended === undefined
          ? { ...channel, lastEventAt: timers.now() }
          : channel,
      );
    },
    endChannel: (name, error) => {
      channels = channels.map((channel) =>
        channel.name === name ? { ...channel, ended: { at: timers.now(), error } } : channel,
      );
    },
    vitals: () =>
      vitalsAt(cast, given.seed, {
        at: timers.now(),
        bootedAt: given.upSince,
        activeRuns: activeRuns().length,
      }),
    activeRuns,
    broadcast,
    end: (how) => {
      timers.cancelAll();
      if (how === "stopped") {
        // A planned end drains: no row is left saying that a run goes on.
        for (const session of activeRuns()) {
          const drained: Session = { ...session, activeRunId: undefined, status: "done" };
          stored.databaseOf(session.agentId).save(drained, []);
        }
      }
      if (how === "stopped") state.endBoot(bootId, timers.now(), "gateway stopping");
      stored.close(how);
      if (how === "stopped") lock.release();
      else lock.abandon();
    },
  };
};
