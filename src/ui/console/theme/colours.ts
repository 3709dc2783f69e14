import type { ColourDepth } from "./capabilities.ts";

/**
 * A colour as a theme names it: 24 bits, with the one of the sixteen that stands for it where there are no more.
 * Sixteen-colour terminals let their owner choose what "red" looks like, so the nearest is never computed.
 */
export type Colour = {
  readonly rgb: number;
  /** 0-7 normal, 8-15 bright. */
  readonly basic: number;
};

/** The parameters of the SGR sequence that sets this colour. */
export const colourParameters = (colour: Colour, plane: "text" | "ground", depth: ColourDepth): string => {
  const { rgb, basic } = colour;
  switch (depth) {
    case "mono":
      return "";
    case "16": {
      const base = plane === "text" ? 30 : 40;
      return String(basic < 8 ? base + basic : base + 60 + basic - 8);
    }
    case "256":
      return `${plane === "text" ? 38 : 48};5;${nearest256(rgb)}`;
    case "truecolor":
      return `${plane === "text" ? 38 : 48};2;${rgb >> 16};${(rgb >> 8) & 0xff};${rgb & 0xff}`;
  }
};

/** The levels of the 6×6×6 cube of xterm. */
const levels = [0, 95, 135, 175, 215, 255] as const;

const nearestLevel = (value: number): number => {
  let best = 0;
  levels.forEach((level, index) => {
    if (Math.abs(level - value) < Math.abs((levels[best] ?? 0) - value)) best = index;
  });
  return best;
};

const nearest256 = (rgb: number): number => {
  const [red, green, blue] = [rgb >> 16, (rgb >> 8) & 0xff, rgb & 0xff];
  const cube = [nearestLevel(red), nearestLevel(green), nearestLevel(blue)] as const;
  const step = Math.max(0, Math.min(23, Math.round(((red + green + blue) / 3 - 8) / 10)));
  const grey = 8 + step * 10;
  const far = (to: readonly [number, number, number]): number =>
    (to[0] - red) ** 2 + (to[1] - green) ** 2 + (to[2] - blue) ** 2;
  const inCube = far([levels[cube[0]] ?? 0, levels[cube[1]] ?? 0, levels[cube[2]] ?? 0]);
  return far([grey, grey, grey]) < inCube ? 232 + step : 16 + 36 * cube[0] + 6 * cube[1] + cube[2];
};

/** The sixteen as the consoles of PCs have had them; what their owner has made of them nobody can ask. */
const sixteen = [
  0x000000, 0xaa0000, 0x00aa00, 0xaa5500, 0x0000aa, 0xaa00aa, 0x00aaaa, 0xaaaaaa, 0x555555, 0xff5555,
  0x55ff55, 0xffff55, 0x5555ff, 0xff55ff, 0x55ffff, 0xffffff,
] as const;

/** What the eye gets of a colour, as far as it is known. */
export const seenAs = ({ rgb, basic }: Colour, depth: ColourDepth): number =>
  depth === "16" ? (sixteen[basic] ?? rgb) : rgb;
