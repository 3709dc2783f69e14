import { percent } from "../../../ground/index.ts";
import type { Texts } from "../language/index.ts";
import { gatewayList, type GatewayLine } from "../lists/gateways.ts";
import type { ConsoleModel } from "../state/model.ts";
import { fit, width, type Look, type Role, type State } from "../theme/index.ts";
import type { Pane, Size } from "./pane.ts";
import { channelWords, conditionState, conditionWord, workWords } from "./signs.ts";
import { windowStart } from "./table.ts";

const tileColumns = 26;
const tileRows = 4;

/**
 * Every gateway as a tile with its state in large letters, to be read from across a room. Where there are too many for
 * tiles, each has a line; where there are too many for lines, the worst are shown and the rest are counted.
 */
export const deployTiles: Pane = {
  id: "tiles",
  body: {
    kind: "list",
    list: gatewayList,
    paint: (model, size, look) => {
      const { rows, index } = gatewayList.view(model);
      if (rows.length === 0) return [look.paint("text.dim", `  ${model.setting.texts.fleet.noGateways}`)];
      const across = Math.max(1, Math.min(rows.length, Math.floor(size.columns / tileColumns)));
      const down = Math.ceil(rows.length / across);
      return down * tileRows <= size.rows
        ? tiles(model, rows, index, across, size, look)
        : lines(model, rows, index, size, look);
    },
  },
};

const tiles = (
  model: ConsoleModel,
  rows: readonly GatewayLine[],
  selected: number,
  across: number,
  size: Size,
  look: Look,
): readonly string[] => {
  const columns = Math.floor(size.columns / across);
  const all: string[] = [];
  for (let start = 0; start < rows.length; start += across) {
    const parts = rows
      .slice(start, start + across)
      .map((row, at) => tile(model, row, start + at === selected, columns, look));
    for (let line = 0; line < tileRows; line += 1) all.push(parts.map((part) => part[line] ?? "").join(""));
  }
  return all;
};

const tile = (
  model: ConsoleModel,
  row: GatewayLine,
  selected: boolean,
  columns: number,
  look: Look,
): readonly string[] => {
  const { texts } = model.setting;
  const state: State = conditionState[row.severity];
  const inner = columns - 2;
  const pointer = selected ? look.symbol("pointer") : " ";
  const prod = row.labels.includes("prod") ? ` ${texts.words.prod}` : "";
  const word = `${look.symbol(state)} ${spaced(conditionWord(row.word, texts))}`;
  const numbers = [
    row.up === undefined ? "" : texts.gateway.up(row.up),
    row.context === undefined ? "" : percent(row.context),
    channelWords(row) ?? "",
    newsOf(row, texts),
  ].filter((part) => part !== "");
  const band: Role = state === "bad" ? "alarm" : `state.${state}`;
  return [
    `${pointer}${look.fit(`${look.paint("text.strong", row.name)}${prod}  ${look.paint("text.secondary", row.version ?? "?")}`, inner)} `,
    ` ${look.paint(band, fit(word, inner, { align: "center", ellipsis: look.symbol("ellipsis") }))} `,
    ` ${look.fit(lastThatFit(numbers, inner).join(" "), inner)} `,
    " ".repeat(columns),
  ];
};

/** What fires, or what is under way. */
const newsOf = ({ topAlert, work }: GatewayLine, texts: Texts): string =>
  topAlert?.rule ?? (work === undefined ? "" : workWords(work, texts));

/** Without the first of them where there is no room for all: the last says most. */
const lastThatFit = (parts: readonly string[], columns: number): readonly string[] =>
  parts.length > 1 && width(parts.join(" ")) > columns ? lastThatFit(parts.slice(1), columns) : parts;

/**
 * As large as letters get in a terminal: capitals with room around them. What is wide already is left alone, and so is a
 * time behind it: `4 2 S` is no time.
 */
const spaced = (words: string): string =>
  width(words) === words.length
    ? exceptTime(words, (word) => Array.from(word.toUpperCase()).join(" ")).join("  ")
    : words;

const capitals = (words: string): string => exceptTime(words, (word) => word.toUpperCase()).join(" ");

const exceptTime = (words: string, written: (word: string) => string): readonly string[] =>
  words.split(" ").map((word) => (/^>?\d/u.test(word) ? word : written(word)));

const lines = (
  model: ConsoleModel,
  rows: readonly GatewayLine[],
  selected: number,
  size: Size,
  look: Look,
): readonly string[] => {
  const room = Math.max(1, size.rows - (rows.length > size.rows ? 1 : 0));
  const start = windowStart(selected, rows.length, room);
  const names = Math.min(
    24,
    rows.reduce((most, { name }) => Math.max(most, width(name)), 0),
  );
  const shown = rows.slice(start, start + room).map((row, at) => {
    const state: State = conditionState[row.severity];
    const word = capitals(conditionWord(row.word, model.setting.texts));
    return look.fit(
      `${start + at === selected ? look.symbol("pointer") : " "}${look.fit(row.name, names)}  ${look.paint(`state.${state}`, `${look.symbol(state)} ${look.fit(word, 16)}`)} ${look.fit(row.version ?? "?", 10)} ${newsOf(row, model.setting.texts)}`,
      size.columns,
    );
  });
  const hidden = rows.length - shown.length;
  return hidden === 0
    ? shown
    : [...shown, look.paint("text.dim", ` ${model.setting.texts.deploy.more(hidden)}`)];
};
