import { openJournal, type Vault } from "../core/index.ts";
import { ExitCode, Problem } from "../ground/index.ts";
import type { GatewaySettings } from "../clients/index.ts";
import { planCleanup, rulesOf, saveSnapshot, stateSource } from "../keeping/index.ts";
import { summaryOf, type EffectsOptions } from "../watch/effects/index.ts";
import { hasVault, unasked } from "./beside.ts";
import type { Context } from "./cli/command.ts";
import { audit } from "./cli/takeback/audit.ts";
import { serviceFor, type FleetSource } from "./fleet-source.ts";
import { openConfiguredVault } from "./vault-source.ts";

/** What the guard has taken carries this, and nothing else is deleted by it. */
const guardTag = "guard";

const cleanUpEveryMs = 3_600_000;

/** What a guard does when a policy asks: it takes snapshots into a vault that is there, and restarts through services. */
export const guardDeeds = (
  context: Context,
  fleet: FleetSource,
): Required<Pick<EffectsOptions, "takeSnapshot" | "recover">> => {
  let cleanedAt = 0;
  return {
    takeSnapshot: async ({ as, gateway, reason }) => {
      const { policies, vault: place } = await context.config();
      if (!hasVault(place.path)) return undefined;
      const { vault, settings } = await openConfiguredVault(unasked(context), "threads");
      const { stateDir } = gatewayOf(fleet, gateway);
      const source = await stateSource({
        env: context.env,
        vault: settings.path,
        ...(stateDir === undefined ? {} : { stateDir }),
      });
      const { snapshot } = await saveSnapshot(vault, source, {
        kind: as,
        gateway,
        tags: [guardTag],
        description: reason,
        signal: context.signal,
      });
      const now = context.clock.now();
      if (policies.snapshots.cleanUp && now - cleanedAt >= cleanUpEveryMs) {
        cleanedAt = now;
        await cleanUp(context, vault, settings.retention);
      }
      return summaryOf(snapshot, gateway);
    },
    recover: async ({ deed, gateway, reason }) => {
      const settings = gatewayOf(fleet, gateway);
      refuse(settings);
      const service = serviceFor(settings, fleet, context);
      const { outcome } = await service[deed]({ signal: context.signal, whenOver: "leave" });
      await audit(context, { deed: `guard ${deed}`, gateway, reason, outcome });
      if (outcome === "done" || outcome === "already") return outcome;
      throw new Problem("RECOVERY_FAILED", `The ${deed} of ${gateway} ended with: ${outcome}.`, {
        hint: `See why: clawback service status --gateway ${gateway}`,
      });
    },
  };
};

const gatewayOf = (fleet: FleetSource, name: string): GatewaySettings => {
  const found = fleet.gateways.find((each) => each.name === name);
  if (found === undefined) throw new TypeError(`${name} is not watched here`);
  return found;
};

const refuse = ({ name, readOnly, service, stateDir }: GatewaySettings): void => {
  const why = readOnly
    ? "is configured read-only"
    : service.kind === "none"
      ? "has no service configured"
      : stateDir !== undefined && openJournal(stateDir) !== undefined
        ? "has a restore under way or waiting to be accepted"
        : undefined;
  if (why === undefined) return;
  throw new Problem("RECOVERY_REFUSED", `${name} was not restarted: it ${why}.`, {
    hint: "Restart it by hand, or set recovery.restart.after to never.",
    exit: ExitCode.refused,
  });
};

/** By the retention of the configuration, and of what the guard itself has taken only: what people took is theirs. */
const cleanUp = async ({ clock, signal }: Context, vault: Vault, retention: string): Promise<void> => {
  const { remove } = planCleanup(await vault.list(), rulesOf(retention), clock.now());
  const ids = remove
    .filter(({ snapshot }) => snapshot.tags.includes(guardTag))
    .map(({ snapshot }) => snapshot.id);
  if (ids.length === 0) return;
  await vault.delete(ids);
  await vault.collect({ signal });
};
