import { isProblem } from "../../ground/index.ts";
import { startupAnswer } from "../probes/health-answer.ts";
import { httpGet, jsonIn } from "../probes/http-get.ts";
import type { GatewaySettings } from "../settings.ts";
import type { Address } from "./address.ts";
import { trustOf } from "./trust.ts";

/** What `/startupz` says while nobody can connect yet: asked only between attempts. */
export type StartupProbe =
  | { readonly kind: "refused" }
  | { readonly kind: "starting"; readonly uptimeMs: number | undefined; readonly pending: string | undefined }
  /** Started, or not a gateway that has this probe: to connect tells what is the matter. */
  | { readonly kind: "try" };

const withinMs = 2_000;
const bodyMaxBytes = 16_384;

export const probeStartup = async (
  settings: Pick<GatewaySettings, "tls">,
  address: Address,
  signal: AbortSignal,
): Promise<StartupProbe> => {
  try {
    const answer = await httpGet(new URL("/startupz", address.http), {
      signal,
      timeoutMs: withinMs,
      trust: await trustOf(settings),
      maxBytes: bodyMaxBytes,
      headers: { accept: "application/json" },
    });
    if (answer.kind === "refused") return { kind: "refused" };
    const startup = startupAnswer(jsonIn(answer));
    return startup?.phase === "starting"
      ? { kind: "starting", uptimeMs: startup.uptimeMs, pending: startup.pending }
      : { kind: "try" };
  } catch (error) {
    // Called off, or a certificate of ours that cannot be read: what comes next says so.
    if (signal.aborted || isProblem(error)) return { kind: "try" };
    throw error;
  }
};
