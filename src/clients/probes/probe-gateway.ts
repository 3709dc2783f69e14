import type { Clock } from "../../ground/index.ts";
import type { Trust } from "../gateway/trust.ts";
import { harmlessLine } from "../../ground/index.ts";
import {
  type HealthAnswer,
  type ReadyAnswer,
  type StartupAnswer,
  healthAnswer,
  readyAnswer,
  startupAnswer,
} from "./health-answer.ts";
import { type HttpAnswer, httpGet } from "./http-get.ts";

/** Everything one round of HTTP probes told. */
export type ProbeReport = {
  readonly at: number;
  /** `answers` means HTTP, not health: a page of HTML answers too. */
  readonly contact:
    | { readonly kind: "answers"; readonly roundTripMs: number }
    | { readonly kind: "refused" }
    | { readonly kind: "silent"; readonly waitedMs: number }
    | { readonly kind: "unreachable"; readonly reason: string };
  readonly health?: HealthAnswer;
  readonly ready?: ReadyAnswer;
  readonly startup?: StartupAnswer;
  /** Paths that answered something else, and what. */
  readonly ignored: readonly string[];
};

export type ProbePorts = { readonly clock: Clock };

export type ProbeOptions = {
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
  readonly trust?: Trust;
};

const defaultTimeoutMs = 3_000;
/** Health in any shape is a few kilobytes; the console page that some paths answer with need not be read whole. */
const maxBytes = 64 * 1024;

/**
 * Asks a gateway how it is over HTTP alone. `base` is its address (ws and wss are taken as http and https); the paths
 * are those of OpenClaw and of older gateways. When nobody answers the first question the others are not asked.
 */
export const probeGateway = async (
  base: string,
  { clock }: ProbePorts,
  { signal, timeoutMs = defaultTimeoutMs, trust }: ProbeOptions,
): Promise<ProbeReport> => {
  const at = clock.now();
  const root = new URL(base.replace(/^ws/, "http"));
  const ask = (path: string): Promise<HttpAnswer> =>
    httpGet(new URL(path, root), {
      signal,
      timeoutMs,
      maxBytes,
      headers: { accept: "application/json" },
      ...(trust === undefined ? {} : { trust }),
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
      const understood = understand(bodyOf(answer));
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
    contact: { kind: "answers", roundTripMs: first.kind === "answered" ? first.roundTripMs : 0 },
    ignored,
    ...(health === undefined ? {} : { health }),
    ...(ready === undefined ? {} : { ready }),
    ...(startup === undefined ? {} : { startup }),
  };
};

const bodyOf = (answer: HttpAnswer): unknown => {
  if (answer.kind !== "answered" || answer.contentType.includes("html")) return undefined;
  try {
    return JSON.parse(answer.text);
  } catch {
    // Not JSON, or longer than any health answer: nothing we understand.
    return undefined;
  }
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
    case "unreachable":
      return harmlessLine(answer.reason, 100);
  }
};
