import xterm from "@xterm/headless";
import type { IBufferCell, Terminal } from "@xterm/headless";
import { clustersOf, glyphWidth } from "../../../src/ui/console/theme/index.ts";

/** One cell as a person sees it. */
export type SeenCell = {
  readonly text: string;
  readonly width: number;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly underline: boolean;
  readonly inverse: boolean;
  /** Mode and number of the colours as the emulator holds them; undefined for the terminal's own. */
  readonly textColour: string | undefined;
  readonly groundColour: string | undefined;
};

/** A terminal without a window. */
export type Emulator = {
  readonly terminal: Terminal;
  /** Resolves when everything in it has been taken in. */
  readonly write: (bytes: string | Uint8Array) => Promise<void>;
  readonly lines: () => readonly string[];
  readonly cell: (column: number, row: number) => SeenCell;
  readonly isAlternate: () => boolean;
  readonly isPointing: () => boolean;
};

export const openEmulator = (columns: number, rows: number): Emulator => {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 200 });
  terminal.unicode.register(graphemes());
  terminal.unicode.activeVersion = "graphemes";
  const line = (row: number): ReturnType<typeof terminal.buffer.active.getLine> =>
    terminal.buffer.active.getLine(terminal.buffer.active.baseY + row);
  return {
    terminal,
    write: (bytes) =>
      new Promise((resolve) => {
        terminal.write(bytes, resolve);
      }),
    lines: () => Array.from({ length: terminal.rows }, (_, row) => line(row)?.translateToString(true) ?? ""),
    cell: (column, row) => {
      const cell = line(row)?.getCell(column);
      if (cell === undefined) throw new Error(`no cell at ${column},${row}`);
      return seen(cell);
    },
    isPointing: () => terminal.modes.mouseTrackingMode !== "none",
    isAlternate: () => terminal.buffer.active.type === "alternate",
  };
};

const seen = (cell: IBufferCell): SeenCell => ({
  text: cell.getWidth() === 0 ? "" : cell.getChars() || " ",
  width: cell.getWidth(),
  bold: cell.isBold() !== 0,
  dim: cell.isDim() !== 0,
  underline: cell.isUnderline() !== 0,
  inverse: cell.isInverse() !== 0,
  textColour: cell.isFgDefault() ? undefined : `${cell.getFgColorMode()}:${cell.getFgColor()}`,
  groundColour: cell.isBgDefault() ? undefined : `${cell.getBgColorMode()}:${cell.getBgColor()}`,
});

/**
 * The emulator measures by the oldest tables there are unless told otherwise. This provider joins and measures as
 * terminals of today do: by grapheme clusters. The state it hands back is the number of the cluster so far.
 */
const graphemes = (): Parameters<Terminal["unicode"]["register"]>[0] => {
  const clusters = [""];
  const numbers = new Map<string, number>();
  const numberOf = (cluster: string): number => {
    const known = numbers.get(cluster);
    if (known !== undefined) return known;
    const found = clusters.push(cluster) - 1;
    numbers.set(cluster, found);
    return found;
  };
  const measured = (text: string): 0 | 1 | 2 => {
    const columns = glyphWidth(text);
    return columns > 1 ? 2 : columns === 1 ? 1 : 0;
  };
  return {
    version: "graphemes",
    wcwidth: (point) => measured(String.fromCodePoint(point)),
    charProperties: (point, preceding) => {
      const character = String.fromCodePoint(point);
      const before = clusters[preceding >> 3] ?? "";
      const joined = before + character;
      const joins = before !== "" && [...clustersOf(joined)].length === 1;
      const cluster = joins ? joined : character;
      return (numberOf(cluster) << 3) | (measured(cluster) << 1) | (joins ? 1 : 0);
    },
  };
};
