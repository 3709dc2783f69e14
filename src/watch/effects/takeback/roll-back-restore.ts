import type { GatewayPorts, GatewaySettings, Service } from "../../../clients/index.ts";
import { claimOrRefuse, phaseOf, putBack, release, type Journal, type Vault } from "../../../core/index.ts";
import type { Clock } from "../../../ground/index.ts";
import { saveSnapshot, type StateSource } from "../../../keeping/index.ts";
import type { RestoreEvent } from "../../takeback/restore-event.ts";
import { runAgain, stopGateway, type Draining } from "./drive-gateway.ts";
import { teller } from "./under-way.ts";
import { afterStop, whyNot, withState } from "./way-back.ts";

const nothingChanged = { wayOut: "ctrl-c: nothing was changed" };

export type RollBackOptions = Draining & {
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
  const { journal, clock } = options;
  await claimOrRefuse(journal, clock);
  try {
    return await carryOut(options);
  } finally {
    await release(journal, clock);
  }
};

const carryOut = async (options: RollBackOptions): Promise<RolledBack> => {
  const { journal, vault, source, settings, service, clock, signal, reason } = options;
  const tell = teller(options);
  const hot = journal.exchanges.every((each) => each.kind === "swap" && each.seamless === true);
  let safetySnapshot: string;
  let wasRunning = false;
  let stopped = false;
  try {
    tell("safety-snapshot", "begun", { say: "snapshot-since" }, nothingChanged);
    const { snapshot: taken } = await saveSnapshot(vault, source, {
      kind: "pre-restore",
      gateway: settings.name,
      description: `before the restore of ${journal.begun.snapshot} was rolled back`,
      signal,
    });
    safetySnapshot = taken.id;
    tell("safety-snapshot", "done", { say: "snapshot-is", snapshot: taken.id, fresh: taken.newBytes });
    const { state } = await service.status(signal);
    wasRunning = state === "running" || state === "starting";
    if (!hot && wasRunning) {
      journal.append({ step: "noted", at: clock.now(), what: "stopping", detail: service.words });
      stopped = true;
      await stopGateway({ ...options, tell, wayOut: "ctrl-c: it is started again, nothing was changed" });
    }
    await putBack(journal, reason, { clock, owner: hot ? "hot" : "must-be-gone" });
  } catch (error) {
    // Something may have moved: the journal knows, and the next command of ours finishes it.
    if (phaseOf(journal.records) !== "in-place") throw error;
    const stands = stopped ? await afterStop({ ...options, tell }, error) : undefined;
    throw withState(whyNot(options, error, "rollback-called-off"), stands);
  }
  tell("put-back", "done", { say: "old-is-back" });
  const result = { outcome: "rolled-back" as const, safetySnapshot, wasRunning };
  if (hot || !wasRunning || !options.controllable) return { ...result, running: hot && wasRunning };
  return { ...result, running: (await runAgain({ settings, service, clock, tell })) === "ready" };
};
