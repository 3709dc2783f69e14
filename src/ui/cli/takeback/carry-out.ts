import type { Vault } from "../../../core/index.ts";
import { problemOf } from "../../../ground/index.ts";
import type { StateSource } from "../../../keeping/index.ts";
import {
  restoreInPlace,
  type Draining,
  type PreparedRestore,
  type RestoreResult,
} from "../../../watch/effects/index.ts";
import { rememberRestore } from "../../tell-watchers.ts";
import type { Context } from "../command.ts";
import { audit } from "./audit.ts";
import type { Desk } from "./desk.ts";
import { tellRestore } from "./event-line.ts";

export type CarryOut = Draining & {
  readonly vault: Vault;
  readonly prepared: PreparedRestore;
  readonly source: StateSource;
  /** What it is called in the audit log. */
  readonly deed: string;
  readonly reason?: string;
  readonly signal: AbortSignal;
};

/** Does what the plan says, tells each step, and writes down how it ended, whichever way. */
export const carryOut = async (context: Context, desk: Desk, work: CarryOut): Promise<RestoreResult> => {
  const { settings, fleet, stateDir } = desk;
  const { plan } = work.prepared;
  const write = async (outcome: string): Promise<void> => {
    await audit(context, {
      deed: work.deed,
      gateway: settings.name,
      snapshot: plan.snapshot.id,
      scope: plan.scope,
      outcome,
      ...(work.reason === undefined ? {} : { reason: work.reason }),
    });
    await rememberRestore(context, fleet, settings.name, stateDir);
  };
  let result: RestoreResult;
  try {
    result = await restoreInPlace({
      ...work,
      vaultPath: (await context.config()).vault.path,
      lookAgain: desk.live,
      settings,
      ports: desk.ports,
      service: desk.service,
      controllable: desk.controllable,
      clock: context.clock,
      onEvent: tellRestore(context),
    });
  } catch (error) {
    await write(`failed: ${problemOf(error).code}`);
    throw error;
  } finally {
    // Cut off in the middle of something that moves, its line would stand before what is said next.
    context.progress(undefined);
  }
  await write(result.outcome);
  return result;
};
