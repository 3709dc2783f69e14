import { afterListening, type Clock, harmlessLine, problemOf } from "../../ground/index.ts";
import {
  type Challenge,
  challengeOf,
  connectParams,
  type Credentials,
  type DeviceProof,
  type Hello,
  helloOf,
  helloPartsOf,
} from "../wire/connect.ts";
import { frameOf, parsePart, wireErrorOf } from "../wire/frame.ts";
import { limits } from "../wire/limits.ts";
import { redactOf } from "../wire/redact.ts";
import type { Span } from "../wire/scan.ts";
import { contentEvents } from "../wire/turn-note.ts";
import type { Address } from "./address.ts";
import type { CostMeter } from "./cost.ts";
import type { LinkEnd, LinkFailure } from "./failure.ts";
import { type Answer, requestTable } from "./requests.ts";
import { openSocket } from "./socket.ts";
import type { Trust } from "./trust.ts";

/**
 * One connection from the first byte to the last: challenge, connect, hello-ok, then questions and events until it
 * ends. It holds no opinion about why, and it never comes back: whoever wants another opens another.
 */
export type Link = {
  readonly hello: Hello;
  /** The gateway's clock before ours when we heard its greeting. */
  readonly aheadMs: number;
  readonly ask: (method: string, params: unknown, timeoutMs: number) => Promise<Answer>;
  readonly close: () => void;
  readonly abandon: () => void;
  /** On the steady clock: when the last frame came. */
  readonly heardAt: () => number;
  readonly waiting: () => number;
  readonly ended: Promise<LinkEnd>;
};

/** What a connection tells while it stands. Content events come as bytes, to be looked at and let go. */
export type LinkEvents = {
  readonly onContent: (event: string, bytes: Buffer, payload: Span | undefined) => void;
  readonly onEvent: (event: string, payload: unknown) => void;
  readonly onGap: (missed: number) => void;
  readonly onRefused: (what: string, reason: string) => void;
};

export type LinkOptions = {
  readonly address: Address;
  readonly trust: Trust;
  readonly clock: Clock;
  readonly cost: CostMeter;
  readonly version: string;
  readonly scopes: readonly string[];
  readonly credentials: Credentials;
  readonly prove: ((challenge: Challenge) => DeviceProof) | undefined;
  /**
   * Called the moment hello-ok is read, and answers who hears the rest: the frames right behind it may already be in
   * the same piece of network data.
   */
  readonly onOpen: (link: Link) => LinkEvents;
  readonly signal: AbortSignal;
};

export type LinkOutcome =
  { readonly kind: "open"; readonly link: Link } | { readonly kind: "failed"; readonly failure: LinkFailure };

/** TCP that is not even accepted within this is a machine that is off, or a firewall. */
const tcpWithinMs = 10_000;
/** A gateway that stands still accepts (its kernel does) and says nothing; a live one greets within milliseconds. */
export const challengeWithinMs = 5_000;
/** A cold gateway checks a token in a quarter of a second; ten seconds is standing still. */
const helloWithinMs = 10_000;
/** For the closing handshake. */
const closeWithinMs = 500;

