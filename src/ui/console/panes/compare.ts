import { age, bytes, harmlessLine } from "../../../ground/index.ts";
import {
  comparedHere,
  differenceList,
  headline,
  numberName,
  numberWords,
  sectionsHere,
  type DifferenceRow,
} from "../lists/compare.ts";
import { failureIn } from "../language/index.ts";
import { goodOf } from "../lists/snapshots.ts";
import type { ConsoleModel } from "../state/model.ts";
import { compareSections, type CompareSection } from "../state/place.ts";
import { differenceKey, live } from "../state/vault.ts";
import { placeOf } from "../state/view.ts";
import type { Look, Role } from "../theme/index.ts";
import { fieldGrid, type Field } from "./fields.ts";
import type { Pane } from "./pane.ts";
import { vaultTrouble } from "./snapshots.ts";
import { tablePane, type Column } from "./table.ts";
import { wordAt } from "./tabs.ts";

const headFields = (model: ConsoleModel, look: Look): readonly Field[] => {
  const compared = comparedHere(model);
  if (compared?.kind !== "done") return [];
  const { texts } = model.setting;
  const changed = (name: string, before: string, after: string): Field =>
    before === after
      ? { name, value: before }
      : { name, value: `${before} ${look.symbol("arrow")} ${after}`, role: "diff.changed" };
  const { before, after } = compared.versions ?? {};
  const version =
    before === undefined && after === undefined
      ? []
      : [changed(texts.gateway.facts.version, before ?? "?", after ?? "?")];
  const numbers = headline.flatMap((name): Field[] => {
    const found = compared.comparison.vitals.find((each) => each.name === name);
    if (found === undefined || (found.before === null && found.after === null)) return [];
    const words = (value: number | null): string => numberWords(name, value, texts);
    return [changed(numberName(name, texts), words(found.before), words(found.after))];
  });
  return [...numbers, ...version];
};

/** The numbers of both sides, the important ones first. */
export const compareHead: Pane = {
  id: "compare-head",
  body: {
    kind: "picture",
    paint: (model, { columns }, look) => {
      const compared = comparedHere(model);
      const why = vaultTrouble(model) ?? whyNot(model);
      if (compared?.kind !== "done")
        return why === undefined ? [] : [look.paint("text.secondary", look.fit(` ${why}`, columns))];
      return [
        sidesLine(model, columns, look),
        ...fieldGrid(headFields(model, look), columns, 40, look),
        ...compared.comparison.notes.map((note) =>
          look.paint("state.warn", look.fit(` ${harmlessLine(note)}`, columns)),
        ),
      ];
    },
  },
};

/** Which two, and when the second one was looked at. */
const sidesLine = (model: ConsoleModel, columns: number, look: Look): string => {
  const place = placeOf(model.view);
  const compared = comparedHere(model);
  if (place.screen !== "compare" || compared?.kind !== "done") return "";
  const { compare, words } = model.setting.texts;
  const star = goodOf(model, place.gateway) === place.a ? ` ${look.symbol("star")}` : "";
  const [before, after] = [
    `${look.paint("diff.removed", "A")} ${look.paint("text.strong", place.a)}${star}`,
    `${look.paint("diff.added", "B")} ${look.paint("text.strong", place.b === live ? compare.now : place.b)}`,
  ];
  const since = place.b === live ? `  (${words.ago(age(Math.max(0, model.watch.now - compared.at)))})` : "";
  return look.fit(` ${before}   ${after}${look.paint("text.dim", since)}`, columns);
};

const whyNot = (model: ConsoleModel): string | undefined => {
  const compared = comparedHere(model);
  const { compare } = model.setting.texts;
  if (compared?.kind === "failed") return compare.failed(failureIn(model.setting.texts, compared));
  if (compared?.kind === "running")
    return compare.running(age(Math.max(0, model.watch.now - compared.since)));
  return undefined;
};

/** The sections in one line, each with how much differs; the shown one in brackets. */
export const compareTabs: Pane = {
  id: "compare-tabs",
  body: {
    kind: "picture",
    paint: (model, { columns }, look) => {
      const place = placeOf(model.view);
      const parts = compareSections.map((section) => {
        const word = sectionWord(model, section, look.symbol("dot"));
        return place.screen === "compare" && place.section === section
          ? look.paint("key", `[${word}]`)
          : ` ${word} `;
      });
      return [look.fit(` ${parts.join("")}`, columns)];
    },
    turnsTo: (model, column) => {
      const place = placeOf(model.view);
      const section = wordAt(compareSections, (each) => sectionWord(model, each, "."), column);
      return place.screen === "compare" && section !== undefined ? { ...place, section } : undefined;
    },
  },
};

