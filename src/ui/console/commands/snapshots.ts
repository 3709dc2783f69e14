import { gatewayNamed } from "../../../watch/index.ts";
import { goodOf, snapshotHere, snapshotList, type SnapshotRow } from "../lists/snapshots.ts";
import { vaultTrouble } from "../panes/snapshots.ts";
import type { Action } from "../state/action.ts";
import type { ConsoleModel } from "../state/model.ts";
import type { Place } from "../state/place.ts";
import { commandLine, live, type VaultRequest } from "../state/vault.ts";
import { placeOf } from "../state/view.ts";
import type { ConsoleCommand } from "./command.ts";
import { gatewayMeant } from "./places.ts";

const where = ["snapshots", "snapshot"] as const;

const needsSnapshot = (model: ConsoleModel): string | undefined =>
  vaultTrouble(model) ??
  (snapshotHere(model) === undefined ? model.setting.texts.snapshots.noSnapshot : undefined);

const withSnapshot =
  (run: (row: SnapshotRow, gateway: string, model: ConsoleModel) => readonly Action[]) =>
  (model: ConsoleModel): readonly Action[] => {
    const place = placeOf(model.view);
    const row = snapshotHere(model);
    return row === undefined || (place.screen !== "snapshots" && place.screen !== "snapshot")
      ? []
      : run(row, place.gateway, model);
  };

/** Why the state of a gateway cannot be read: it lies elsewhere. */
export const needsState = (model: ConsoleModel): string | undefined => {
  const name = gatewayMeant(model);
  if (name === undefined) return model.setting.texts.keys.noGateway;
  return gatewayNamed(model.watch, name)?.identity.local === false
    ? model.setting.texts.snapshots.remote(name)
    : undefined;
};

const comparing = (gateway: string, a: string, b: string): Place => ({
  screen: "compare",
  gateway,
  a,
  b,
  section: "sessions",
});

/** Two marked ones with each other, the older first; one marked one with this; none: this with now. */
const comparisonMeant = (row: SnapshotRow, gateway: string, model: ConsoleModel): Place => {
  const { marked } = model.view;
  const chosen = marked.length === 2 || marked.includes(row.stored.id) ? marked : [...marked, row.stored.id];
  const [a = row.stored.id, b = live] = snapshotList
    .view(model)
    .rows.map(({ stored }) => stored)
    .filter(({ id }) => chosen.includes(id))
    .toSorted((left, right) => left.at - right.at)
    .map(({ id }) => id);
  return comparing(gateway, a, b);
};

const request = (asked: VaultRequest): readonly Action[] => [{ kind: "ask-vault", request: asked }];

const isBusy = ({ watch, setting }: ConsoleModel, gateway: string | undefined): string | undefined =>
  watch.operations.some(
    (each) => each.ended === undefined && each.kind === "snapshot" && each.gateway === gateway,
  )
    ? setting.texts.snapshots.isBusy
    : undefined;

/** The last good snapshot with now. */
const goodWithNow = (model: ConsoleModel): Place | undefined => {
  const gateway = gatewayMeant(model);
  const good = gateway === undefined ? undefined : goodOf(model, gateway);
  return gateway === undefined || good === undefined ? undefined : comparing(gateway, good, live);
};

const needsGood = (model: ConsoleModel): string | undefined =>
  vaultTrouble(model) ??
  needsState(model) ??
  (goodWithNow(model) === undefined ? model.setting.texts.snapshots.noGood : undefined);

const toGoodWithNow =
  (kind: "open" | "jump") =>
  (model: ConsoleModel): readonly Action[] => {
    const place = goodWithNow(model);
    return place === undefined ? [] : [{ kind, place }];
  };

