import { count } from "../../../ground/index.ts";
import { neighbour, rollbackHere } from "../lists/rollback.ts";
import { sessionHere } from "../lists/sessions.ts";
import { vaultTrouble } from "../panes/snapshots.ts";
import type { Action } from "../state/action.ts";
import type { Dialog } from "../state/dialog.ts";
import type { ConsoleModel } from "../state/model.ts";
import type { PlaceOf } from "../state/place.ts";
import { lastGoodRef, takebackLine, type TakebackRequest } from "../state/takeback.ts";
import { placeOf } from "../state/view.ts";
import type { ConsoleCommand } from "./command.ts";
import { needsState } from "./snapshots.ts";

const where = ["rollback"] as const;

const here = ({ view }: ConsoleModel): PlaceOf<"rollback"> | undefined => {
  const place = placeOf(view);
  return place.screen === "rollback" ? place : undefined;
};

const needsSession = (model: ConsoleModel): string | undefined => {
  const place = placeOf(model.view);
  const isSessions = place.screen === "session" || (place.screen === "gateway" && place.tab === "sessions");
  return (
    vaultTrouble(model) ??
    needsState(model) ??
    (isSessions && sessionHere(model) !== undefined ? undefined : model.setting.texts.rollback.noSession)
  );
};

const asking = (
  model: ConsoleModel,
  dialog: Pick<Dialog, "title" | "says" | "facts">,
  request: TakebackRequest,
): readonly Action[] => [
  {
    kind: "ask",
    dialog: {
      ...dialog,
      needs: { kind: "y" },
      command: takebackLine(request, model.vault.access),
      actions: [{ kind: "ask-takeback", request }],
    },
  },
];

const toNeighbour =
  (by: 1 | -1) =>
  (model: ConsoleModel): readonly Action[] => {
    const place = here(model);
    const ref = neighbour(model, by);
    return place === undefined || ref === undefined ? [] : [{ kind: "turn", place: { ...place, ref } }];
  };

const isDone = (model: ConsoleModel): string | undefined => {
  const rollback = rollbackHere(model);
  return rollback?.kind === "done" && !rollback.undone ? undefined : model.setting.texts.rollback.notDone;
};

/** One session goes back, while everything else goes on. */
export const rollbackCommands: readonly ConsoleCommand[] = [
  {
    id: "rollback.plan",
    keys: ["R"],
    risk: "none",
    where: ["session", "gateway"],
    footer: 12,
    disabledReason: needsSession,
    run: (model) => {
      const row = sessionHere(model);
      return row === undefined
        ? []
        : [
            {
              kind: "open",
              place: { screen: "rollback", gateway: row.gateway, session: row.key, ref: lastGoodRef },
            },
          ];
    },
  },
  {
    id: "rollback.begin",
    keys: ["R"],
    risk: "confirm",
    where,
    footer: 5,
    changes: true,
    disabledReason: (model) =>
      rollbackHere(model)?.kind === "planned" ? undefined : model.setting.texts.rollback.notPlanned,
    run: (model) => {
      const place = here(model);
      const planned = rollbackHere(model);
      if (place === undefined || planned?.kind !== "planned") return [];
      const { rollback } = model.setting.texts;
      const { gateway, session, ref } = place;
      return asking(
        model,
        {
          title: rollback.title(session, planned.snapshot),
          says: [rollback.says],
          facts: [
            [rollback.facts.stays, rollback.stays(count(planned.messagesThen))],
            [rollback.facts.aside, rollback.aside(count(planned.aside))],
            [rollback.facts.undo, rollback.undo],
          ],
        },
        { kind: "session-back", gateway, session, ref },
      );
    },
  },
  {
    id: "rollback.undo",
    keys: ["u"],
    risk: "confirm",
    where,
    footer: 6,
    changes: true,
    disabledReason: isDone,
    run: (model) => {
      const place = here(model);
      if (place === undefined) return [];
      const { rollback } = model.setting.texts;
      const { gateway, session, ref } = place;
      return asking(
        model,
        { title: rollback.undoTitle(session), says: [rollback.undoSays] },
        { kind: "session-undo", gateway, session, ref },
      );
    },
  },
  {
    id: "rollback.probe",
    keys: ["P"],
    risk: "confirm",
    where,
    footer: 7,
    changes: true,
    disabledReason: isDone,
    run: (model) => {
      const place = here(model);
      if (place === undefined) return [];
      const { rollback } = model.setting.texts;
      const { gateway, session, ref } = place;
      return asking(
        model,
        { title: rollback.probeTitle(session), says: [rollback.probeSays] },
        { kind: "session-probe", gateway, session, ref },
      );
    },
  },
  {
    id: "rollback.older",
    keys: ["Left", "[", "h"],
    risk: "none",
    where,
    footer: 15,
    disabledReason: (model) =>
      neighbour(model, -1) === undefined ? model.setting.texts.rollback.noOlder : undefined,
    run: toNeighbour(-1),
  },
  {
    id: "rollback.newer",
    keys: ["Right", "]", "l"],
    risk: "none",
    where,
    footer: 16,
    disabledReason: (model) =>
      neighbour(model, 1) === undefined ? model.setting.texts.rollback.noNewer : undefined,
    run: toNeighbour(1),
  },
  {
    id: "rollback.again",
    keys: ["L"],
    risk: "none",
    where,
    footer: 20,
    disabledReason: vaultTrouble,
    run: (model) => {
      const place = here(model);
      if (place === undefined) return [];
      const { gateway, session, ref } = place;
      return [{ kind: "ask-takeback", request: { kind: "session-plan", gateway, session, ref } }];
    },
  },
];
