import {
  beginTakeback,
  placesOf,
  release,
  stage,
  swapIn,
  thisRun,
  type Journal,
  type Staged,
  type StageFacts,
  type TakebackRoot,
} from "../../../core/index.ts";
import { ExitCode, type Problem } from "../../../ground/index.ts";
import { pathWithin, saveSnapshot } from "../../../keeping/index.ts";
import { asTold, problemSaid } from "../../sentences/index.ts";
import { stopsOf, type PreflightItem } from "../../takeback/restore-plan.ts";
import { adaptStaged } from "./adapt-staged.ts";
import { bringUp } from "./bring-up.ts";
import { stopGateway } from "./drive-gateway.ts";
import { teller, type RestoreInPlaceOptions, type RestoreResult, type Tell } from "./under-way.ts";
import { callOff } from "./way-back.ts";

const nothingTouched = { wayOut: "ctrl-c: nothing was touched yet" };

/**
 * The whole restore on a live host. In order: a snapshot of how it is now; everything new written and checked beside the
 * old (a whole restore does this while the gateway still runs); the gateway stopped through its own supervisor; old and
 * new change places; the gateway started, waited for, compared. What goes wrong before the exchange is called off, what
 * goes wrong after it is put back.
 */
export const restoreInPlace = async (options: RestoreInPlaceOptions): Promise<RestoreResult> => {
  const { prepared, source, clock } = options;
  const { plan, scope } = prepared;
  const blocked = stopsOf(plan)[0];
  if (blocked !== undefined) {
    throw refusedBy(blocked);
  }
  const tell = teller(options);
  const roots = rootsFor(options);
  const journal = beginTakeback({
    id: plan.snapshot.id,
    snapshot: plan.snapshot.id,
    stateDir: source.stateDir,
    roots: roots.map(({ prefix, live }) => ({ prefix, live })),
    scope: scope.words,
    runBy: await thisRun(),
    gateway: plan.gateway,
    ...(plan.downtime.expectedMs === null ? {} : { downtimeMs: plan.downtime.expectedMs }),
    clock,
    ...(options.onPoint === undefined ? {} : { onStep: options.onPoint }),
  });
  try {
    return await carryOut(options, journal, roots, tell);
  } finally {
    // What is in place rests from here on, until somebody accepts it or rolls it back.
    await release(journal, clock);
  }
};

const carryOut = async (
  options: RestoreInPlaceOptions,
  journal: Journal,
  roots: readonly TakebackRoot[],
  tell: Tell,
): Promise<RestoreResult> => {
  const { prepared, source, service, clock, vault, signal } = options;
  const { plan, scope } = prepared;
  const hot = plan.how === "hot";
  let stopped = false;
  let stoppedAt: number | undefined;
  let safety = "";
  let staged: Staged;
  const stopIt = async (): Promise<void> => {
    if (hot || !prepared.wasRunning) return;
    journal.append({ step: "noted", at: clock.now(), what: "stopping", detail: service.words });
    stopped = true;
    stoppedAt = clock.steady();
    await stopGateway({
      ...options,
      journal,
      tell,
      wayOut: "ctrl-c: it is started again, nothing was touched",
    });
  };
  const stageIt = async (): Promise<Staged> => {
    tell("stage", "begun", { say: "writing-beside" }, nothingTouched);
    const sidesNow = async (): Promise<StageFacts> => {
      const { snapshot, live } = await vault.besideLive(plan.snapshot.id, prepared.live, signal);
      return { paths: prepared.facts.paths, snapshot, live };
    };
    const facts = scope.extent.kind === "whole" || hot ? prepared.facts : await sidesNow();
    const made = await stage(vault, {
      snapshot: plan.snapshot.id,
      roots,
      scope,
      facts,
      signal,
      onProgress: (progress) => {
        tell("stage", "going-on", { say: "writing-beside" }, { progress, ...nothingTouched });
      },
    });
    const [state] = roots;
    if (plan.migration !== null && state !== undefined) {
      const live = source.config.kind === "read" ? source.config.written : undefined;
      tell("stage", "going-on", await adaptStaged(state.staged, plan.migration, live));
    }
    const leases = made.databases.reduce((sum, each) => sum + each.leases, 0);
    tell("stage", "done", {
      say: "written-beside",
      files: made.files,
      bytes: made.bytes,
      fromVault: made.bytes - made.presentBytes,
      databases: made.databases.length,
      leases,
    });
    return made;
  };
  try {
    tell("safety-snapshot", "begun", { say: "snapshot-of-now" }, nothingTouched);
    const all = { ...source, plan: prepared.live };
    const { snapshot: taken } = await saveSnapshot(vault, all, {
      kind: "pre-restore",
      gateway: plan.gateway,
      description: `before the restore of ${plan.snapshot.id}`,
      signal,
    });
    safety = taken.id;
    journal.append({ step: "noted", at: clock.now(), what: "safety-snapshot", detail: safety });
    tell("safety-snapshot", "done", { say: "snapshot-is", snapshot: safety, fresh: taken.newBytes });
    // A part is compared with what is live, so nobody may write to that any more.
    if (scope.extent.kind === "whole" || hot) {
      staged = await stageIt();
      await stopIt();
    } else {
      await stopIt();
      staged = await stageIt();
    }
    signal.throwIfAborted();
    tell(
      "swap",
      "begun",
      { say: "old-out" },
      { wayOut: "from here on an interruption is finished or undone by the next command" },
    );
    await swapIn(journal, staged.exchanges, { clock, owner: hot ? "hot" : "must-be-gone" });
    tell("swap", "done", { say: "renamed", renames: staged.exchanges.length });
  } catch (error) {
    return await callOff(options, journal, stopped, error, tell);
  }
  return await bringUp({ ...options, tell, journal, safety, staged, stoppedAt });
};

/** Something stands in the way: what it is, and what helps. */
export const refusedBy = ({ evidence, said, wayOut, advice }: PreflightItem): Problem =>
  problemSaid(
    "RESTORE_REFUSED",
    { say: "not-restored", because: said ?? asTold(evidence) },
    { advice: wayOut === undefined ? undefined : (advice ?? asTold(wayOut)), exit: ExitCode.refused },
  );

const rootsFor = ({
  prepared: { plan, roots },
  source,
  vaultPath,
}: RestoreInPlaceOptions): readonly TakebackRoot[] =>
  roots.map(({ prefix, path, kind }) => {
    const vault = vaultPath === undefined ? undefined : pathWithin(path, vaultPath);
    return {
      ...placesOf(prefix, path, plan.snapshot.id),
      kind,
      ...(kind === "state" ? { workspaces: source.roots.innerWorkspaces.map((each) => each.path) } : {}),
      ...(vault === undefined ? {} : { vault }),
    };
  });
