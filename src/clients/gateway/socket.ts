import type { IncomingMessage } from "node:http";
import { connect as connectTcp, type Socket } from "node:net";
import { WebSocket } from "ws";
import { errnoOf, type Clock } from "../../ground/index.ts";
import { bucketOf, limits } from "../wire/limits.ts";
import type { Address } from "./address.ts";
import type { CostMeter } from "./cost.ts";
import type { LinkFailure } from "./failure.ts";
import { connectTls, type Trust, untrustedReason } from "./trust.ts";

/**
 * One WebSocket, with the two things its own events do not tell: whether TCP was accepted although nobody speaks
 * (a frozen gateway), and a certificate that is checked before the first byte of ours. It reads at a bounded rate.
 */
export type GatewaySocket = {
  readonly send: (text: string) => void;
  readonly close: () => void;
  /** Ends it now, without the closing handshake: for a peer that does not answer. */
  readonly abandon: () => void;
};

export type SocketPorts = { readonly clock: Clock; readonly cost: CostMeter };

export type SocketEvents = {
  readonly onTcp: () => void;
  readonly onFrame: (bytes: Buffer) => void;
  /** Before it was ever open; nothing follows. */
  readonly onFailure: (failure: LinkFailure) => void;
  /** After it was open; nothing follows. */
  readonly onClose: (code: number, reason: string) => void;
};

export const openSocket = (
  address: Address,
  trust: Trust,
  ports: SocketPorts,
  events: SocketEvents,
): GatewaySocket => {
  let failure: LinkFailure | undefined;
  let opened = false;
  let ended = false;
  const { cost, clock } = ports;
  let wire: Socket | undefined;
  let isGathering = false;
  /** What is sent in one turn of the event loop goes out in one piece. */
  const gather = (): void => {
    if (isGathering || wire === undefined) return;
    isGathering = true;
    wire.cork();
    process.nextTick(() => {
      isGathering = false;
      wire?.uncork();
    });
  };
  /** The first reason stands: what follows from it is only noise. */
  const because = (reason: LinkFailure): void => {
    failure ??= reason;
  };

  const ws = new WebSocket(address.url, {
    // No Origin header: a gateway answers one it does not know with "origin not allowed".
    perMessageDeflate: false,
    followRedirects: false,
    maxPayload: limits.frameBytes,
    createConnection: () => {
      const socket = address.secure ? connectTls(hostOf(address), portOf(address), trust) : dialTcp(address);
      socket.once("connect", events.onTcp);
      wire = socket;
      return socket;
    },
  });

  const frames = bucketOf(limits.framesPerSecond);
  const amount = bucketOf(limits.bytesPerSecond);
  let resume: (() => void) | undefined;
  const pace = (bytes: number): void => {
    const now = clock.steady();
    const waitMs = Math.max(frames.take(1, now), amount.take(bytes, now));
    if (waitMs === 0 || resume !== undefined) return;
    cost.pauses += 1;
    ws.pause();
    resume = clock.after(waitMs, () => {
      resume = undefined;
      ws.resume();
    });
  };

  ws.on("open", () => {
    opened = true;
  });
  ws.on("message", (data, isBinary) => {
    const bytes = bytesOf(data);
    cost.framesIn += 1;
    cost.bytesIn += bytes.length;
    pace(bytes.length);
    if (isBinary) cost.refused += 1;
    else events.onFrame(bytes);
  });
  ws.on("unexpected-response", (_request, response: IncomingMessage) => {
    because({ kind: "http-status", status: response.statusCode ?? 0 });
    ws.terminate();
  });
  ws.on("error", (error) => {
    // After the connection stood, an error is a frame beyond the limits or against the protocol: `close` follows.
    if (opened) cost.refused += 1;
    because(failureOf(error));
  });
  ws.on("close", (code, reason) => {
    if (ended) return;
    ended = true;
    resume?.();
    if (opened) events.onClose(code, reason.toString("utf8"));
    else events.onFailure(failure ?? { kind: "closed", code, reason: reason.toString("utf8") });
  });

  return {
    send: (text) => {
      if (ws.readyState !== WebSocket.OPEN) return;
      cost.bytesOut += text.length;
      gather();
      ws.send(text);
    },
    close: () => {
      ws.close(1000);
    },
    abandon: () => {
      ws.terminate();
    },
  };
};

const dialTcp = (address: Address): Socket =>
  connectTcp({ host: hostOf(address), port: portOf(address), autoSelectFamily: true });

const hostOf = (address: Address): string => address.url.hostname.replace(/^\[|\]$/g, "");

const portOf = (address: Address): number =>
  address.url.port === "" ? (address.secure ? 443 : 80) : Number(address.url.port);

const bytesOf = (data: Buffer | ArrayBuffer | Buffer[]): Buffer => {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? Buffer.from(data) : data;
};

const failureOf = (error: Error): LinkFailure => {
  const untrusted = untrustedReason(error);
  if (untrusted !== undefined) return { kind: "untrusted", reason: untrusted };
  const code = errnoOf(error) ?? "";
  // Several addresses of one name, all tried: the first one's reason stands for all.
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return failureOf(error.errors[0]);
  if (code === "ECONNREFUSED") return { kind: "refused" };
  if (code.startsWith("WS_ERR_") || code.startsWith("HPE_") || code === "") {
    return { kind: "foreign", reason: error.message.slice(0, 200) };
  }
  return { kind: "unreachable", reason: code };
};
