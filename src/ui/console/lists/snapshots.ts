import { gatewayNamed, type GatewayModel, type Incident } from "../../../watch/index.ts";
import { defineList } from "../state/list.ts";
import type { ConsoleModel } from "../state/model.ts";
import type { StoredSnapshot, VaultState } from "../state/vault.ts";
import { placeOf } from "../state/view.ts";
import { gatewayHere } from "./gateways.ts";

/** One snapshot, with what the vault and the watch know of it. */
export type SnapshotRow = {
  readonly stored: StoredSnapshot;
  /** Rules that were firing when it was taken. */
  readonly during: readonly string[];
  /** Findings of a check made from here; 0: none. */
  readonly hurt: number;
  readonly isLastGood: boolean;
  /** Why it is the last good one. */
  readonly good: Inputs["good"];
};

type Inputs = {
  readonly gateway: GatewayModel["identity"] | undefined;
  readonly known: GatewayModel["snapshots"] | undefined;
  readonly listed: VaultState["listed"];
  readonly hurt: VaultState["hurt"];
  readonly good: Incident["lastGood"][number] | undefined;
};

/** What an open incident of this gateway would go back to. */
export const lastGoodHere = (
  model: ConsoleModel,
  gateway: string,
): Incident["lastGood"][number] | undefined =>
  model.watch.incidents
    .filter(({ state, gateways }) => state === "open" && gateways.includes(gateway))
    .flatMap(({ lastGood }) => lastGood)
    .find((each) => each.gateway === gateway);

let last: Inputs | undefined;
let rows: readonly SnapshotRow[] = [];

/** Newest first. Worked out again only when what it is made of is another. */
const rowsOf = (model: ConsoleModel): readonly SnapshotRow[] => {
  const gateway = gatewayHere(model);
  const now: Inputs = {
    gateway: gateway?.identity,
    known: gateway?.snapshots,
    listed: model.vault.listed,
    hurt: model.vault.hurt,
    good: gateway === undefined ? undefined : lastGoodHere(model, gateway.identity.name),
  };
  if (
    last?.gateway === now.gateway &&
    last?.known === now.known &&
    last?.listed === now.listed &&
    last.hurt === now.hurt &&
    last.good?.snapshot === now.good?.snapshot
  )
    return rows;
  last = now;
  const known = new Map(now.known?.map((each) => [each.id, each]));
  rows = now.listed
    .filter(({ id, gateway: of }) => of === now.gateway?.name || (of === null && known.has(id)))
    .map((stored) => {
      const isLastGood = now.good?.snapshot === stored.id;
      return {
        stored,
        during: known.get(stored.id)?.takenDuring ?? [],
        hurt: now.hurt.get(stored.id) ?? 0,
        isLastGood,
        good: isLastGood ? now.good : undefined,
      };
    })
    .toReversed();
  return rows;
};

/** How full the fullest context was: by the gateway's own estimate where it has one. */
export const contextOf = ({ numbers }: StoredSnapshot): number | undefined =>
  numbers["contextPressure"] ?? numbers["contextUsage"];

/** What one can go back to, of the gateway this place is about. */
export const snapshotList = defineList<SnapshotRow>({
  id: "snapshots",
  rows: rowsOf,
  keyOf: ({ stored }) => stored.id,
  textOf: ({ stored, during, isLastGood, hurt }) =>
    [
      stored.id,
      stored.kind,
      stored.name ?? "",
      ...stored.tags,
      stored.description ?? "",
      ...during,
      stored.verifiedAt === null ? "not verified" : "verified",
      isLastGood ? "last good" : "",
      hurt > 0 ? "damaged" : "",
    ].join(" "),
  opens: ({ stored }, { view }) => {
    const place = placeOf(view);
    return place.screen === "snapshots"
      ? { screen: "snapshot", gateway: place.gateway, snapshot: stored.id }
      : undefined;
  },
  copies: ({ stored }) => stored.id,
  sorts: {
    id: ({ stored }) => stored.at,
    context: ({ stored }) => contextOf(stored),
    sessions: ({ stored }) => stored.numbers["sessions"],
    kind: ({ stored }) => stored.kind,
    fresh: ({ stored }) => stored.newBytes,
    verified: ({ stored }) => stored.verifiedAt ?? undefined,
    name: ({ stored }) => stored.name ?? undefined,
  },
});

/** The snapshot that is meant: this one, or the selected one. */
export const snapshotHere = (model: ConsoleModel): SnapshotRow | undefined => {
  const place = placeOf(model.view);
  if (place.screen === "snapshots") return snapshotList.selected(model);
  return place.screen === "snapshot"
    ? rowsOf(model).find(({ stored }) => stored.id === place.snapshot)
    : undefined;
};

/** What the last good one is while nothing is wrong: the newest that was not taken in trouble. */
export const goodOf = (model: ConsoleModel, name: string): string | undefined => {
  const known = gatewayNamed(model.watch, name)?.snapshots ?? [];
  const good = lastGoodHere(model, name)?.snapshot;
  return good ?? known.find(({ takenDuring }) => takenDuring.length === 0)?.id ?? known[0]?.id;
};
