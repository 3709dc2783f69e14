import { hostname } from "node:os";
import type { ServiceStatus } from "../../../clients/index.ts";
import { openJournal, type Finding, type TakebackScope } from "../../../core/index.ts";
import { bytes, count } from "../../../ground/index.ts";
import type { Owner, StateReading } from "../../../openclaw/index.ts";
import { dyingWords } from "../../takeback/dying.ts";
import type { Migration } from "../../takeback/migration.ts";
import { pass, stop, warn, type PreflightItem, type RestorePlan } from "../../takeback/restore-plan.ts";
import { placeItem } from "./place-item.ts";
import type { PlanRestoreOptions } from "./plan-restore.ts";
import { presentItem } from "./present-item.ts";
import { versionItem } from "./version-item.ts";

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
  readonly damaged: readonly Finding[];
  /** The OpenClaw that last started on what comes back, and the one that runs now; undefined: not known. */
  readonly takenOf: string | undefined;
  readonly installed: string | undefined;
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
  presentItem(looked),
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

const snapshotItem = ({ damaged }: Looked): PreflightItem => {
  const check = "snapshot is whole";
  const [first] = damaged;
  if (first === undefined) return pass(check, "all that differs was read, and is right");
  const paths = [...new Set(damaged.flatMap(({ path }) => path ?? []))];
  const more = paths.length > namedFiles ? ` and ${count(paths.length - namedFiles)} more` : "";
  return stop(
    check,
    paths.length === 0
      ? first.message
      : `damaged in the vault: ${paths.slice(0, namedFiles).join(", ")}${more}`,
    "Choose another: `clawback snapshots verify --all` says which are whole.",
  );
};

const namedFiles = 3;

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

const ownerItem = ({
  owner,
  status,
  running,
  hot,
  settings,
  service,
  controllable,
  before: { boots },
  clock,
}: Looked): PreflightItem => {
  const check = "gateway can be stopped";
  const dying = dyingWords({ deaths: status.deaths, boots, now: clock.now() });
  if (hot) return pass(check, "not needed: it takes the configuration over while it runs");
  if (dying !== undefined && !controllable) {
    return stop(
      check,
      `${dying}, and nothing is known about what starts it`,
      `Name its \`service\` in the configuration of ${settings.name}, or stop for good what starts it.`,
    );
  }
  const told = dying === undefined ? "" : `; ${dying}`;
  if (!running && owner.kind !== "unknown") {
    return !controllable
      ? warn(
          check,
          "it does not run",
          "Nothing is known about how it is started: start it yourself when the files are in place.",
        )
      : pass(check, `it does not run; ${service.words} will start it${told}`);
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
    `${service.words}${status.pid === undefined ? "" : `, process ${status.pid}`}${told}${status.restarts === true ? "; its supervisor is told to stop it, so it is not started again" : ""}`,
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
      ? `${before.agents.length === 1 ? "one agent" : `${count(before.agents.length)} agents`}, all inside the state directory`
      : `with ${outside.map(({ path }) => path).join(", ")}, as ${snapshot.id} has them`,
  );
};