export const openLink = (options: LinkOptions): Promise<LinkOutcome> =>
  new Promise((resolve) => {
    const { clock, cost } = options;
    let events: LinkEvents | undefined;
    const requests = requestTable(clock);
    const connectId = "c1";
    let stage: "dialing" | "greeting" | "asking" | "open" | "over" = "dialing";
    let aheadMs = 0;
    let rejection: LinkFailure | undefined;
    let goodbye: LinkEnd["goodbye"];
    let seq: number | undefined;
    let heardAt = clock.steady();
    let callOff = afterListening(clock, tcpWithinMs, () => {
      fail({ kind: "unreachable", reason: `no answer within ${tcpWithinMs / 1000} s` });
    });
    const redact = redactOf(Object.values(options.credentials));
    const { promise: ended, resolve: end } = Promise.withResolvers<LinkEnd>();

    const fail = (failure: LinkFailure): void => {
      if (stage === "over" || stage === "open") return;
      stage = "over";
      callOff();
      options.signal.removeEventListener("abort", onAbort);
      socket.abandon();
      resolve({ kind: "failed", failure });
    };
    const onAbort = (): void => {
      if (stage !== "open") {
        fail({ kind: "unreachable", reason: "called off" });
        return;
      }
      socket.close();
      callOff = clock.after(closeWithinMs, socket.abandon);
    };

    const next = (withinMs: number, waitedFor: string): void => {
      callOff();
      callOff = afterListening(clock, withinMs, () => {
        fail({ kind: "mute", waitedMs: withinMs, waitedFor });
      });
    };

    const greet = (payload: unknown): void => {
      const read = challengeOf(payload);
      if (read === undefined) {
        fail({ kind: "foreign", reason: "its first words are not a challenge" });
        return;
      }
      // Now: what comes after waits for the gateway to check a token, which may take seconds.
      aheadMs = read.ts - clock.now();
      stage = "asking";
      next(helloWithinMs, "answer to connect");
      const device = options.prove?.(read);
      const params = connectParams({
        scopes: options.scopes,
        platform: process.platform,
        version: options.version,
        credentials: options.credentials,
        ...(device === undefined ? {} : { device }),
      });
      socket.send(JSON.stringify({ type: "req", id: connectId, method: "connect", params }));
    };

    const admit = (payload: unknown): void => {
      const hello = helloOf(payload);
      if (typeof hello === "string") {
        fail({ kind: "foreign", reason: hello });
        return;
      }
      stage = "open";
      callOff();
      const link: Link = {
        hello,
        aheadMs,
        ask: (method, params, timeoutMs) => {
          if (stage !== "open") return Promise.resolve({ kind: "lost" });
          cost.requests += 1;
          return requests.ask(timeoutMs, (id) => {
            socket.send(JSON.stringify({ type: "req", id, method, params }));
          });
        },
        close: onAbort,
        abandon: socket.abandon,
        heardAt: () => heardAt,
        waiting: requests.waiting,
        ended,
      };
      events = options.onOpen(link);
      resolve({ kind: "open", link });
    };

    const refuse = (what: string, reason: string): void => {
      cost.refused += 1;
      events?.onRefused(what, reason);
    };

    const onResponse = (bytes: Buffer, id: string, ok: boolean, body: Span | undefined): void => {
      if (stage === "asking" && id === connectId) {
        const payload = ok ? helloPartsOf(bytes, body) : parsePart(bytes, body, limits.handshakeBytes);
        // The close that follows a rejection repeats it in fewer words.
        if (ok) admit(payload);
        else {
          rejection = { kind: "rejected", error: wireErrorOf(redact.value(payload)) };
          fail(rejection);
        }
        return;
      }
      if (!requests.isWaiting(id)) return;
      cost.answers += 1;
      const payload = parsePart(bytes, body, limits.parsedBytes);
      if (payload === undefined && body !== undefined) {
        refuse("response", `${body.to - body.from} bytes that are no JSON or too long`);
      }
      requests.settle(id, ok ? { payload } : { error: wireErrorOf(payload) });
    };

    const onEvent = (bytes: Buffer, event: string, payload: Span | undefined): void => {
      if (contentEvents.has(event)) {
        cost.framesDropped += 1;
        events?.onContent(event, bytes, payload);
        return;
      }
      if (!readEvents.has(event)) return;
      const read = parsePart(bytes, payload, limits.parsedBytes);
      if (read === undefined && payload !== undefined) {
        refuse(event, "a payload that is no JSON or too long");
        return;
      }
      if (event === "shutdown") goodbye = goodbyeOf(read);
      events?.onEvent(event, read);
    };

    const follow = (now: number | undefined): void => {
      if (now === undefined) return;
      if (seq !== undefined && now > seq + 1) events?.onGap(now - seq - 1);
      seq = now;
    };

    const stumble = (reason: string): void => {
      if (stage === "open") refuse("frame", reason);
      else fail({ kind: "foreign", reason });
    };

    const take = (bytes: Buffer): void => {
      const frame = frameOf(bytes);
      if (frame.kind === "refused") {
        stumble(frame.reason);
      } else if (frame.kind === "response") {
        onResponse(bytes, frame.id, frame.ok, frame.body);
      } else if (stage === "open") {
        follow(frame.seq);
        onEvent(bytes, frame.event, frame.payload);
      } else if (frame.event === "connect.challenge" && stage === "greeting") {
        greet(parsePart(bytes, frame.payload, limits.handshakeBytes));
      }
    };

    const socket = openSocket(
      options.address,
      options.trust,
      { clock, cost },
      {
        onTcp: () => {
          if (stage !== "dialing") return;
          stage = "greeting";
          next(challengeWithinMs, "connect.challenge");
        },
        onFrame: (bytes) => {
          heardAt = clock.steady();
          if (stage === "over") return;
          try {
            take(bytes);
          } catch (error) {
            // A frame that we stumble over is one we do not understand: it must not end the watch on all the others.
            stumble(problemOf(error).message);
          }
        },
        onFailure: fail,
        onClose: (code, reason) => {
          const words = harmlessLine(redact.text(reason), 200);
          fail(rejection ?? { kind: "closed", code, reason: words });
          stage = "over";
          callOff();
          options.signal.removeEventListener("abort", onAbort);
          requests.loseAll();
          end({ code, reason: words, goodbye });
        },
      },
    );
    options.signal.addEventListener("abort", onAbort, { once: true });
    if (options.signal.aborted) onAbort();
  });

/** The events that are parsed. Everything else is stepped over: see "what we ignore" in PROTOCOL.md. */
const readEvents: ReadonlySet<string> = new Set([
  "health",
  "shutdown",
  "gateway.suspension",
  "config.changed",
  "sessions.changed",
]);

const goodbyeOf = (payload: unknown): LinkEnd["goodbye"] => {
  const fields = typeof payload === "object" && payload !== null ? payload : {};
  const reason = "reason" in fields && typeof fields.reason === "string" ? fields.reason : "no reason given";
  const restart = "restartExpectedMs" in fields ? fields.restartExpectedMs : undefined;
  return {
    reason: harmlessLine(reason, 200),
    restartExpectedMs: typeof restart === "number" && restart >= 0 ? Math.min(restart, 600_000) : undefined,
  };
};
