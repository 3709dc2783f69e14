import type { GatewayPorts, GatewaySettings, Service } from "../../../clients/index.ts";
import { putBack, type Journal, type Vault } from "../../../core/index.ts";
import { bytes, type Clock } from "../../../ground/index.ts";
import { saveSnapshot, type StateSource } from "../../../keeping/index.ts";
import type { RestoreEvent } from "../../takeback/restore-event.ts";
import { stopGateway, watchReady } from "./drive-gateway.ts";
import { teller } from "./under-way.ts";

export type RollBackOptions = {
  readonly journal: Journal;
  readonly vault: Vault;
  readonly source: StateSource;
  readonly settings: GatewaySettings;
  readonly service: Service;
  readonly controllable: boolean;
  readonly ports: GatewayPorts;
  readonly reason: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onEvent: (event: RestoreEvent) => void;
  readonly settleMs?: number;
};

export type RolledBack = {
  readonly outcome: "rolled-back";
  readonly safetySnapshot: string;
  readonly wasRunning: boolean;
  readonly running: boolean;
};

/** Undoes a restore that is in place, because a person wants that: as guarded as the restore itself. */
export const rollBackRestore = async (options: RollBackOptions): Promise<RolledBack> => {
  const { journal, vault, source, settings, service, clock, signal, reason } = options;
  const tell = teller(options);
  tell("safety-snapshot", "begun", "a snapshot of how it is now: what was written since the restore");
  const { snapshot: taken } = await saveSnapshot(vault, source, {
    kind: "pre-restore",
    gateway: settings.name,
    description: `before the restore of ${journal.begun.snapshot} was rolled back`,
    signal,
  });
  tell("safety-snapshot", "done", `${taken.id}: ${bytes(taken.newBytes)} new`);
  const hot = journal.exchanges.every((each) => each.kind === "swap" && each.seamless === true);
  const { state } = await service.status(signal);
  const wasRunning = state === "running" || state === "starting";
  if (!hot && wasRunning) {
    await stopGateway({ ...options, tell, wayOut: "ctrl-c: nothing was changed yet" });
  }
  await putBack(journal, reason, { clock, owner: hot ? "hot" : "must-be-gone" });
  tell("put-back", "done", "all of the old state is there again");
  const result = { outcome: "rolled-back" as const, safetySnapshot: taken.id, wasRunning };
  if (hot || !wasRunning || !options.controllable) return { ...result, running: hot && wasRunning };
  tell("start", "begun", `asking ${service.words} to start it`);
  const started = await service.start({ signal });
  if (started.outcome !== "done" && started.outcome !== "already") return { ...result, running: false };
  const readiness = await watchReady({ settings, service, clock, signal, tell });
  return { ...result, running: readiness.kind !== "failed" };
};
