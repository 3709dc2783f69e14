import type { ColourDepth } from "./capabilities.ts";
import { bar, spark, type SparkRange } from "./charts.ts";
import { colourParameters, seenAs } from "./colours.ts";
import { contrast } from "./contrast.ts";
import { roles, type Role, type State } from "./roles.ts";
import { symbolOf, type SymbolName } from "./symbols.ts";
import { fit, type FitOptions, width } from "./text.ts";
import { themes, type RoleStyle, type Theme, type ThemeName } from "./themes.ts";

/**
 * Everything a painter needs to know about how things look, as one value that it is handed. Pure: the same look and
 * the same model give the same lines.
 */
export type Look = {
  readonly theme: ThemeName;
  readonly depth: ColourDepth;
  readonly ascii: boolean;
  /** The text in the style of its meaning. Painted text may be painted again as a part of something larger. */
  readonly paint: (role: Role, text: string) => string;
  readonly symbol: (name: SymbolName) => string;
  /** The symbol of a state in the colour of that state: `✖`. The word belongs beside it. */
  readonly sign: (state: State) => string;
  readonly bar: (fraction: number | undefined, columns: number) => string;
  readonly spark: (values: readonly (number | undefined)[], columns: number, range?: SparkRange) => string;
  /** Cut or filled to exactly so many columns. */
  readonly fit: (text: string, columns: number, align?: FitOptions["align"]) => string;
  /** `─ title ─────`, exactly so many columns. */
  readonly rule: (columns: number, title?: string) => string;
  /** For the `borderStyle` of an Ink box. */
  readonly border: BorderCharacters;
};

type BorderCharacters = Readonly<
  Record<"topLeft" | "top" | "topRight" | "right" | "bottomRight" | "bottom" | "bottomLeft" | "left", string>
>;

export type LookOptions = {
  readonly theme: ThemeName;
  readonly depth: ColourDepth;
  readonly ascii: boolean;
};

export const makeLook = ({ theme: wanted, depth, ascii }: LookOptions): Look => {
  const theme = depth === "mono" ? "mono" : wanted;
  const pens = new Map(roles.map((role) => [role, penOf(themes[theme][role], depth)]));
  const legible = new Map(roles.map((role) => [role, legibleOn(themes[theme], role, depth)]));
  const symbol = (name: SymbolName): string => symbolOf(name, ascii);
  const paint = (role: Role, text: string): string => {
    const pen = pens.get(role);
    if (pen === undefined || text === "") return text;
    if (!text.includes("\u001b")) return pen.open + text + pen.close;
    return pen.open + reopened(legible.get(role)?.(text) ?? text, pen.open) + pen.close;
  };
  const fitted: Look["fit"] = (text, columns, align) =>
    fit(text, columns, { ellipsis: symbol("ellipsis"), ...(align === undefined ? {} : { align }) });
  const line = symbol("horizontal");
  return {
    theme,
    depth,
    ascii,
    paint,
    symbol,
    sign: (state) => paint(`state.${state}`, symbol(state)),
    bar: (fraction, columns) => bar(fraction, columns, ascii),
    spark: (values, columns, range) => spark(values, columns, ascii, range),
    fit: fitted,
    rule: (columns, title) => {
      if (columns <= 0) return "";
      if (title === undefined || columns < 5) return paint("frame", line.repeat(columns));
      const shown = fit(title, Math.min(width(title), columns - 4), { ellipsis: symbol("ellipsis") });
      const rest = line.repeat(columns - 3 - width(shown));
      return `${paint("frame", line)} ${paint("title", shown)} ${paint("frame", rest)}`;
    },
    border: {
      topLeft: symbol("topLeft"),
      top: line,
      topRight: symbol("topRight"),
      right: symbol("vertical"),
      bottomRight: symbol("bottomRight"),
      bottom: line,
      bottomLeft: symbol("bottomLeft"),
      left: symbol("vertical"),
    },
  };
};

type Pen = { readonly open: string; readonly close: string };

/** Undefined where a role looks like the text around it. */
const penOf = (style: RoleStyle, depth: ColourDepth): Pen | undefined => {
  const open: string[] = [];
  const close: string[] = [];
  if (style.bold === true) open.push("1");
  if (style.dim === true) open.push("2");
  if (open.length > 0) close.push("22");
  const other = [
    [style.underline === true ? "4" : "", "24"],
    [style.inverse === true ? "7" : "", "27"],
    [style.text === undefined ? "" : colourParameters(style.text, "text", depth), "39"],
    [style.ground === undefined ? "" : colourParameters(style.ground, "ground", depth), "49"],
  ] as const;
  for (const [on, off] of other) {
    if (on === "") continue;
    open.push(on);
    close.push(off);
  }
  return open.length === 0
    ? undefined
    : { open: `\u001b[${open.join(";")}m`, close: `\u001b[${close.join(";")}m` };
};

/** Bold letters and signs are read from here on. */
const leastContrast = 3;

/**
 * A ground of its own is no place for every colour: green on the blue of a selection says nothing to anybody. What is
 * painted inside and could not be read there takes the colour of the text around it; its sign and its word stay.
 */
const legibleOn = (theme: Theme, role: Role, depth: ColourDepth): ((text: string) => string) | undefined => {
  const { ground, text: around } = theme[role];
  if (ground === undefined || depth === "mono") return undefined;
  const lost = new Set(
    roles.flatMap((inner) => {
      const { text, inverse } = theme[inner];
      const isLost =
        text !== undefined &&
        inverse !== true &&
        contrast(seenAs(text, depth), seenAs(ground, depth)) < leastContrast;
      return isLost ? [colourParameters(text, "text", depth)] : [];
    }),
  );
  const instead = around === undefined ? "39" : colourParameters(around, "text", depth);
  return (painted) =>
    painted.replace(sequence, (whole, parameters: string) => {
      const ink = [...lost].find((each) => `;${parameters};`.includes(`;${each};`));
      return ink === undefined
        ? whole
        : `\u001b[${`;${parameters};`.replace(`;${ink};`, `;${instead};`).slice(1, -1)}m`;
    });
};

const sequence = /\u001b\[([\d;]+)m/g;

const ends = /\u001b\[(?:0|22|24|27|39|49)?(?:;(?:22|24|27|39|49))*m/g;

/** Where something painted inside ends, the outer style begins again. */
const reopened = (text: string, open: string): string => text.replace(ends, (end) => end + open);