const sectionWord = (model: ConsoleModel, section: CompareSection, dot: string): string => {
  const all = sectionsHere(model);
  const rows = all?.[section]?.filter(({ sign }) => sign !== "=" && sign !== "?");
  const known = all === undefined ? "" : dot + String(rows?.length ?? "?");
  return `${model.setting.texts.compare.sections[section]}${known}`;
};

const roles: Readonly<Record<DifferenceRow["sign"], Role>> = {
  "+": "diff.added",
  "-": "diff.removed",
  "~": "diff.changed",
  "=": "text.dim",
  "?": "text.dim",
};

export const differenceTable = tablePane<DifferenceRow>({
  id: "differences",
  list: differenceList,
  whenEmpty: (model) => {
    const place = placeOf(model.view);
    const all = sectionsHere(model);
    const { compare } = model.setting.texts;
    if (all === undefined || place.screen !== "compare")
      return vaultTrouble(model) ?? whyNot(model) ?? compare.notDone;
    return all[place.section] === undefined ? compare.notKnown : compare.same;
  },
  columns: ({ setting, view }, _look, { columns }): readonly Column<DifferenceRow>[] => {
    const heads = setting.texts.compare.columns;
    const place = placeOf(view);
    // Rows are counted: their numbers need less room than the name of the table and whose it is.
    const isCounted = place.screen === "compare" && place.section === "databases";
    const side = isCounted ? 9 : Math.max(12, Math.min(30, Math.floor(columns / 6)));
    return [
      {
        id: "what",
        title: heads.what,
        width: Math.max(20, Math.floor(columns * (isCounted ? 0.55 : 0.4))),
        dispensable: 0,
        slides: true,
        hasTail: true,
        cell: ({ sign, what }) => ({ text: `${sign} ${what}`, role: roles[sign] }),
      },
      {
        id: "before",
        title: heads.before,
        width: side,
        dispensable: 0,
        cell: ({ before }) => ({ text: before }),
      },
      {
        id: "after",
        title: heads.after,
        width: side,
        dispensable: 0,
        cell: ({ after }) => ({ text: after }),
      },
      {
        id: "change",
        title: heads.change,
        width: 10,
        dispensable: 1,
        grows: true,
        slides: true,
        cell: ({ change }) => ({ text: change, role: "text.secondary" }),
      },
    ];
  },
});

/** All of the selected difference: values are often longer than a column. */
export const differenceDetail: Pane = {
  id: "difference-row",
  body: {
    kind: "picture",
    paint: (model, { columns }, look) => {
      const row = differenceList.selected(model);
      if (row === undefined) return [];
      const side = (sign: "-" | "+", text: string): string =>
        look.paint(roles[sign], look.fit(` ${sign} ${text}`, columns));
      return [
        look.rule(
          columns,
          [row.full ?? row.what, ...(row.change === "" ? [] : [row.change])].join(` ${look.symbol("dot")} `),
        ),
        side("-", row.before === "" ? look.symbol("none") : row.before),
        side("+", row.after === "" ? look.symbol("none") : row.after),
      ];
    },
  },
};

/** One file, line by line. */
export const fileDifference: Pane = {
  id: "file-difference",
  title: ({ view }) => {
    const place = placeOf(view);
    return place.screen === "difference" ? [harmlessLine(place.path)] : [];
  },
  body: {
    kind: "text",
    lines: (model, columns, look) => {
      const place = placeOf(model.view);
      if (place.screen !== "difference") return [];
      const { compare } = model.setting.texts;
      const shown = model.vault.differences.get(differenceKey(place, place.path));
      const one = (text: string): readonly string[] => [
        look.paint("text.dim", look.fit(` ${text}`, columns)),
      ];
      if (shown === undefined || shown.kind === "running")
        return one(vaultTrouble(model) ?? compare.sameFile);
      if (shown.kind === "failed") return one(compare.failed(failureIn(model.setting.texts, shown)));
      const path = harmlessLine(place.path);
      if (shown.kind === "same") return one(compare.fileSame(path));
      if (shown.kind === "binary") return one(compare.fileBinary(path));
      if (shown.kind === "too-large") return one(compare.fileTooLarge(path, bytes(shown.limitBytes)));
      return shown.lines.map((line) => {
        const role = line.startsWith("@@")
          ? "accent"
          : line.startsWith("+")
            ? "diff.added"
            : line.startsWith("-")
              ? "diff.removed"
              : undefined;
        const fitted = look.fit(` ${line}`, columns);
        return role === undefined ? fitted : look.paint(role, fitted);
      });
    },
  },
};
