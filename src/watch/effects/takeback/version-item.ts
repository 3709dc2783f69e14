import type { Sentence } from "../../sentences/index.ts";
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
  const order = from === undefined || here === undefined ? undefined : versionOrder(from, here);
  if (moved && from !== undefined && here !== undefined && from !== here) {
    const [there, to] = [migration.from.label, migration.to.label];
    // What was taken of the newer one can wait for the other.
    const isOlderHere = order !== undefined && order > 0;
    return stop(
      "Version mismatch",
      { say: "versions-differ", from: there, there: from, to, here },
      isOlderHere
        ? { say: "same-versions", older: to, version: from, anew: false }
        : { say: "same-versions", older: there, version: here, anew: true },
    );
  }
  const check = "versions fit";
  const steps = schemaSteps(before, saved).flatMap(({ database, now, inSnapshot }) =>
    now === null || inSnapshot === null ? [] : [{ database, now, inSnapshot }],
  );
  const same = hasSameSchemas(before, saved);
  const releases: Sentence = {
    say: "taken-and-here",
    ...(from === undefined ? {} : { from }),
    ...(here === undefined ? {} : { here }),
    runs: installed !== undefined,
  };
  const newer = steps.filter((step) => step.inSnapshot > step.now);
  if (newer.length > 0 || (order !== undefined && order > 0 && !same)) {
    return stop(
      check,
      { say: "older-does-not-start", releases, databases: newer.map(stepSaid("schema-newer")) },
      { say: "update-first", ...(from === undefined ? {} : { version: from }), snapshot: snapshot.id },
    );
  }
  if (steps.length > 0) {
    return warn(
      check,
      { say: "first-start-migrates", releases, databases: steps.map(stepSaid("schema-migrates")) },
      { say: installed === undefined ? "older-starts-as-is" : "start-takes-longer" },
    );
  }
  if (from !== undefined && from === here) return pass(check, { say: "same-version", version: from });
  return from !== undefined && here !== undefined
    ? pass(check, { say: "releases-fit", releases, schemas: same })
    : warn(check, { say: "releases-unknown", releases, schemas: same }, { say: "no-older-openclaw" });
};

type KnownStep = { readonly database: string; readonly now: number; readonly inSnapshot: number };

const stepSaid =
  (say: "schema-newer" | "schema-migrates") =>
  ({ database, now, inSnapshot }: KnownStep): Sentence => ({ say, database, saved: inSnapshot, here: now });
