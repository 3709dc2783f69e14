import { existsSync } from "node:fs";
import { homedir } from "node:os";
import type {
  BootFacts,
  ChannelFacts,
  GatewayEvent,
  GatewayNews,
  SessionFacts,
} from "../../clients/index.ts";
import { harmlessLine, problemOf, type Clock } from "../../ground/index.ts";
import {
  configuredChannels,
  findOwner,
  readConfig,
  readState,
  statePlace,
  stateRoots,
  type BootRecord,
  type Json,
  type SessionRecord,
} from "../../openclaw/index.ts";
import type { Event } from "../event.ts";
import { isSpeechless } from "../speechless.ts";
import { memoryFactsOf } from "./memory-facts.ts";

export type DiskWatch = {
  /** What the connection means now: only while nothing answers do sessions and configuration come from disk. */
  readonly heard: (event: GatewayEvent) => void;
  readonly stop: () => Promise<void>;
};

type Watched = { readonly name: string; readonly stateDir: string };

const aliveEveryMs = 60_000;
const deadEveryMs = 15_000;
/** The first look waits for the connection to speak: most of the time there is no need to read sessions at all. */
const firstAfterMs = 300;

/**
 * Reads a state directory of this machine now and then: the starts of the gateway, and whether its memory index and its
 * memory files agree, which no gateway tells; and, while the gateway does not answer, its sessions, agents and configuration, marked "disk". It
 * only reads, a few times a minute at most, one look at a time.
 */
export const watchDisk = (
  { name, stateDir }: Watched,
  clock: Clock,
  emit: (event: Event) => void,
): DiskWatch => {
  const stopping = new AbortController();
  let silent = false;
  let looking: Promise<void> | undefined;
  let callOff: () => void = () => undefined;

  const look = async (isSilent: boolean): Promise<void> => {
    try {
      const facts = await readFacts(stateDir, isSilent, clock, stopping.signal);
      if (stopping.signal.aborted) return;
      emit({ kind: "memory", at: clock.now(), gateway: name, memory: facts.memory });
      for (const news of isSilent ? [...facts.always, ...facts.news] : facts.always) {
        emit({ kind: "gateway", event: { ...news, gateway: name, at: clock.now(), from: "disk" } });
      }
    } catch (error) {
      if (stopping.signal.aborted) return;
      const { code, message } = problemOf(error);
      const at = clock.now();
      emit({ kind: "trouble", at, trouble: { at, effect: `state directory of ${name}`, code, message } });
    }
  };

  const plan = (delayMs: number): void => {
    callOff();
    callOff = clock.after(delayMs, () => {
      if (looking !== undefined) return;
      const wasSilent = silent;
      looking = look(wasSilent).finally(() => {
        looking = undefined;
        if (stopping.signal.aborted) return;
        // It fell silent during the look, which then has not read what it no longer tells.
        plan(silent ? (wasSilent ? deadEveryMs : 0) : aliveEveryMs);
      });
    });
  };
  plan(firstAfterMs);

  return {
    heard: (event) => {
      if (event.kind !== "connection") return;
      const before = silent;
      silent = isSpeechless(event.report.state);
      if (silent && !before) plan(0);
    },
    stop: async () => {
      stopping.abort();
      callOff();
      await looking;
    },
  };
};

type Facts = {
  readonly memory: Extract<Event, { kind: "memory" }>["memory"];
  /** What no gateway tells. */
  readonly always: readonly GatewayNews[];
  /** What a gateway tells better while it speaks. */
  readonly news: readonly GatewayNews[];
};

const readFacts = async (
  stateDir: string,
  isSilent: boolean,
  clock: Clock,
  signal: AbortSignal,
): Promise<Facts> => {
  const place = statePlace({ env: {}, home: homedir(), stateDir, exists: existsSync });
  const config = await readConfig(place.configPath, { includeRoots: place.includeRoots });
  const roots = stateRoots(place, config.kind === "read" ? config.config : undefined);
  const owner = await findOwner(stateDir, { now: clock.now() });
  const known = owner.kind === "alive" ? "alive" : owner.kind === "unknown" ? "unknown" : "gone";
  const state = await readState(stateDir, { roots, owner: known, sessions: isSilent, signal });
  const active = state.sessions.filter(({ archivedAt }) => archivedAt === undefined);
  const issues = config.kind === "absent" ? [] : config.findings.map(({ message }) => message);
  return {
    memory: memoryFactsOf(state),
    always: state.boots === undefined ? [] : [{ kind: "boots", boots: bootsOf(state.boots) }],
    news: [
      { kind: "agents", agents: state.agents.map(({ id }) => harmlessLine(id, 128)) },
      { kind: "sessions", sessions: active.map(sessionOf), total: active.length },
      // One that runs and does not speak may have its channels all the same.
      ...(config.kind === "read" && known === "gone"
        ? [{ kind: "channels", channels: channelsOf(config.config), issues: [] } as const]
        : []),
      ...(config.kind === "absent"
        ? []
        : [{ kind: "config", config: { valid: issues.length === 0, issues } } as const]),
    ],
  };
};

/** Set up, and with nobody there to connect them. */
const channelsOf = (config: Json): readonly ChannelFacts[] =>
  configuredChannels(config).map(({ id, account, enabled }) => ({
    id: harmlessLine(id, 64),
    account: harmlessLine(account, 64),
    configured: true,
    enabled,
    running: false,
    connected: false,
    terminal: false,
  }));

/** The newest starts; older ones say nothing about tonight. */
const bootsMost = 20;

const bootsOf = (records: readonly BootRecord[]): readonly BootFacts[] =>
  records
    .toSorted((one, other) => one.startedAt - other.startedAt)
    .slice(-bootsMost)
    .map(({ bootId, startedAt, outcome, reason }) => ({
      bootId: harmlessLine(bootId, 128),
      startedAt,
      end: endOf(outcome.kind),
      ...(reason === undefined ? {} : { reason: harmlessLine(reason, 200) }),
    }));

const endOf = (kind: BootRecord["outcome"]["kind"]): BootFacts["end"] => {
  if (kind === "clean-stop") return "clean";
  return kind === "crashed" || kind === "startup-failed" ? kind : "open";
};

/** As a gateway would tell it: harmless, and without what only snapshots need. */
const sessionOf = ({
  key,
  agentId,
  sessionId: _sessionId,
  leaf: _leaf,
  inputTokens: _inputTokens,
  outputTokens: _outputTokens,
  archivedAt: _archivedAt,
  status,
  model,
  provider,
  lastError,
  ...numbers
}: SessionRecord): SessionFacts => ({
  ...numbers,
  key: harmlessLine(key, 512),
  agentId: harmlessLine(agentId, 128),
  running: false,
  ...(status === undefined ? {} : { status: harmlessLine(status, 64) }),
  ...(model === undefined ? {} : { model: harmlessLine(model, 128) }),
  ...(provider === undefined ? {} : { provider: harmlessLine(provider, 128) }),
  ...(lastError === undefined ? {} : { lastError: harmlessLine(lastError, 300) }),
});
