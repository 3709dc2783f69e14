import type { GatewayNews } from "../facts.ts";
import { meansAbsent, type WireError } from "../wire/frame.ts";
import { isInternal } from "../wire/sessions.ts";
import { healthOf } from "../wire/system.ts";
import type { TurnLedger } from "../wire/turn-ledger.ts";
import { turnNoteOf } from "../wire/turn-note.ts";
import { toBeat } from "./beat.ts";
import type { CostMeter } from "./cost.ts";
import type { LinkEnd } from "./failure.ts";
import type { Link, LinkEvents } from "./link.ts";
import { type Pace, type Poller, poller } from "./poller.ts";
import type { GatewayPorts } from "./ports.ts";
import { type Asker, type Bookmarks, describeSession, questionsOf } from "./questions.ts";
import type { Observation } from "./state/observation.ts";

/**
 * One standing connection, from hello to its end: asks the questions, reads the events, watches for silence. What it
 * sees goes out as news (facts) and as observations (for the state machine).
 */
export type ServeOptions = {
  readonly link: Link;
  readonly bootId: string;
  readonly ports: GatewayPorts;
  readonly cost: CostMeter;
  readonly bookmarks: Bookmarks;
  /** Methods this version does not have; grows as refusals teach it. */
  readonly absent: Set<string>;
  readonly pace: Pace;
  readonly tell: (news: GatewayNews) => void;
  readonly see: (seen: Observation) => void;
};

export type Service = {
  readonly events: LinkEvents;
  readonly pace: (pace: Pace) => void;
  /** The end of the connection, and whether it was us who gave it up. */
  readonly ended: Promise<LinkEnd & { readonly abandoned: boolean }>;
};

const askWithinMs = 10_000;
/** A cold config.get takes over a second; a busy gateway longer. */
const askHeavyWithinMs = 20_000;
/** With a question open and nothing at all heard for this long, the connection is given up to look afresh. */
const unansweredMs = 10_000;
/** With events coming all the while, this long without an answer to anything is no delay. */
const onlyEventsMs = 30_000;
const lookEveryMs = 2_000;
/** A look that comes later than this: we ourselves stood still, and what came meanwhile waits to be read. */
const lateMs = 5_000;
/** The end of a turn is announced a moment before its numbers are stored. */
const settleMs = 400;
/** Sessions waiting to be read again; beyond that the whole list is read. */
const rereadMax = 20;
/** When the gateway says "later", how much later. */
const retryLeastMs = 2_000;
const retryMostMs = 30_000;
/** During a suspension one question keeps asking whether it is over. */
const suspensionProbe = "system.info";

