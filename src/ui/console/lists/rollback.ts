import type { ConsoleModel } from "../state/model.ts";
import { lastGoodRef, rollbackKey, type Rollback } from "../state/takeback.ts";
import { placeOf } from "../state/view.ts";

/** What is known of the rollback this place is about. */
export const rollbackHere = ({ view, takeback }: ConsoleModel): Rollback | undefined => {
  const place = placeOf(view);
  return place.screen === "rollback" ? takeback.rollbacks.get(rollbackKey(place)) : undefined;
};

/** The snapshot that is meant, where that is known. */
const meantSnapshot = (model: ConsoleModel): string | undefined => {
  const place = placeOf(model.view);
  const rollback = rollbackHere(model);
  if (rollback !== undefined && "snapshot" in rollback) return rollback.snapshot;
  return place.screen === "rollback" && place.ref !== lastGoodRef ? place.ref : undefined;
};

/** The snapshot of this gateway that was taken before the one that is meant, or after it. */
export const neighbour = (model: ConsoleModel, by: 1 | -1): string | undefined => {
  const place = placeOf(model.view);
  if (place.screen !== "rollback") return undefined;
  const own = model.vault.listed.filter(({ gateway }) => gateway === null || gateway === place.gateway);
  const meant = meantSnapshot(model);
  const at = own.findIndex(({ id }) => id === meant);
  // Where none is known to be good, the newest is the one to look at first.
  return at < 0 ? (by < 0 ? own.at(-1)?.id : undefined) : own[at + by]?.id;
};
