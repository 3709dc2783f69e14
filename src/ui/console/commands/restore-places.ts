import { openRun } from "../lists/restore.ts";
import { rollbackHere } from "../lists/rollback.ts";
import { goodOf, snapshotHere } from "../lists/snapshots.ts";
import { vaultTrouble } from "../panes/snapshots.ts";
import type { ConsoleModel } from "../state/model.ts";
import type { Place } from "../state/place.ts";
import { isGoing, isWaiting } from "../state/restore-run.ts";
import { live } from "../state/vault.ts";
import { placeOf } from "../state/view.ts";
import type { ConsoleCommand } from "./command.ts";
import { gatewayMeant } from "./places.ts";
import { needsState } from "./snapshots.ts";

/** The snapshot that is meant: the one looked at, the older one of a comparison, or the last good one. */
const snapshotMeant = (model: ConsoleModel, gateway: string): string | undefined => {
  const place = placeOf(model.view);
  if (place.screen === "compare") return place.a === live ? place.b : place.a;
  if (place.screen === "snapshots" || place.screen === "snapshot") return snapshotHere(model)?.stored.id;
  const rollback = rollbackHere(model);
  return rollback !== undefined && "snapshot" in rollback ? rollback.snapshot : goodOf(model, gateway);
};

/** Where going back is: to what runs or waits, else to the plan of the snapshot that is meant. */
const restorePlace = (model: ConsoleModel): Place | undefined => {
  const gateway = gatewayMeant(model);
  if (gateway === undefined) return undefined;
  const open = openRun(model, gateway);
  const snapshot = open?.snapshot ?? snapshotMeant(model, gateway);
  return snapshot === undefined ? undefined : { screen: "restore", gateway, snapshot, scope: "" };
};

const cannotPlan = (model: ConsoleModel): string | undefined =>
  vaultTrouble(model) ??
  needsState(model) ??
  (restorePlace(model) === undefined ? model.setting.texts.snapshots.noGood : undefined);

/** Wherever one is, what goes on or waits comes first. */
const wherever = (model: ConsoleModel): Place | undefined => {
  const mine = restorePlace(model);
  const open = [...model.takeback.runs.values()].find((run) => isGoing(run) || isWaiting(run));
  const isMine = mine?.screen === "restore" && openRun(model, mine.gateway) !== undefined;
  return open === undefined || isMine
    ? mine
    : { screen: "restore", gateway: open.gateway, snapshot: open.snapshot, scope: "" };
};

/** The ways to where one goes back. */
export const restorePlaces: readonly ConsoleCommand[] = [
  {
    id: "go.restore",
    keys: ["6"],
    risk: "none",
    where: "everywhere",
    disabledReason: (model) => (wherever(model) === undefined ? cannotPlan(model) : undefined),
    run: (model) => {
      const place = wherever(model);
      return place === undefined ? [] : [{ kind: "jump", place }];
    },
  },
  {
    id: "restore.plan",
    keys: ["r"],
    risk: "none",
    where: [
      "fleet",
      "deploy",
      "gateway",
      "session",
      "alerts",
      "alert",
      "incident",
      "incidents",
      "snapshots",
      "snapshot",
      "compare",
      "rollback",
    ],
    footer: 27,
    disabledReason: cannotPlan,
    run: (model) => {
      const place = restorePlace(model);
      // What ended there before is not what is meant: a plan is.
      return place === undefined ? [] : [{ kind: "open", place }, { kind: "plan-again" }];
    },
  },
];
