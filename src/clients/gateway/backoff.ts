import type { ConnectionState } from "../facts.ts";

/**
 * How long to wait before the next attempt. A gateway that restarts is back within seconds, and somebody is looking:
 * never longer than 3 s then, never longer than 10 s otherwise. The whole wait is random (full jitter), so that a
 * fleet that lost its network together does not come back together.
 */
export const backoffMs = (state: ConnectionState["kind"], failures: number, random: () => number): number => {
  const patient = patientMs[state];
  if (patient !== undefined) return patient * (0.8 + 0.4 * random());
  const cap = soon.has(state) ? 3_000 : 10_000;
  const ceiling = Math.min(cap, 1_000 * 2 ** Math.min(failures, 10));
  return 50 + (ceiling - 50) * random();
};

const soon: ReadonlySet<ConnectionState["kind"]> = new Set(["stopping", "crashed", "booting", "half-open"]);

/** States that only a person changes: asked again now and then, not hammered. Some answers cost the other side. */
const patientMs: Partial<Record<ConnectionState["kind"], number>> = {
  pairing: 10_000,
  "under-scoped": 60_000,
  unauthorised: 60_000,
  incompatible: 60_000,
};
