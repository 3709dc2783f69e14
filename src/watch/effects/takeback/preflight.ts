import { hostname } from "node:os";
import type { ServiceStatus } from "../../../clients/index.ts";
import { openJournal, type TakebackScope } from "../../../core/index.ts";
import type { Owner, StateReading } from "../../../openclaw/index.ts";
import { asTold } from "../../sentences/index.ts";
import type { Migration } from "../../takeback/migration.ts";
import { schemaSteps } from "../../takeback/plan-losses.ts";
import { pass, stop, warn, type PreflightItem, type RestorePlan } from "../../takeback/restore-plan.ts";
import { placeItem } from "./place-item.ts";
import type { PlanRestoreOptions } from "./plan-restore.ts";

/** What was seen of both sides before anything is judged. */
export type Looked = PlanRestoreOptions & {
  readonly owner: Owner;
  readonly status: ServiceStatus;
  readonly running: boolean;
  readonly hot: boolean;
  readonly before: StateReading;
  readonly saved: StateReading;
  readonly space: RestorePlan["space"];
  readonly scope: TakebackScope;
  readonly damaged: readonly string[];
  readonly migration: Migration | undefined;
  readonly homeless: readonly string[];
};

/** Everything that could stand in the way, each with its evidence; a stop has a way out. */
export const preflight = (looked: Looked): readonly PreflightItem[] => [
  readOnlyItem(looked),
  pendingItem(looked),
  snapshotItem(looked),
  originItem(looked),
  versionItem(looked),
  ownerItem(looked),
  ...looked.source.present
    .filter(({ prefix }) => looked.scope.extent.kind === "whole" || inScope(looked.scope, prefix))
    .map((root) => placeItem(root)),
  spaceItem(looked),
  wholeSetItem(looked),
];

const inScope = (scope: TakebackScope, prefix: string): boolean =>
  prefix === "" || scope.extent.kind === "whole" || scope.extent.includes(prefix);

const readOnlyItem = ({ readOnly, settings }: Looked): PreflightItem =>
  readOnly || settings.readOnly
    ? stop("may change", { say: "is-read-only", gateway: settings.name }, { say: "allow-change" })
    : pass("may change", { say: "not-read-only" });

const pendingItem = ({ source }: Looked): PreflightItem => {
  const journal = openJournal(source.stateDir);
  return journal === undefined
    ? pass("nothing pending", { say: "none-pending" })
    : stop(
        "nothing pending",
        { say: "one-pending", snapshot: journal.begun.snapshot },
        { say: "decide-pending" },
      );
};

const snapshotItem = ({ damaged, snapshot }: Looked): PreflightItem =>
  damaged[0] === undefined
    ? pass("snapshot is whole", { say: "snapshot-whole", snapshot: snapshot.id })
    : stop("snapshot is whole", asTold(damaged[0]), { say: "choose-another" });

const originItem = ({ snapshot, source, migration, homeless, scope }: Looked): PreflightItem => {
  const check = "same place";
  const elsewhere = { say: "stopped-for-good" } as const;
  if (homeless[0] !== undefined) {
    return stop(check, { say: "no-such-place", place: homeless[0] }, { say: "give-workspace" });
  }
  if (migration !== undefined && scope.extent.kind === "part") {
    return stop(
      check,
      {
        say: "part-of-elsewhere",
        from: migration.from.label,
        there: snapshot.stateDir,
        here: source.stateDir,
      },
      { say: "lay-beside", snapshot: snapshot.id },
    );
  }
  if (migration !== undefined) {
    return warn(
      check,
      {
        say: "moves-here",
        from: migration.from.label,
        host: migration.from.host,
        there: snapshot.stateDir,
        to: migration.to.label,
        here: source.stateDir,
      },
      elsewhere,
    );
  }
  return snapshot.host === hostname()
    ? pass(check, { say: "taken-here", stateDir: source.stateDir })
    : warn(check, { say: "taken-elsewhere", there: snapshot.host, here: hostname() }, elsewhere);
};