export const serve = (options: ServeOptions, ledger: TurnLedger): Service => {
  const { link, ports, cost, tell, see } = options;
  const { clock } = ports;
  // Below this it is the network's delay rather than the clock.
  const skewMs = Math.abs(link.aheadMs) < 2_000 ? 0 : link.aheadMs;
  let suspended = link.hello.snapshot.suspension?.phase === "prepared";
  /** Since when it refuses what it is asked: what was asked before may still be answered, and says nothing. */
  let refusesSince = suspended ? clock.steady() : Number.NEGATIVE_INFINITY;
  let draining = false;
  /** Since when there has been a question and no answer to any. */
  let unansweredSince: number | undefined;
  let heard = false;
  let late = 0;

  const answered = (askedAt: number): void => {
    unansweredSince = undefined;
    if (askedAt < refusesSince) return;
    if (suspended) suspend(false, "answers again");
    if (draining || !heard) see({ kind: "answers" });
    draining = false;
    heard = true;
  };

  const onError = (method: string, error: WireError): void => {
    if (error.reason === "gateway-suspending") {
      suspend(true, "refuses questions");
    } else if (error.reason === "gateway-restarting") {
      draining = true;
      refusesSince = clock.steady();
      see({
        kind: "goodbye",
        reason: "draining for a restart",
        restartExpectedMs: undefined,
        draining: true,
      });
    } else if (meansAbsent(error)) {
      options.absent.add(method);
      tell({ kind: "absent", method });
    }
  };

  const ask: Asker["ask"] = async (method, params) => {
    if (options.absent.has(method)) return undefined;
    const withinMs = method === "config.get" || method === "sessions.list" ? askHeavyWithinMs : askWithinMs;
    const askedAt = clock.steady();
    unansweredSince ??= askedAt;
    const answer = await link.ask(method, params, withinMs);
    switch (answer.kind) {
      case "answer":
        answered(askedAt);
        return answer;
      case "error":
        unansweredSince = undefined;
        onError(method, answer.error);
        // A gateway that is overloaded for a moment would otherwise be asked again only a whole cadence later.
        // Its own hint that trying again helps is missing just there, so the code counts as well.
        if ((answer.error.retryable || answer.error.code === "UNAVAILABLE") && !suspended) {
          const afterMs = Math.min(retryMostMs, Math.max(retryLeastMs, answer.error.retryAfterMs ?? 0));
          clock.after(afterMs, () => {
            questions.hurry(method);
          });
        }
        return undefined;
      case "timeout":
        cost.timeouts += 1;
        return undefined;
      case "lost":
        return undefined;
    }
  };

  const asker: Asker = {
    ask,
    tell,
    refuse: (what, count) => {
      cost.refused += count;
      tell({ kind: "refused", what, reason: `${count} not in the shape this version reads` });
    },
    skewMs,
    now: clock.now,
  };

  // Two samples in a row: the first questions of a monitor can make a cold gateway late all by themselves.
  const onLoop = (degradedSince: number | undefined): void => {
    late = degradedSince === undefined ? 0 : late + 1;
    questions.spare(late >= 2);
  };

  let { pace } = options;
  const questions: Poller = poller(questionsOf(asker, options.bookmarks, options.bootId, onLoop), ports);
  questions.pace(pace);

  const suspend = (active: boolean, phase: string): void => {
    if (active && !suspended) refusesSince = clock.steady();
    suspended = active;
    questions.only(active ? suspensionProbe : undefined);
    see({ kind: "suspension", active, phase });
  };

  const settle = (read: () => void): (() => void) =>
    clock.after(pace === "focused" ? settleMs : toBeat(clock, settleMs), read);
  const reread = rereads(settle, (keys) => {
    if (keys === "all") questions.hurry("sessions.list");
    else for (const key of keys) void describeSession(asker, key);
    questions.along();
  });

  const onContent: LinkEvents["onContent"] = (event, bytes, payload) => {
    const note = turnNoteOf(event, bytes, payload);
    if (note === undefined || isInternal(note.sessionKey)) return;
    // By the clock that only goes forward: with one that was set back, every sign of progress would be too early.
    const turn = ledger.enter(note, clock.steady());
    if (turn === undefined) return;
    tell({ kind: "turn", turn });
    if (turn.kind === "ended" || turn.kind === "failed" || turn.kind === "compaction-ended") {
      reread.add(turn.sessionKey);
    }
  };

  const onSessionChanged = (key: string | undefined): void => {
    if (key === undefined) reread.add("all");
    else if (!isInternal(key)) reread.add(key);
  };

  const onEvent: LinkEvents["onEvent"] = (event, payload) => {
    switch (event) {
      case "health": {
        const health = healthOf(payload, skewMs, clock.now());
        if (health?.agents !== undefined) tell({ kind: "agents", agents: health.agents });
        // A health payload has no advice on channels; the question that has it is cheap.
        questions.hurry("channels.status");
        return;
      }
      case "gateway.suspension": {
        const phase = fieldOf(payload, "phase");
        if (phase !== undefined) suspend(phase !== "accepting", phase);
        return;
      }
      case "config.changed":
        tell({ kind: "config-changed" });
        questions.hurry("config.get");
        return;
      case "sessions.changed":
        onSessionChanged(fieldOf(payload, "sessionKey"));
        return;
      case "shutdown":
        draining = false;
        see({
          kind: "goodbye",
          reason: fieldOf(payload, "reason") ?? "no reason given",
          restartExpectedMs: undefined,
        });
        return;
      default:
    }
  };

  let abandoned = false;
  const giveUp = (silentMs: number, because: Extract<Observation, { kind: "silence" }>["because"]): void => {
    abandoned = true;
    see({ kind: "silence", silentMs, because });
    link.abandon();
  };
  let callOff: () => void = () => undefined;
  let lookedAt = clock.steady();
  let awakeSince = lookedAt;
  const look = (): void => {
    const now = clock.steady();
    if (now - lookedAt > lookEveryMs + lateMs) awakeSince = now;
    lookedAt = now;
    const silentMs = now - Math.max(link.heardAt(), awakeSince);
    const unansweredFor = unansweredSince === undefined ? 0 : now - Math.max(unansweredSince, awakeSince);
    if (silentMs > 2 * link.hello.policy.tickIntervalMs) giveUp(silentMs, "no tick");
    else if (link.waiting() > 0 && silentMs > unansweredMs) giveUp(silentMs, "no answer");
    else if (unansweredFor > onlyEventsMs) giveUp(unansweredFor, "only events");
    else callOff = clock.after(toBeat(clock, lookEveryMs), look);
    see({ kind: "time" });
  };

  greet(options, skewMs);
  callOff = clock.after(toBeat(clock, lookEveryMs), look);
  if (suspended) questions.only(suspensionProbe);
  questions.start();

  const ended = link.ended.then((end) => {
    callOff();
    questions.stop();
    reread.stop();
    return { ...end, abandoned };
  });

  return {
    events: {
      onContent,
      onEvent,
      onGap: (missed) => {
        tell({ kind: "gap", missed });
        questions.hurry("sessions.list");
        questions.hurry("channels.status");
      },
      onRefused: (what, reason) => {
        tell({ kind: "refused", what, reason });
      },
    },
    pace: (next) => {
      pace = next;
      questions.pace(next);
    },
    ended,
  };
};

