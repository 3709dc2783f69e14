/**
 * The terminal, taken and given back. `openTerminal` is its only owner: alternate screen, raw mode, signals, keys,
 * sizes, the bytes that go out. `mountConsole` hangs an Ink tree into it, and `Live` panes in the tree are painted by
 * pure functions around React. It promises that the terminal is restored on every way out that can be seen coming,
 * that a link which takes nothing never holds up the program, and that an unchanged screen costs no byte. What is
 * drawn, and what keys mean, it leaves to others.
 */
export { openTerminal, type Terminal, type TerminalOptions } from "./open-terminal.ts";
export { mountConsole, type MountedConsole, type MountOptions } from "./mount-console.tsx";
export {
  Cover,
  type CoverProps,
  Live,
  type LiveProps,
  type LiveSource,
  type PanePainter,
  useLook,
  useTerminalSize,
} from "./live.tsx";
export { attachProbe, keyMarks, type ProbeReport } from "./probe.ts";
export type { Key } from "./keys.ts";
export type { Rectangle, Size } from "./rectangle.ts";
export type { Pace, ScreenStats } from "./screen.ts";
export type { Misfit } from "./stage.ts";
