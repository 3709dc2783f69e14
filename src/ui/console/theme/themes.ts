import type { Colour } from "./colours.ts";
import type { Role } from "./roles.ts";

export type RoleStyle = {
  readonly text?: Colour;
  readonly ground?: Colour;
  readonly bold?: true;
  readonly dim?: true;
  readonly underline?: true;
  readonly inverse?: true;
};

export type Theme = Readonly<Record<Role, RoleStyle>>;

export type ThemeName = "dark" | "light" | "high-contrast" | "mono" | "colour-blind";

const colour = (rgb: number, basic: number): Colour => ({ rgb, basic });

/** The colours a theme is made of; everything else about the themes is alike. */
type Palette = {
  readonly secondary: Colour;
  readonly faint: Colour;
  readonly good: Colour;
  readonly warn: Colour;
  readonly bad: Colour;
  readonly busy: Colour;
  readonly paused: Colour;
  readonly accent: Colour;
  readonly line: Colour;
  readonly selected: { readonly text: Colour; readonly ground: Colour };
  readonly resting: Colour;
};

const themeOf = (palette: Palette): Theme => ({
  // The terminal's own text colour: its owner chose it to be readable on its own ground.
  "text.primary": {},
  "text.secondary": { text: palette.secondary },
  "text.dim": { text: palette.faint },
  "text.strong": { bold: true },
  "state.good": { text: palette.good },
  "state.warn": { text: palette.warn },
  "state.bad": { text: palette.bad, bold: true },
  "state.unknown": { text: palette.faint },
  "state.busy": { text: palette.busy },
  "state.paused": { text: palette.paused },
  accent: { text: palette.accent },
  key: { text: palette.accent, bold: true },
  title: { bold: true },
  selection: { text: palette.selected.text, ground: palette.selected.ground, bold: true },
  "selection.idle": { ground: palette.resting },
  match: { underline: true, text: palette.accent },
  banner: { inverse: true, text: palette.accent },
  alarm: { inverse: true, bold: true, text: palette.bad },
  frame: { text: palette.faint },
  "frame.focus": { text: palette.accent },
  "chart.line": { text: palette.line },
  "chart.fill": { text: palette.faint },
  "chart.threshold": { text: palette.warn },
  "chart.mark": { text: palette.accent, bold: true },
  "diff.added": { text: palette.good },
  "diff.removed": { text: palette.bad },
  "diff.changed": { text: palette.warn },
});

const dark = themeOf({
  secondary: colour(0xb4bcc8, 7),
  faint: colour(0x7d8794, 8),
  good: colour(0x7fd88f, 2),
  warn: colour(0xf2c55c, 3),
  bad: colour(0xff6b68, 9),
  busy: colour(0x6cb6ff, 6),
  paused: colour(0xc49bff, 5),
  accent: colour(0x5fd7d7, 14),
  line: colour(0x6cb6ff, 6),
  selected: { text: colour(0xffffff, 15), ground: colour(0x264a6b, 4) },
  resting: colour(0x30363d, 8),
});

const light = themeOf({
  secondary: colour(0x4b5563, 8),
  faint: colour(0x6b7280, 8),
  good: colour(0x1a7f37, 2),
  warn: colour(0x8a5a00, 3),
  bad: colour(0xc01c28, 1),
  busy: colour(0x0b5cad, 4),
  paused: colour(0x7a3fb0, 5),
  accent: colour(0x006d77, 6),
  line: colour(0x0b5cad, 4),
  selected: { text: colour(0xffffff, 15), ground: colour(0x0b5cad, 4) },
  resting: colour(0xd8dee4, 7),
});

const highContrast = themeOf({
  secondary: colour(0xffffff, 15),
  faint: colour(0xd0d0d0, 7),
  good: colour(0x00ff5f, 10),
  warn: colour(0xffff00, 11),
  bad: colour(0xff5f5f, 9),
  busy: colour(0x5fffff, 14),
  paused: colour(0xff87ff, 13),
  accent: colour(0x5fffff, 14),
  line: colour(0xffffff, 15),
  selected: { text: colour(0x000000, 0), ground: colour(0xffffff, 15) },
  resting: colour(0x585858, 8),
});

/** The palette of Okabe and Ito (2008), told apart with every common form of colour blindness. */
const colourBlind = themeOf({
  secondary: colour(0xb4bcc8, 7),
  faint: colour(0x8a929c, 8),
  good: colour(0x56b4e9, 6),
  warn: colour(0xf0e442, 11),
  bad: colour(0xd55e00, 9),
  busy: colour(0x009e73, 2),
  paused: colour(0xcc79a7, 13),
  accent: colour(0xe69f00, 3),
  line: colour(0x56b4e9, 6),
  selected: { text: colour(0xffffff, 15), ground: colour(0x0072b2, 4) },
  resting: colour(0x30363d, 8),
});

/** No colour at all: weight and inversion only, and the symbols and words beside them say the rest. */
const mono: Theme = {
  "text.primary": {},
  "text.secondary": {},
  "text.dim": { dim: true },
  "text.strong": { bold: true },
  "state.good": {},
  "state.warn": { bold: true },
  "state.bad": { bold: true },
  "state.unknown": { dim: true },
  "state.busy": {},
  "state.paused": { dim: true },
  accent: { bold: true },
  key: { bold: true },
  title: { bold: true },
  selection: { inverse: true },
  "selection.idle": { underline: true },
  match: { underline: true },
  banner: { inverse: true },
  alarm: { inverse: true, bold: true },
  frame: { dim: true },
  "frame.focus": { bold: true },
  "chart.line": {},
  "chart.fill": { dim: true },
  "chart.threshold": { dim: true },
  "chart.mark": { bold: true },
  "diff.added": {},
  "diff.removed": { bold: true },
  "diff.changed": {},
};

export const themes: Readonly<Record<ThemeName, Theme>> = {
  dark,
  light,
  "high-contrast": highContrast,
  mono,
  "colour-blind": colourBlind,
};
