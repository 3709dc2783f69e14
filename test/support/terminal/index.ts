/**
 * Terminals for tests: `openConsole` runs a program in a real pty behind a terminal emulator and speaks the user's
 * words; `openEmulator` is the emulator alone; `expectFrame` is the law that every pure painter has to keep.
 */
export { openConsole, type ConsoleOptions, type Ended, type OpenConsole } from "./open-console.ts";
export { openEmulator, type Emulator, type SeenCell } from "./emulator.ts";
export { expectFrame } from "./expect-frame.ts";
export { buildFixture } from "./fixture-program.ts";
