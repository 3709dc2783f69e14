import type { Capabilities } from "../theme/index.ts";

/** What is asked of the terminal on the way in, and the same taken back on the way out. */

// The alternate screen; no cursor; no wrapping (a glyph wider than we think must not push the frame up); pastes marked.
const enterFully = "\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[?2004h";

// An editor that died, or a program before us, may have left its colours, its scrolling region, its line drawing letters
// and its keypad behind. After the alternate screen is there, because a scrolling region takes the cursor home.
const settled = "\u001b[m\u001b[r\u001b(B\u000f\u001b[?1l\u001b>";

const pointersOff = "\u001b[?1000l\u001b[?1002l\u001b[?1003l\u001b[?1006l";

// First whatever was half said: a synchronized update, a colour. The keyboard and mouse modes are none of ours, but a
// terminal that is left with them by somebody we ran in between is as unusable as if they were.
const leaveFully = `\u001b[?2026l\u001b[m\u001b[?2004l${pointersOff}\u001b[?7h\u001b[?1049l\u001b[?25h`;

// Presses and the wheel, in numbers that a wide terminal does not overflow.
const pointerOn = "\u001b[?1000h\u001b[?1006h";
const pointerOff = "\u001b[?1000l\u001b[?1006l";

export const pointerSequence = (on: boolean): string => (on ? pointerOn : pointerOff);

type Known = Pick<Capabilities, "synchronized">;

// Terminals without those modes are old enough to print what they do not understand.
export const enterSequence = (capabilities: Known, pointer: boolean): string =>
  `${enterFully}${settled}${capabilities.synchronized ? pointersOff : ""}${pointer ? pointerOn : ""}`;

export const leaveSequence = (capabilities: Known, pointer: boolean): string =>
  capabilities.synchronized
    ? leaveFully
    : `${pointer ? pointerOff : ""}\u001b[m\u001b[?2004l\u001b[?7h\u001b[?1049l\u001b[?25h`;
