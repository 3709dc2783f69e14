import { type IncomingMessage, request } from "node:http";
import { type Socket, connect as connectTcp } from "node:net";
import { errnoOf } from "../../ground/index.ts";
import { connectTls, isTrustWide, type Trust, untrustedReason, widenTrust } from "../gateway/trust.ts";

/** What came of asking one address: an answer, or the way in which there was none. */
export type HttpAnswer =
  | {
      readonly kind: "answered";
      readonly status: number;
      readonly contentType: string;
      readonly text: string;
      readonly roundTripMs: number;
    }
  /** It sends us to another host, where we do not go: what answers there is not this gateway. */
  | { readonly kind: "sent-elsewhere"; readonly to: string }
  /** Nobody listens on the port. */
  | { readonly kind: "refused" }
  /** The connection was accepted, and no answer came in time. */
  | { readonly kind: "silent"; readonly waitedMs: number }
  /** Its certificate is not one we believe: nothing was asked. */
  | { readonly kind: "untrusted"; readonly reason: string }
  /** No way there, or an end in the middle: name, route, hang-up. */
  | { readonly kind: "unreachable"; readonly reason: string };

export type HttpGetOptions = {
  readonly signal: AbortSignal;
  /** For everything together: connecting, redirects, the whole body. A peer that drips bytes gains nothing. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly trust?: Trust;
};

const maxRedirects = 3;

/**
 * GET with bounds on everything a peer could use against us. The connection is made, and with TLS its certificate
 * checked, before a byte is sent: that also tells a port that accepts and stays silent from one that does not accept.
 */
export const httpGet = async (url: URL, options: HttpGetOptions): Promise<HttpAnswer> => {
  const deadline = AbortSignal.timeout(options.timeoutMs);
  const signal = AbortSignal.any([options.signal, deadline]);
  const begun = performance.now();
  const progress = { connected: false };
  const wasWide = isTrustWide();
  try {
    let at = url;
    for (let hop = 0; hop <= maxRedirects; hop += 1) {
      const { response, text } = await exchange(at, { ...options, signal }, progress);
      const status = response.statusCode ?? 0;
      const { location } = response.headers;
      if (status < 300 || status > 399 || location === undefined) {
        const contentType = response.headers["content-type"] ?? "";
        return { kind: "answered", status, contentType, text, roundTripMs: performance.now() - begun };
      }
      const next = URL.parse(location, at.href);
      if (next === null) return { kind: "unreachable", reason: "redirected to no address" };
      if (next.host !== url.host || next.protocol !== url.protocol) {
        return { kind: "sent-elsewhere", to: next.host };
      }
      at = next;
    }
    return { kind: "unreachable", reason: "redirected in a circle" };
  } catch (error) {
    options.signal.throwIfAborted();
    if (!deadline.aborted) {
      const failure = failureOf(error);
      return failure.kind === "untrusted" && widenTrust(options.trust ?? {}, wasWide)
        ? await httpGet(url, options)
        : failure;
    }
    return progress.connected
      ? { kind: "silent", waitedMs: options.timeoutMs }
      : { kind: "unreachable", reason: `no connection within ${options.timeoutMs / 1000} s` };
  }
};

/** What an answer says, when it is JSON: not a page, nor anything cut for its length. */
export const jsonIn = (answer: HttpAnswer): unknown => {
  if (answer.kind !== "answered" || answer.contentType.includes("html")) return undefined;
  try {
    return JSON.parse(answer.text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
};

const exchange = async (
  url: URL,
  { signal, maxBytes, headers, trust }: HttpGetOptions,
  progress: { connected: boolean },
): Promise<{ readonly response: IncomingMessage; readonly text: string }> => {
  const socket = await connected(url, trust ?? {}, signal, () => {
    progress.connected = true;
  });
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const asking = request(
        {
          method: "GET",
          host: url.hostname,
          path: url.pathname + url.search,
          headers: { host: url.host, accept: "*/*", connection: "close", ...headers },
          createConnection: () => socket,
          signal,
        },
        resolve,
      );
      asking.once("error", reject);
      asking.end();
    });
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of response) {
      if (!Buffer.isBuffer(chunk)) continue;
      chunks.push(chunk);
      size += chunk.length;
      if (size > maxBytes) break;
    }
    return { response, text: Buffer.concat(chunks).subarray(0, maxBytes).toString("utf8") };
  } finally {
    socket.destroy();
  }
};

const connected = (url: URL, trust: Trust, signal: AbortSignal, onTcp: () => void): Promise<Socket> =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const secure = url.protocol === "https:";
    const host = url.hostname.replace(/^\[|\]$/g, "");
    const port = url.port === "" ? (secure ? 443 : 80) : Number(url.port);
    const socket = secure ? connectTls(host, port, trust) : connectTcp({ host, port });
    const giveUp = (): void => {
      socket.destroy();
      reject(signal.reason);
    };
    signal.addEventListener("abort", giveUp, { once: true });
    socket.once("error", reject);
    socket.once("connect", onTcp);
    socket.once(secure ? "secureConnect" : "connect", () => {
      signal.removeEventListener("abort", giveUp);
      // A certificate that is not the pinned one destroys the socket at this moment; its error rejects.
      if (!socket.destroyed) resolve(socket);
    });
  });

const failureOf = (error: unknown): HttpAnswer => {
  if (error instanceof AggregateError) return failureOf(error.errors[0]);
  if (!(error instanceof Error)) return { kind: "unreachable", reason: String(error) };
  const untrusted = untrustedReason(error);
  if (untrusted !== undefined) return { kind: "untrusted", reason: untrusted };
  const code = errnoOf(error);
  if (code === "ECONNREFUSED") return { kind: "refused" };
  return { kind: "unreachable", reason: code ?? error.message };
};
