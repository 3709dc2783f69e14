/**
 * What a console under CLAWBACK_PROBE shows in its last cell, one further with every key. Written out here because
 * the door it comes from leads through JSX, which Node does not run; a test compares the two.
 */
export const keyMarks = "⓪①②③④⑤⑥⑦⑧⑨";
