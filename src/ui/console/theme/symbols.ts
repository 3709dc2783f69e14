/**
 * Every sign of the console with its 7-bit twin. Both take exactly one column, so a screen has the same layout in
 * either, and the signs of the six states stay apart without any colour.
 */
const table = {
  good: ["●", "*"],
  warn: ["▲", "!"],
  bad: ["✖", "x"],
  unknown: ["?", "?"],
  busy: ["◐", "~"],
  paused: ["⏸", "="],
  idle: ["○", "o"],

  pointer: ["▸", ">"],
  mark: ["▲", "^"],
  yes: ["✓", "v"],
  no: ["✗", "x"],
  star: ["★", "*"],
  diamond: ["◆", "#"],
  snapshot: ["│", "|"],
  fullSnapshot: ["┃", "I"],
  arrow: ["→", ">"],
  up: ["↑", "^"],
  down: ["↓", "v"],
  dot: ["·", "."],
  none: ["–", "-"],
  ellipsis: ["…", "~"],
  caret: ["█", "_"],

  horizontal: ["─", "-"],
  vertical: ["│", "|"],
  topLeft: ["╭", "+"],
  topRight: ["╮", "+"],
  bottomLeft: ["╰", "+"],
  bottomRight: ["╯", "+"],
  teeLeft: ["├", "+"],
  teeRight: ["┤", "+"],
  threshold: ["┄", "-"],

  barFull: ["█", "#"],
  barEmpty: ["░", "."],
  shadeLight: ["▒", ":"],
  shadeDark: ["▓", "+"],
} as const;

export type SymbolName = keyof typeof table;

export const symbolNames = Object.keys(table) as readonly SymbolName[];

export const symbolOf = (name: SymbolName, ascii: boolean): string => table[name][ascii ? 1 : 0];
