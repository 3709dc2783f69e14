import { createHash, createPublicKey, verify } from "node:crypto";
import type { WebSocket } from "ws";
import { answerOf, isSlow } from "./answers/index.ts";
import { judgeConnect, type PresentedDevice } from "./handshake.ts";
import { helloOk } from "./hello.ts";
import { parseObject, textAt, type JsonObject } from "./json.ts";
import type { RunningGateway } from "./running.ts";

/** One client on a WebSocket: the challenge, the handshake, then questions, answers and a numbered flow of events. */
export type Connection = {
  readonly event: (event: string, payload: JsonObject, more?: JsonObject) => void;
  readonly ready: () => boolean;
  readonly subscribed: () => boolean;
  readonly close: (code: number, reason: string) => void;
  /** The end without a word: what a killed process does to its clients. */
  readonly cut: () => void;
};

export const serveConnection = (
  socket: WebSocket,
  given: {
    readonly gateway: RunningGateway;
    readonly token: string;
    readonly origin: string | undefined;
    /** Still starting: connections are told to come back. */
    readonly starting: () => boolean;
    /** Nothing more is said, also not what was about to be. */
    readonly frozen: () => boolean;
    readonly stateVersion: () => JsonObject;
    /** Called when it has been let in. */
    readonly welcomed: () => void;
  },
): Connection => {
  const { gateway } = given;
  const challenge = { nonce: gateway.random.uuid(), ts: gateway.timers.now() };
  let scopes: readonly string[] | undefined;
  let subscribed = false;
  let seq = 0;
  const send = (frame: JsonObject): void => {
    if (socket.readyState === socket.OPEN && !given.frozen()) socket.send(JSON.stringify(frame));
  };
  const refuse = (id: string, error: JsonObject, code: number, reason: string): void => {
    send({ type: "res", id, ok: false, error });
    // A close frame holds at most 123 bytes of reason.
    socket.close(code, Buffer.from(reason).subarray(0, 123).toString());
  };

  const connect = (id: string, params: unknown): void => {
    if (given.starting()) {
      const error = {
        code: "UNAVAILABLE",
        message: "gateway starting; retry shortly",
        details: { reason: "startup-sidecars" },
        retryable: true,
        retryAfterMs: 500,
      };
      refuse(id, error, 1013, "gateway starting");
      return;
    }
    const judged = judgeConnect(params, {
      token: given.token,
      challenge,
      origin: given.origin,
      verify: signatureHolds,
    });
    if (judged.kind === "refused") {
      refuse(id, judged.error, judged.close.code, judged.close.reason);
      return;
    }
    scopes = judged.scopes;
    const { device } = judged;
    // On loopback a device is paired without asking; the gateway's own back ends leave no record.
    const pairs = device !== undefined && judged.clientMode !== "backend";
    if (pairs) {
      gateway.state.pair({
        deviceId: device.id,
        publicKey: device.publicKey,
        displayName: judged.displayName,
        clientId: judged.clientId,
        clientMode: judged.clientMode,
        platform: device.platform,
        scopes,
        approvedVia: "silent",
        at: gateway.timers.now(),
      });
    }
    const payload = helloOk(gateway, {
      scopes,
      connId: gateway.random.uuid(),
      deviceToken: pairs ? gateway.random.token() : undefined,
      stateVersion: given.stateVersion(),
    });
    send({ type: "res", id, ok: true, payload });
    given.welcomed();
  };

  const request = (id: string, method: string, params: unknown, granted: readonly string[]): void => {
    const respond = (): void => {
      const outcome = answerOf(gateway, method, params, {
        scopes: granted,
        subscribe: () => {
          subscribed = true;
        },
      });
      send(
        outcome.ok
          ? { type: "res", id, ok: true, payload: outcome.payload }
          : { type: "res", id, ok: false, error: outcome.error },
      );
    };
    if (!isSlow(method)) {
      respond();
      return;
    }
    setImmediate(() => {
      if (socket.readyState === socket.OPEN) respond();
    });
  };

  socket.on("message", (data: Buffer) => {
    const frame = parseObject(data.toString());
    const [id, method] = [textAt(frame, "id"), textAt(frame, "method")];
    if (frame?.["type"] !== "req" || id === undefined || method === undefined) {
      socket.close(1008, "invalid request frame");
    } else if (scopes !== undefined) {
      request(id, method, frame["params"], scopes);
    } else if (method === "connect") {
      connect(id, frame["params"]);
    } else {
      const message = "invalid handshake: first request must be connect";
      refuse(id, { code: "INVALID_REQUEST", message }, 1008, message);
    }
  });
  // The close that follows says everything; without a listener the error would end the process.
  socket.on("error", () => socket.terminate());
  send({
    type: "event",
    event: "connect.challenge",
    payload: { ...challenge, capabilities: ["model-catalog-snapshot"] },
  });

  return {
    event: (event, payload, more = {}) => {
      seq += 1;
      send({ type: "event", event, payload, seq, ...more });
    },
    ready: () => scopes !== undefined && scopes.length > 0,
    subscribed: () => subscribed,
    close: (code, reason) => {
      socket.close(code, reason);
    },
    cut: () => {
      socket.terminate();
    },
  };
};

/** An ed25519 signature over the text both sides know; the device's id must be the hash of its key. */
const signatureHolds = (device: PresentedDevice): boolean => {
  const key = Buffer.from(device.publicKey, "base64url");
  if (key.length !== 32 || createHash("sha256").update(key).digest("hex") !== device.id) return false;
  return verify(
    null,
    Buffer.from(device.signed),
    createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: device.publicKey }, format: "jwk" }),
    Buffer.from(device.signature, "base64url"),
  );
};
