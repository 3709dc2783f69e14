import { checkList, checkWords, runShown, type CheckRow } from "../lists/restore.ts";
import type { ConsoleModel } from "../state/model.ts";
import { isGoing } from "../state/restore-run.ts";
import type { State } from "../theme/index.ts";
import { tablePane, type Column } from "./table.ts";

const checkStates: Readonly<Record<CheckRow["verdict"], State>> = {
  same: "good",
  differs: "bad",
  unknown: "unknown",
};

/** All that was compared has seldom room: how it came out is told at its head. */
const verificationTitle = (model: ConsoleModel): readonly string[] => {
  const { verification, verified } = model.setting.texts.restore;
  const { rows } = checkList.view(model);
  const many = (wanted: CheckRow["verdict"]): number =>
    rows.filter(({ verdict }) => verdict === wanted).length;
  return rows.length === 0
    ? [verification]
    : [verification, verified(many("same"), many("differs"), many("unknown"))];
};

/** What was compared with the snapshot when it ran again. */
export const checkTable = tablePane<CheckRow>({
  id: "checks",
  first: true,
  title: verificationTitle,
  list: checkList,
  heads: false,
  whenEmpty: (model) => {
    const { noChecks, notChecked } = model.setting.texts.restore;
    const run = runShown(model);
    return run === undefined || isGoing(run) ? noChecks : notChecked;
  },
  columns: ({ setting }, look): readonly Column<CheckRow>[] => [
    {
      id: "verdict",
      title: "",
      width: 11,
      dispensable: 0,
      cell: ({ verdict }) => ({
        text: `${look.symbol(checkStates[verdict])} ${setting.texts.restore.checkVerdicts[verdict]}`,
        role: `state.${checkStates[verdict]}`,
      }),
    },
    {
      id: "what",
      title: "",
      width: 10,
      dispensable: 0,
      cell: ({ what }) => ({ text: setting.texts.restore.things[what] }),
    },
    {
      id: "evidence",
      title: "",
      width: 30,
      dispensable: 0,
      grows: true,
      slides: true,
      cell: (check) => ({ text: checkWords(setting.texts, check) }),
    },
  ],
});
