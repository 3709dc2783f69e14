import { asTold } from "../../sentences/index.ts";
import { hasSameSchemas, schemaSteps } from "../../takeback/plan-losses.ts";
import { pass, stop, warn, type PreflightItem } from "../../takeback/restore-plan.ts";
import { versionOrder } from "../../takeback/version-order.ts";
import type { Looked } from "./preflight.ts";

/** What of both sides this looks at. */
export type LookedAtVersions = Pick<Looked, "before" | "saved" | "migration" | "takenOf" | "installed"> & {
  readonly snapshot: Pick<Looked["snapshot"], "id" | "gateway">;
  readonly settings: Pick<Looked["settings"], "name">;
};

/**
 * Whether the OpenClaw here can read what comes back. A newer one brings older databases up to date when it starts on
 * them; an older one refuses to start on newer ones, whatever else is well.
 */
export const versionItem = (looked: LookedAtVersions): PreflightItem => {
  const { before, saved, snapshot, migration, settings, installed } = looked;
  const moved = migration !== undefined && snapshot.gateway !== null && snapshot.gateway !== settings.name;
  const from = looked.takenOf;
  const here = installed ?? before.gatewayVersion;
  if (moved && from !== undefined && here !== undefined && from !== here) {
    return stop(
      "Version mismatch",
      { say: "versions-differ", from: migration.from.label, there: from, to: migration.to.label, here },
      { say: "same-versions" },
    );
  }
  const check = "versions fit";
  const steps = schemaSteps(before, saved).flatMap(({ database, now, inSnapshot }) =>
    now === null || inSnapshot === null ? [] : [{ database, now, inSnapshot }],
  );
  const same = hasSameSchemas(before, saved);
  const order = from === undefined || here === undefined ? undefined : versionOrder(from, here);
  const taken = `taken of OpenClaw ${from ?? "?"}`;
  const is = installed === undefined ? `${here ?? "?"} ran here last` : `${installed} runs here`;
  const newer = steps.filter((step) => step.inSnapshot > step.now);
  if (newer.length > 0 || (order !== undefined && order > 0 && !same)) {
    const why = newer.map(
      ({ database, now, inSnapshot }) => `${database}: schema ${inSnapshot}, here ${now}`,
    );
    return stop(
      check,
      asTold(
        `${taken}, and ${is}: an older one does not start on newer databases${why.length === 0 ? "" : ` (${why.join("; ")})`}`,
      ),
      asTold(
        `Update OpenClaw to ${from ?? "the newer one"} or later first. To look into the snapshot without that: clawback snapshots restore ${snapshot.id} --target DIR`,
      ),
    );
  }
  if (steps.length > 0) {
    const migrated = steps.map(
      ({ database, now, inSnapshot }) => `${database} from schema ${inSnapshot} to ${now}`,
    );
    return warn(
      check,
      asTold(`${taken}, and ${is}: its first start migrates ${migrated.join(", ")}`),
      asTold(
        installed === undefined
          ? "If an older OpenClaw is installed by now, it starts on them as they are. A first start takes longer than usual."
          : "Nothing to do: this start takes longer than usual.",
      ),
    );
  }
  if (from !== undefined && from === here) return pass(check, { say: "same-version", version: from });
  const schemas = same ? "same schemas" : "no schema to compare";
  return from !== undefined && here !== undefined
    ? pass(check, asTold(`${taken}, and ${is}, ${schemas}`))
    : warn(
        check,
        asTold(`not known: ${taken}, and ${is}, ${schemas}`),
        asTold("Make sure that the OpenClaw here is no older than the one the snapshot was taken of."),
      );
};
