import { type Clock, harmlessLine, isProblem, type Problem } from "../../ground/index.ts";
import { addressOf } from "../gateway/address.ts";
import { type Trust, trustOf } from "../gateway/trust.ts";
import type { GatewaySettings } from "../settings.ts";
import {
  type HealthAnswer,
  type ReadyAnswer,
  type StartupAnswer,
  healthAnswer,
  readyAnswer,
  startupAnswer,
} from "./health-answer.ts";
import { type HttpAnswer, httpGet, jsonIn } from "./http-get.ts";

/** Everything one round of HTTP probes told. */
export type ProbeReport = {
  readonly at: number;
  /** `answers` means HTTP, not health: a page of HTML answers too. */
  readonly contact:
    | { readonly kind: "answers"; readonly status: number; readonly roundTripMs: number }
    | { readonly kind: "refused" }
    | { readonly kind: "silent"; readonly waitedMs: number }
    /** Its certificate did not check out, or what it is checked against cannot be read: nothing was asked. */
    | { readonly kind: "untrusted"; readonly reason: string; readonly problem?: Problem }
    | { readonly kind: "unreachable"; readonly reason: string };
  readonly health?: HealthAnswer;
  readonly ready?: ReadyAnswer;
  readonly startup?: StartupAnswer;
  /** Paths that answered something else, and what. */
  readonly ignored: readonly string[];
};

type ProbePorts = { readonly clock: Clock };

type ProbeOptions = { readonly signal: AbortSignal; readonly timeoutMs?: number };

const defaultTimeoutMs = 3_000;
/** Health in any shape is a few kilobytes; the console page that some paths answer with need not be read whole. */
const maxBytes = 64 * 1024;

/**
 * Asks a gateway how it is over HTTP alone, on the address it has (ws and wss are taken as http and https) and with the
 * trust it is given. The paths are those of OpenClaw and of older gateways. When nobody answers the first question the
 * others are not asked. No secret is shown.
 */
export const probeGateway = async (
  settings: Pick<GatewaySettings, "url" | "tls">,
  { clock }: ProbePorts,
  { signal, timeoutMs = defaultTimeoutMs }: ProbeOptions,
): Promise<ProbeReport> => {
  const at = clock.now();
  const root = new URL(addressOf(settings.url).http);
  let trust: Trust;
  try {
    trust = await trustOf(settings);
  } catch (error) {
    if (!isProblem(error)) throw error;
    return { at, contact: { kind: "untrusted", reason: error.message, problem: error }, ignored: [] };
  }
  const ask = (path: string): Promise<HttpAnswer> =>
    httpGet(new URL(path, root), {
      signal,
      timeoutMs,
      maxBytes,
      headers: { accept: "application/json" },
      trust,
    });
  const first = await ask("/health");
  if (first.kind !== "answered" && first.kind !== "sent-elsewhere") {
    return { at, contact: first, ignored: [] };
  }
  const ignored: string[] = [];
  /** The first of the paths that answers in a shape we know. */
  const read = async <Answer>(
    paths: readonly string[],
    understand: (body: unknown) => Answer | undefined,
    asked?: HttpAnswer,
  ): Promise<Answer | undefined> => {
    for (const path of paths) {
      const answer = path === "/health" && asked !== undefined ? asked : await ask(path);
      const understood = understand(jsonIn(answer));
      if (understood !== undefined) return understood;
      ignored.push(`${path}: ${describe(answer)}`);
    }
    return undefined;
  };
  const [health, ready, startup] = await Promise.all([
    read(["/health", "/healthz"], healthAnswer, first),
    read(["/readyz", "/ready"], readyAnswer),
    read(["/startupz"], startupAnswer),
  ]);
  return {
    at,
    contact:
      first.kind === "answered"
        ? { kind: "answers", status: first.status, roundTripMs: first.roundTripMs }
        : { kind: "answers", status: 302, roundTripMs: 0 },
    ignored,
    ...(health === undefined ? {} : { health }),
    ...(ready === undefined ? {} : { ready }),
    ...(startup === undefined ? {} : { startup }),
  };
};

const describe = (answer: HttpAnswer): string => {
  switch (answer.kind) {
    case "answered":
      return `${answer.status} ${harmlessLine(answer.contentType.split(";")[0] ?? "", 60)}`.trim();
    case "sent-elsewhere":
      return `sends us to ${harmlessLine(answer.to, 100)}`;
    case "refused":
      return "refused";
    case "silent":
      return "no answer";
    case "untrusted":
    case "unreachable":
      return harmlessLine(answer.reason, 100);
  }
};
