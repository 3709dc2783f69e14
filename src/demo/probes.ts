import type { IncomingMessage, ServerResponse } from "node:http";
import type { JsonObject } from "./json.ts";

/** The HTTP answers of the gateway's port: what supervisors and load balancers ask. */
export type ProbeState = {
  readonly version: string;
  readonly uptimeMs: number;
  /** What is not ready: channels by name, or why the process as a whole is not. */
  readonly failing: readonly string[];
  readonly phase: "starting" | "started" | "draining";
  readonly eventLoop: JsonObject;
};

export const answerProbe = (request: IncomingMessage, response: ServerResponse, state: ProbeState): void => {
  const path = (request.url ?? "/").split("?")[0] ?? "/";
  const answer = probes[path];
  if (answer === undefined) {
    // Every other path shows the Control UI with 200, `/metrics` too: a trap the demo keeps.
    response.writeHead(200, { "content-type": "text/html; charset=utf-8", "cache-control": "no-cache" });
    response.end('<!doctype html>\n<html lang="en"><head><title>OpenClaw Control</title></head></html>\n');
    return;
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.writeHead(405, { allow: "GET, HEAD" });
    response.end();
    return;
  }
  const { status, body } = answer(state);
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  response.end(request.method === "HEAD" ? undefined : JSON.stringify(body));
};

type ProbeAnswer = (state: ProbeState) => { readonly status: number; readonly body: JsonObject };

const live: ProbeAnswer = () => ({ status: 200, body: { ok: true, status: "live" } });

const ready: ProbeAnswer = ({ phase, failing, uptimeMs, eventLoop }) => {
  const all =
    phase === "starting" ? ["startup-sidecars"] : phase === "draining" ? ["gateway-draining"] : failing;
  return {
    status: all.length === 0 ? 200 : 503,
    body: { ready: all.length === 0, failing: all, uptimeMs, eventLoop },
  };
};

const startup: ProbeAnswer = ({ phase, version, uptimeMs }) => ({
  status: phase === "started" ? 200 : 503,
  body: {
    ok: phase === "started",
    status: phase,
    version,
    uptimeMs,
    ...(phase === "starting" ? { pendingReason: "startup-sidecars" } : {}),
  },
});

const probes: Readonly<Record<string, ProbeAnswer>> = {
  "/health": live,
  "/healthz": live,
  "/ready": ready,
  "/readyz": ready,
  "/startupz": startup,
};