/** What hello-ok already knows: the first picture needs no question. */
const greet = ({ link, bootId, ports, tell }: ServeOptions, skewMs: number): void => {
  const { server, auth, policy, snapshot } = link.hello;
  tell({
    kind: "hello",
    hello: {
      version: server.version,
      ...(server.buildId === undefined ? {} : { buildId: server.buildId }),
      bootId,
      ...(typeof snapshot.uptimeMs === "number" ? { uptimeMs: snapshot.uptimeMs } : {}),
      grantedScopes: auth.scopes,
      tickIntervalMs: policy.tickIntervalMs,
      ...(skewMs === 0 ? {} : { clockAheadMs: skewMs }),
    },
  });
  const health = healthOf(snapshot.health, skewMs, ports.clock.now());
  if (health === undefined) return;
  tell({
    kind: "system",
    system: {
      ...health.loop,
      ...(typeof snapshot.uptimeMs === "number" ? { uptimeMs: snapshot.uptimeMs } : {}),
    },
  });
  if (health.agents !== undefined) tell({ kind: "agents", agents: health.agents });
  if (health.channels !== undefined) tell({ kind: "channels", channels: health.channels, issues: [] });
};

const fieldOf = (payload: unknown, name: string): string | undefined => {
  if (typeof payload !== "object" || payload === null) return undefined;
  const value: unknown = Reflect.get(payload, name);
  return typeof value === "string" && value.length <= 512 ? value : undefined;
};

/** Sessions to read again once their turn has settled: each once, however many ends were announced. */
const rereads = (
  settle: (read: () => void) => () => void,
  read: (keys: readonly string[] | "all") => void,
): { readonly add: (key: string) => void; readonly stop: () => void } => {
  const keys = new Set<string>();
  let callOff: (() => void) | undefined;
  return {
    add: (key) => {
      keys.add(key);
      callOff ??= settle(() => {
        callOff = undefined;
        read(keys.has("all") || keys.size > rereadMax ? "all" : [...keys]);
        keys.clear();
      });
    },
    stop: () => {
      callOff?.();
    },
  };
};
