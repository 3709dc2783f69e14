import { hostname } from "node:os";
import type { ServiceStatus } from "../../../clients/index.ts";
import { openJournal, type TakebackScope } from "../../../core/index.ts";
import { bytes, count } from "../../../ground/index.ts";
import type { Owner, StateReading } from "../../../openclaw/index.ts";
import type { Migration } from "../../takeback/migration.ts";
import { schemaSteps } from "../../takeback/plan-losses.ts";
import { pass, stop, warn, type PreflightItem, type RestorePlan } from "../../takeback/restore-plan.ts";
import { placeItem } from "./place-item.ts";
import type { Damage, PlanRestoreOptions } from "./plan-restore.ts";

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
  readonly damage: Damage;
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
    ? stop(
        "may change",
        `${settings.name} is read-only here`,
        "Run without --read-only, or remove readOnly from its configuration.",
      )
    : pass("may change", "not read-only");

const pendingItem = ({ source }: Looked): PreflightItem => {
  const journal = openJournal(source.stateDir);
  return journal === undefined
    ? pass("nothing pending", "no other restore of this state is under way")
    : stop(
        "nothing pending",
        `a restore of ${journal.begun.snapshot} has not been accepted or rolled back`,
        "`clawback restore status` shows it; then `clawback restore accept` or `clawback restore rollback`.",
      );
};

const snapshotItem = ({ damage: { lost, spared }, snapshot }: Looked): PreflightItem => {
  const check = "snapshot is whole";
  if (lost[0] !== undefined) {
    return stop(check, lost[0], "Choose another: `clawback snapshots verify --all` says which are whole.");
  }
  return spared === 0
    ? pass(
        check,
        `everything ${snapshot.id} needs is in the vault; each byte is checked again while it is written`,
      )
    : warn(
        check,
        `the vault has lost ${spared === 1 ? "a file" : `${count(spared)} files`} of ${snapshot.id} that the live state still has: taken from there, each byte checked`,
        "If one of them changes before it is taken, the restore stops and touches nothing. `clawback snapshots repair` mends the vault with the next snapshot.",
      );
};

const originItem = ({ snapshot, source, migration, homeless, scope }: Looked): PreflightItem => {
  const check = "same place";
  const elsewhere =
    "Make sure that the gateway there is stopped for good: two with the same keys answer each other's messages.";
  if (homeless[0] !== undefined) {
    return stop(
      check,
      `the snapshot has ${homeless[0]}, and there is no such place here`,
      "Give this gateway a workspace of that agent in its configuration first, or leave it out with --except workspace.",
    );
  }
  if (migration !== undefined && scope.extent.kind === "part") {
    return stop(
      check,
      `taken of ${migration.from.label}, ${snapshot.stateDir}, and this is ${source.stateDir}`,
      `Only all of it can move to another place. A part can be laid out beside: \`clawback snapshots restore ${snapshot.id} --target DIR\`.`,
    );
  }
  if (migration !== undefined) {
    return warn(
      check,
      `it moves from ${migration.from.label} (${migration.from.host}, ${snapshot.stateDir}) to ${migration.to.label} (${source.stateDir})`,
      elsewhere,
    );
  }
  return snapshot.host === hostname()
    ? pass(check, `taken of ${source.stateDir} on this host`)
    : warn(check, `taken on ${snapshot.host}, and this is ${hostname()}`, elsewhere);
};

const versionItem = ({ before, saved, snapshot, migration, settings }: Looked): PreflightItem => {
  const moved = migration !== undefined && snapshot.gateway !== null && snapshot.gateway !== settings.name;
  const [there, here] = [snapshot.gatewayVersion ?? saved.gatewayVersion, before.gatewayVersion];
  if (moved && there !== undefined && here !== undefined && there !== here) {
    return stop(
      "Version mismatch",
      `${migration.from.label} (v${there}) vs ${migration.to.label} (v${here})`,
      "Bring both to the same version, take a new snapshot there, and try again.",
    );
  }
  const newer = schemaSteps(before, saved).find(
    ({ now, inSnapshot: older }) => now !== null && older !== null && older > now,
  );
  const [from, to] = [snapshot.gatewayVersion ?? saved.gatewayVersion ?? "?", before.gatewayVersion ?? "?"];
  if (newer !== undefined) {
    return stop(
      "versions fit",
      `the snapshot's ${newer.database} database has schema ${newer.inSnapshot}, and the gateway here knows ${newer.now} (${from} → ${to})`,
      `Update OpenClaw to ${from} or later first: an older gateway cannot read it.`,
    );
  }
  const older = schemaSteps(before, saved)[0];
  if (older !== undefined && older.now !== null) {
    return warn(
      "versions fit",
      `${older.database} goes from schema ${older.now} back to ${older.inSnapshot}`,
      `The gateway (${to}) brings it up to date when it starts; this takes longer than usual.`,
    );
  }
  if (from === to && from !== "?") return pass("versions fit", `both ${to}`);
  const schemas = sameSchemas(before, saved) ? "same schemas" : "no schema to compare";
  return from !== "?" && to !== "?"
    ? pass("versions fit", `from ${from}, now ${to}, ${schemas}`)
    : warn(
        "versions fit",
        `not known: from ${from}, now ${to}, ${schemas}`,
        "Make sure that the OpenClaw here is no older than the one the snapshot was taken of.",
      );
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
  if (hot) return pass(check, "not needed: it takes the configuration over while it runs");
  if (!running && owner.kind !== "unknown") {
    return !controllable
      ? warn(
          check,
          "it does not run",
          "Nothing is known about how it is started: start it yourself when the files are in place.",
        )
      : pass(check, `it does not run; ${service.words} will start it`);
  }
  if (owner.kind === "unknown") {
    return stop(
      check,
      owner.evidence.join("; "),
      "Find out who uses this state directory and stop it; nothing moves while that is not known.",
    );
  }
  if (!controllable) {
    return stop(
      check,
      `it runs${owner.pid === undefined ? "" : ` as process ${owner.pid}`}, and nothing is known about how it is stopped and started`,
      `Name its \`service\` in the configuration of ${settings.name}, or stop it by hand first.`,
    );
  }
  return pass(
    check,
    `${service.words}${status.pid === undefined ? "" : `, process ${status.pid}`}${status.restarts === true ? "; it is the supervisor that is told, so it is not started again" : ""}`,
  );
};

const spaceItem = ({ space }: Looked): PreflightItem => {
  const evidence = `needs ${bytes(space.needBytes)}, free ${bytes(space.freeBytes)}`;
  return space.freeBytes >= space.needBytes
    ? pass("space", evidence)
    : stop(
        "space",
        evidence,
        "Free some space there: the old state is kept beside the new one until you accept.",
      );
};

const wholeSetItem = ({ source, snapshot, scope, before }: Looked): PreflightItem => {
  const check = "state and workspaces as one";
  if (scope.extent.kind === "part") return pass(check, `only a part is taken back: ${scope.words}`);
  const outside = source.present.filter(({ prefix }) => prefix !== "");
  return pass(
    check,
    outside.length === 0
      ? `${before.agents.length} agents, all inside the state directory`
      : `with ${outside.map(({ path }) => path).join(", ")}, as ${snapshot.id} has them`,
  );
};
