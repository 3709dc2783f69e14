import type { JsonObject } from "./json.ts";
import type { Random } from "./random.ts";
import type { Timers } from "./timers.ts";

/** The lease under which a gateway stands still for a snapshot. It ends by itself when whoever asked is gone. */
export type Suspension = {
  readonly phase: () => "accepting" | "prepared";
  readonly lease: (id: string) => { readonly expiresAtMs: number } | undefined;
  readonly prepare: () => { readonly suspensionId: string; readonly expiresAtMs: number };
  readonly resume: (id: string) => boolean;
};

const leaseMs = 120_000;

export const suspensionOf = (
  timers: Timers,
  random: Random,
  broadcast: (event: string, payload: JsonObject) => void,
): Suspension => {
  let held: { readonly id: string; readonly expiresAtMs: number; readonly cancel: () => void } | undefined;
  const release = (): void => {
    held?.cancel();
    held = undefined;
    broadcast("gateway.suspension", { phase: "accepting" });
  };
  return {
    phase: () => (held === undefined ? "accepting" : "prepared"),
    lease: (id) => (held?.id === id ? { expiresAtMs: held.expiresAtMs } : undefined),
    prepare: () => {
      held?.cancel();
      broadcast("gateway.suspension", { phase: "preparing" });
      const id = random.uuid();
      held = { id, expiresAtMs: timers.now() + leaseMs, cancel: timers.real(leaseMs, release) };
      broadcast("gateway.suspension", { phase: "prepared" });
      return { suspensionId: id, expiresAtMs: held.expiresAtMs };
    },
    resume: (id) => {
      if (held?.id !== id) return false;
      release();
      return true;
    },
  };
};
