import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openConsole, type OpenConsole, type SeenCell } from "../test/support/terminal/index.ts";

/**
 * Makes the pictures in the README: the built console on the demo fleet, in a real terminal, drawn cell by cell as SVG:
 * the fleet in its trouble, and the restore of the last good snapshot. Run it with `npm run picture` after `npm run build`; it waits until the demo's incident has unfolded.
 */
const columns = 120;
const rows = 34;
const cell = { width: 8.4, height: 18, baseline: 13.5 } as const;
const margin = 12;
const ground = "#11151c";
const ink = "#d5dae3";

const hex = (value: number): string => `#${value.toString(16).padStart(6, "0")}`;

/** The emulator says `mode:number`; the console draws in true colour here. */
const colour = (seen: string | undefined, fallback: string): string => {
  const [, number] = (seen ?? "").split(":");
  return number === undefined ? fallback : hex(Number(number));
};

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

type Style = {
  readonly text: string;
  readonly ground: string;
  readonly bold: boolean;
  readonly dim: boolean;
};

const styleOf = (seen: SeenCell): Style => {
  const text = colour(seen.textColour, ink);
  const behind = colour(seen.groundColour, ground);
  return seen.inverse
    ? { text: behind, ground: text, bold: seen.bold, dim: seen.dim }
    : { text, ground: behind, bold: seen.bold, dim: seen.dim };
};

/** Neighbours of one style become one element; every run is stretched to its columns, whatever the font. */
const rowOf = (cells: readonly SeenCell[], row: number): string => {
  let out = "";
  for (let start = 0; start < cells.length;) {
    const style = JSON.stringify(styleOf(cells[start] as SeenCell));
    let end = start;
    let text = "";
    for (; end < cells.length && JSON.stringify(styleOf(cells[end] as SeenCell)) === style; end += 1) {
      text += cells[end]?.text ?? "";
    }
    const { text: fill, ground: behind, bold, dim } = JSON.parse(style) as Style;
    const left = margin + start * cell.width;
    const top = margin + row * cell.height;
    const length = (end - start) * cell.width;
    if (behind !== ground) {
      out += `<rect x="${left.toFixed(1)}" y="${top}" width="${length.toFixed(1)}" height="${cell.height}" fill="${behind}"/>`;
    }
    if (text.trim() !== "") {
      const weight = bold ? ' font-weight="bold"' : "";
      const faint = dim ? ' opacity="0.65"' : "";
      out += `<text x="${left.toFixed(1)}" y="${(top + cell.baseline).toFixed(1)}" textLength="${length.toFixed(1)}" lengthAdjust="spacingAndGlyphs" fill="${fill}"${weight}${faint}>${escaped(text)}</text>`;
    }
    start = end;
  }
  return out;
};

const draw = async (console: OpenConsole, name: string): Promise<void> => {
  const width = Math.round(columns * cell.width + 2 * margin);
  const height = rows * cell.height + 2 * margin;
  const drawn = Array.from({ length: rows }, (_, row) =>
    rowOf(
      Array.from({ length: columns }, (__, column) => console.cell(column, row)),
      row,
    ),
  );
  await writeFile(
    join(import.meta.dirname, "../docs", name),
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" xml:space="preserve" font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14">\n<rect width="100%" height="100%" rx="8" fill="${ground}"/>\n${drawn.join("\n")}\n</svg>\n`,
  );
};

await using console_ = await openConsole({ args: ["demo", "--speed", "2"], columns, rows });
for (const step of [/deploy/, /prod-eu.*10[0-9]%/, /prod-eu.* \+1/, /prod-eu.* 2\/3/, /edge-1 +✖/]) {
  await console_.seesMatch(step);
}
await draw(console_, "console.svg");
console_.press("r");
await console_.sees("0 in the way");
console_.press("r");
await console_.sees("Type prod-eu");
console_.types("prod-eu");
console_.press("Enter");
await console_.sees("A keeps it");
await console_.seesMatch(/same +sessions/);
await draw(console_, "restore.svg");
console_.press("Esc");
await console_.sees("WAITS");
console_.press("q");
await console_.ended();
