import * as z from "zod";
import { actOnGateway, type GatewayPorts, type GatewaySettings } from "../../../clients/index.ts";
import { type Clock, harmlessLine, sleep } from "../../../ground/index.ts";
import type { Sentence } from "../../sentences/index.ts";

export type HotVerdict =
  { readonly kind: "taken-over" } | { readonly kind: "refused"; readonly why: Sentence };

const answer = z.object({
  valid: z.boolean().optional(),
  issues: z.array(z.object({ message: z.string() })).optional(),
  configRevisionHash: z.string().optional(),
  appliedConfigHash: z.string().optional(),
});

const withinMs = 30_000;
const pollMs = 500;

/**
 * Waits until a running gateway works with the configuration that was put under it: valid, and saved and applied the
 * same. A gateway that restarts itself for it is asked again until it answers.
 */
export const confirmHotConfig = async (place: {
  readonly settings: GatewaySettings;
  readonly ports: GatewayPorts;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}): Promise<HotVerdict> => {
  const { settings, ports, clock, signal } = place;
  const until = clock.steady() + withinMs;
  let last = "it did not answer";
  while (clock.steady() < until) {
    signal.throwIfAborted();
    const seen = await ask(settings, ports).catch((error: unknown) => {
      last = error instanceof Error ? harmlessLine(error.message, 200) : String(error);
      return undefined;
    });
    if (seen?.valid === false) {
      const issue = harmlessLine(seen.issues?.[0]?.message ?? "it does not say why", 300);
      return { kind: "refused", why: { say: "config-refused", issue } };
    }
    if (seen?.valid === true) {
      if (seen.configRevisionHash === undefined || seen.configRevisionHash === seen.appliedConfigHash) {
        return { kind: "taken-over" };
      }
      last = "it has read the configuration and does not use it yet";
    }
    await sleep(clock, pollMs);
  }
  return {
    kind: "refused",
    why: { say: "config-not-taken", withinS: withinMs / 1000, last },
  };
};

const ask = (settings: GatewaySettings, ports: GatewayPorts) =>
  actOnGateway(settings, ports, {
    scopes: ["operator.read"],
    method: "config.get",
    params: {},
    timeoutMs: 5_000,
    read: (payload) => answer.parse(payload),
  });