/** Going back begins with knowing to what. */
export const snapshotCommands: readonly ConsoleCommand[] = [
  {
    id: "compare.good",
    keys: ["c"],
    risk: "none",
    where: ["fleet", "gateway", "session", "alerts", "alert", "incident", "incidents"],
    footer: 25,
    disabledReason: needsGood,
    run: toGoodWithNow("open"),
  },
  {
    id: "go.compare",
    keys: ["5"],
    risk: "none",
    where: "everywhere",
    disabledReason: needsGood,
    run: toGoodWithNow("jump"),
  },
  {
    id: "snapshot.compare",
    keys: ["c"],
    risk: "none",
    where,
    footer: 20,
    disabledReason: needsSnapshot,
    run: withSnapshot((row, gateway, model) => [
      { kind: "open", place: comparisonMeant(row, gateway, model) },
    ]),
  },
  {
    id: "snapshot.mark",
    keys: ["m", "Space"],
    risk: "none",
    where: ["snapshots"],
    footer: 28,
    disabledReason: needsSnapshot,
    run: withSnapshot(({ stored }) => [{ kind: "mark", snapshot: stored.id }]),
  },
  {
    id: "snapshot.save",
    keys: ["n"],
    risk: "none",
    where,
    footer: 30,
    changes: true,
    disabledReason: (model) => vaultTrouble(model) ?? needsState(model) ?? isBusy(model, gatewayMeant(model)),
    run: (model) => {
      const gateway = gatewayMeant(model);
      return gateway === undefined ? [] : [{ kind: "start-save", gateway }];
    },
  },
  {
    id: "snapshot.verify",
    keys: ["v"],
    risk: "none",
    where,
    footer: 35,
    disabledReason: needsSnapshot,
    run: withSnapshot(({ stored }, gateway) => request({ kind: "verify", gateway, id: stored.id })),
  },
  {
    id: "snapshot.protect",
    keys: ["p"],
    risk: "none",
    where,
    footer: 40,
    changes: true,
    disabledReason: needsSnapshot,
    run: withSnapshot(({ stored }) => request({ kind: "protect", id: stored.id, on: !stored.protected })),
  },
  {
    id: "snapshot.export",
    keys: ["x"],
    risk: "none",
    where,
    footer: 45,
    disabledReason: needsSnapshot,
    run: withSnapshot(({ stored }, gateway, { view }) => [
      {
        kind: "start-export",
        gateway,
        ids: placeOf(view).screen === "snapshots" && view.marked.length > 0 ? view.marked : [stored.id],
      },
    ]),
  },
  {
    id: "snapshot.delete",
    keys: ["D"],
    risk: "typed",
    where,
    changes: true,
    disabledReason: (model) =>
      needsSnapshot(model) ??
      (snapshotHere(model)?.stored.protected === true
        ? model.setting.texts.snapshots.alreadyProtected
        : undefined),
    thenName: true,
    run: withSnapshot(({ stored }, gateway, model) => {
      const { snapshots } = model.setting.texts;
      const asked = { kind: "delete", gateway, id: stored.id } as const;
      const verified = snapshotList.view(model).rows.filter((row) => row.stored.verifiedAt !== null);
      const losesLast = verified.length > 0 && verified.every((row) => row.stored.id === stored.id);
      return [
        {
          kind: "ask",
          dialog: {
            title: snapshots.deleteTitle(stored.id),
            says: [snapshots.deleteSays, ...(losesLast ? [snapshots.deleteLast] : [])],
            command: commandLine(asked, model.vault),
            needs: { kind: "name", name: stored.id },
            actions: [...request(asked), ...leaving(model)],
          },
        },
      ];
    }),
  },
  {
    id: "snapshot.make-vault",
    keys: ["V"],
    risk: "confirm",
    // Every screen whose keys need a vault names this one.
    where: "everywhere",
    footer: 28,
    changes: true,
    when: ({ vault }) => vault.access.kind === "none",
    run: ({ vault, setting }) => {
      const { snapshots } = setting.texts;
      const { access } = vault;
      return access.kind !== "none"
        ? []
        : [
            {
              kind: "ask",
              dialog: {
                title: snapshots.makeTitle,
                says: [access.path, ...snapshots.makeSays],
                command: commandLine({ kind: "make" }, vault),
                needs: { kind: "y" },
                actions: request({ kind: "make" }),
              },
            },
          ];
    },
  },
];

/** A place about what is about to be gone is left. */
const leaving = ({ view }: ConsoleModel): readonly Action[] =>
  placeOf(view).screen === "snapshot" ? [{ kind: "go-back" }] : [];
