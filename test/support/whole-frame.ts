import {
  footerLine,
  headerLine,
  isTiny,
  paintHere,
  panesHere,
  tinyLines,
} from "../../src/ui/console/screens/arrange.ts";
import type { ConsoleModel } from "../../src/ui/console/state/model.ts";
import { fit, makeLook, type Look } from "../../src/ui/console/theme/index.ts";
import { expectFrame } from "./terminal/index.ts";

export const looks = {
  colour: makeLook({ theme: "dark", depth: "truecolor", ascii: false }),
  mono: makeLook({ theme: "dark", depth: "mono", ascii: false }),
  ascii: makeLook({ theme: "dark", depth: "mono", ascii: true }),
} as const;

export const sizes = [
  [80, 24],
  [120, 40],
  [200, 60],
] as const;

/** All of a screen as it is laid out, each pane held to the law of its size; no pane may lie over another. */
export const wholeFrame = (model: ConsoleModel, look: Look): readonly string[] => {
  const { columns, rows } = model.view;
  if (isTiny(model)) return tinyLines(model, { columns, rows }, look);
  const pieces: { readonly left: number; readonly text: string; readonly width: number }[][] = Array.from(
    { length: rows },
    () => [],
  );
  for (const { what, box } of panesHere(model)) {
    const size = { columns: box.width, rows: box.height };
    const lines = paintHere(what, model, size, look);
    expectFrame(lines, size);
    for (const [row, text] of lines.entries()) {
      pieces[box.top + row]?.push({ left: box.left, text, width: box.width });
    }
  }
  return pieces.map((row, at) => {
    if (at === 0) return headerLine(model, columns, look);
    if (at === rows - 1) return footerLine(model, columns, look);
    let line = "";
    let end = 0;
    for (const { left, text, width } of row.toSorted((a, b) => a.left - b.left)) {
      if (left < end) throw new Error(`two panes in row ${at} at column ${left}`);
      line += " ".repeat(left - end) + fit(text, width);
      end = left + width;
    }
    return line.trimEnd();
  });
};