const versionItem = ({ before, saved, snapshot, migration, settings }: Looked): PreflightItem => {
  const moved = migration !== undefined && snapshot.gateway !== null && snapshot.gateway !== settings.name;
  const [there, here] = [snapshot.gatewayVersion ?? saved.gatewayVersion, before.gatewayVersion];
  if (moved && there !== undefined && here !== undefined && there !== here) {
    return stop(
      "Version mismatch",
      { say: "versions-differ", from: migration.from.label, there, to: migration.to.label, here },
      { say: "same-versions" },
    );
  }
  const newer = schemaSteps(before, saved).find(
    ({ now, inSnapshot: older }) => now !== null && older !== null && older > now,
  );
  const [from, to] = [snapshot.gatewayVersion ?? saved.gatewayVersion ?? "?", before.gatewayVersion ?? "?"];
  if (newer !== undefined) {
    return stop(
      "versions fit",
      {
        say: "schema-newer",
        database: newer.database,
        saved: newer.inSnapshot ?? 0,
        known: newer.now ?? 0,
        from,
        to,
      },
      { say: "update-first", version: from },
    );
  }
  const older = schemaSteps(before, saved)[0];
  if (older !== undefined && older.now !== null) {
    return warn(
      "versions fit",
      {
        say: "schema-older",
        database: older.database,
        now: older.now,
        saved: older.inSnapshot ?? 0,
      },
      { say: "brings-up-to-date", version: to },
    );
  }
  if (from === to && from !== "?") return pass("versions fit", { say: "same-version", version: to });
  const schemas = sameSchemas(before, saved);
  return from !== "?" && to !== "?"
    ? pass("versions fit", { say: "version-moved", from, to, schemas })
    : warn("versions fit", { say: "version-unknown", from, to, schemas }, { say: "no-older-openclaw" });
};

/** Whether there was anything to compare, and it is the same: what is not known on either side proves nothing. */
const sameSchemas = (before: StateReading, saved: StateReading): boolean => {
  const now = new Map(before.agents.map(({ id, schemaVersion }) => [id, schemaVersion]));
  return saved.agents.some(
    ({ id, schemaVersion }) => schemaVersion !== undefined && now.get(id) === schemaVersion,
  );
};

const ownerItem = ({
  owner,
  status,
  running,
  hot,
  settings,
  service,
  controllable,
}: Looked): PreflightItem => {
  const check = "gateway can be stopped";
  if (hot) return pass(check, { say: "no-stop-needed" });
  if (!running && owner.kind !== "unknown") {
    return !controllable
      ? warn(check, { say: "does-not-run" }, { say: "start-yourself" })
      : pass(check, { say: "will-be-started", service: service.words });
  }
  if (owner.kind === "unknown") {
    return stop(check, asTold(owner.evidence.join("; ")), { say: "find-who" });
  }
  if (!controllable) {
    return stop(
      check,
      { say: "cannot-be-stopped", ...(owner.pid === undefined ? {} : { process: owner.pid }) },
      { say: "name-service", gateway: settings.name },
    );
  }
  return pass(check, {
    say: "is-stopped-by",
    service: service.words,
    ...(status.pid === undefined ? {} : { process: status.pid }),
    restarts: status.restarts === true,
  });
};

const spaceItem = ({ space }: Looked): PreflightItem => {
  const needed = { say: "space-needed", needs: space.needBytes, free: space.freeBytes } as const;
  return space.freeBytes >= space.needBytes
    ? pass("space", needed)
    : stop("space", needed, { say: "free-space" });
};

const wholeSetItem = ({ source, snapshot, scope, before }: Looked): PreflightItem => {
  const check = "state and workspaces as one";
  if (scope.extent.kind === "part") return pass(check, { say: "only-a-part", scope: scope.words });
  const outside = source.present.filter(({ prefix }) => prefix !== "");
  return pass(
    check,
    outside.length === 0
      ? { say: "agents-inside", agents: before.agents.length }
      : { say: "with-workspaces", places: outside.map(({ path }) => path), snapshot: snapshot.id },
  );
};
