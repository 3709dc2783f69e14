import { comparedHere } from "../lists/compare.ts";
import type { Action } from "../state/action.ts";
import type { ConsoleModel } from "../state/model.ts";
import { compareSections } from "../state/place.ts";
import { commandLine } from "../state/vault.ts";
import { placeOf } from "../state/view.ts";
import type { ConsoleCommand } from "./command.ts";

const where = ["compare"] as const;

const turn =
  (by: 1 | -1) =>
  ({ view }: ConsoleModel): readonly Action[] => {
    const place = placeOf(view);
    if (place.screen !== "compare") return [];
    const at = compareSections.indexOf(place.section) + by + compareSections.length;
    const section = compareSections[at % compareSections.length] ?? place.section;
    return [{ kind: "turn", place: { ...place, section } }];
  };

const notDone = (model: ConsoleModel): string | undefined =>
  comparedHere(model)?.kind === "done" ? undefined : model.setting.texts.compare.notDone;

/** What is different, section by section. */
export const compareCommands: readonly ConsoleCommand[] = [
  { id: "compare.next", keys: ["Tab", "Right", "]", "l"], risk: "none", where, footer: 15, run: turn(1) },
  { id: "compare.before", keys: ["shift-Tab", "Left", "[", "h"], risk: "none", where, run: turn(-1) },
  {
    id: "compare.again",
    keys: ["R"],
    risk: "none",
    where,
    footer: 29,
    disabledReason: ({ setting, vault, ...model }) =>
      vault.access.kind === "open" && comparedHere({ setting, vault, ...model })?.kind !== "running"
        ? undefined
        : setting.texts.compare.notDone,
    run: ({ view }) => {
      const place = placeOf(view);
      if (place.screen !== "compare") return [];
      const { gateway, a, b } = place;
      return [{ kind: "ask-vault", request: { kind: "compare", gateway, a, b } }];
    },
  },
  {
    id: "compare.export",
    keys: ["x"],
    risk: "none",
    where,
    footer: 30,
    disabledReason: notDone,
    run: (model) => {
      const place = placeOf(model.view);
      const compared = comparedHere(model);
      if (place.screen !== "compare" || compared?.kind !== "done") return [];
      const { gateway, a, b } = place;
      return [
        {
          kind: "write-report",
          name: `compare-${a}-${b}.txt`,
          text: compared.report,
          command: commandLine({ kind: "compare", gateway, a, b }, model.vault),
        },
      ];
    },
  },
];
