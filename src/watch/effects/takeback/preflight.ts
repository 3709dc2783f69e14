import { hostname } from "node:os";
import type { ServiceStatus } from "../../../clients/index.ts";
import { openJournal, type Finding, type TakebackScope } from "../../../core/index.ts";
import type { Owner, StateReading } from "../../../openclaw/index.ts";
import { asTold, type Sentence } from "../../sentences/index.ts";
import { keepsDying } from "../../takeback/dying.ts";
import type { Migration } from "../../takeback/migration.ts";
import { pass, stop, warn, type PreflightItem, type RestorePlan } from "../../takeback/restore-plan.ts";
import { arrivingItem, type LookedAtArriving } from "./arriving-item.ts";
import { placeItem } from "./place-item.ts";
import type { Damage, PlanRestoreOptions } from "./plan-restore.ts";
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
  readonly damage: Damage;
  readonly unread: readonly Finding[];
  /** The OpenClaw that last started on what comes back, and the one that runs now; undefined: not known. */
  readonly takenOf: string | undefined;
  readonly installed: string | undefined;
  readonly migration: Migration | undefined;
  readonly homeless: readonly string[];
} & LookedAtArriving;

/** Everything that could stand in the way, each with its evidence; a stop has a way out. */
export const preflight = (looked: Looked): readonly PreflightItem[] => [
  readOnlyItem(looked),
  pendingItem(looked),
  snapshotItem(looked),
  originItem(looked),
  versionItem(looked),
  presentItem(looked),
  arrivingItem(looked),
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

const pendingItem = ({ source, settings }: Looked): PreflightItem => {
  const journal = openJournal(source.stateDir);
  return journal === undefined
    ? pass("nothing pending", { say: "none-pending" })
    : stop(
        "nothing pending",
        { say: "one-pending", snapshot: journal.begun.session ?? journal.begun.snapshot },
        { say: "decide-pending", gateway: settings.name },
      );
};

const snapshotItem = ({ damage: { lost, spared }, snapshot }: Looked): PreflightItem => {
  const check = "snapshot is whole";
  const [first] = lost;
  if (first !== undefined) {
    const paths = [...new Set(lost.flatMap(({ path }) => path ?? []))];
    const files = paths.slice(0, namedFiles);
    return stop(
      check,
      paths.length === 0
        ? asTold(first.message)
        : { say: "damaged-in-vault", files, more: paths.length - files.length },
      { say: "choose-another" },
    );
  }
  return spared === 0
    ? pass(check, { say: "snapshot-whole", snapshot: snapshot.id })
    : warn(
        check,
        { say: "live-still-has", files: spared, snapshot: snapshot.id },
        { say: "stops-if-changed" },
      );
};

const namedFiles = 3;

const originItem = ({ snapshot, source, migration, homeless, includes }: Looked): PreflightItem => {
  const check = "same place";
  if (homeless[0] !== undefined) {
    return stop(check, { say: "no-such-place", place: homeless[0] }, { say: "give-workspace" });
  }
  if (migration !== undefined) {
    const { from, to } = migration;
    const moves = {
      say: "moves-here",
      from: from.label,
      host: from.host,
      there: snapshot.stateDir,
      to: to.label,
      here: source.stateDir,
    } as const;
    // What others know a gateway by: with none of that, it stays who it is.
    const brings = ["openclaw.json", "credentials/", "state/openclaw.sqlite"].some((path) => includes(path));
    return brings ? warn(check, moves, { say: "stopped-or-stay", from: from.label }) : pass(check, moves);
  }
  return snapshot.host === hostname()
    ? pass(check, { say: "taken-here", stateDir: source.stateDir })
    : warn(
        check,
        { say: "taken-elsewhere", there: snapshot.host, here: hostname() },
        { say: "stopped-for-good" },
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
  before: { boots },
  clock,
}: Looked): PreflightItem => {
  const check = "gateway can be stopped";
  const dying = keepsDying({ deaths: status.deaths, boots, now: clock.now() });
  if (hot) return pass(check, { say: "no-stop-needed" });
  if (dying !== undefined && !controllable) {
    return stop(check, { say: "started-by-unknown", dying }, { say: "name-or-end", gateway: settings.name });
  }
  if (!running && owner.kind !== "unknown") {
    if (!controllable) return warn(check, { say: "does-not-run" }, { say: "start-yourself" });
    return pass(check, whileDying({ say: "will-be-started", service: service.words }, dying));
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
  const stoppedBy: Sentence = {
    say: "is-stopped-by",
    service: service.words,
    ...(status.pid === undefined ? {} : { process: status.pid }),
    restarts: status.restarts === true,
  };
  return pass(check, whileDying(stoppedBy, dying));
};

const whileDying = (what: Sentence, dying: Sentence | undefined): Sentence =>
  dying === undefined ? what : { say: "while-dying", what, dying };

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
