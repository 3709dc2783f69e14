import { describe, expect, it } from "vitest";
import { clipboardSequence } from "../../../../src/ui/console/terminal/clipboard.ts";
import { enterSequence } from "../../../../src/ui/console/terminal/modes.ts";
import { openEmulator } from "../../../support/terminal/index.ts";

const modern = { synchronized: true };

/** All that an editor can leave behind when it is killed. */
const left = [
  "\u001b[?1049h\u001b[31;42m",
  "\u001b[2;3r",
  "\u001b(0",
  "\u001b[?1003h\u001b[?1006h",
  "\u001b[?1h\u001b=",
].join("");

describe("a terminal that is taken over", () => {
  it("has nothing of what a program before left behind", async () => {
    const emulator = openEmulator(20, 5);
    await emulator.write(left);
    expect(emulator.isPointing()).toBe(true);
    await emulator.write(enterSequence(modern, false));
    // Where a scrolling region stands, the last line pushes nothing out of the first.
    await emulator.write("\u001b[1;1Hqqq\u001b[5;1H\n");
    expect(emulator.isPointing()).toBe(false);
    expect(emulator.lines()[0]).toBe("");
    await emulator.write("\u001b[1;1Hqqq");
    expect(emulator.cell(0, 0)).toMatchObject({ text: "q", textColour: undefined, groundColour: undefined });
  });

  it("asks for the pointer after it has taken back what others asked for", async () => {
    const emulator = openEmulator(20, 5);
    await emulator.write(enterSequence(modern, true));
    expect(emulator.isPointing()).toBe(true);
  });

  it("asks an old one for nothing that it would print", () => {
    expect(enterSequence({ synchronized: false }, false)).not.toContain("1003");
  });
});

describe("a text for the clipboard", () => {
  const text = "agent:main:console-big ".repeat(40);
  const plain = `\u001b]52;c;${Buffer.from(text).toString("base64")}\u0007`;

  it("is one sequence", () => {
    expect(clipboardSequence(text, { insideScreen: false })).toBe(plain);
  });

  it("goes through GNU screen in pieces that it passes on whole", () => {
    const passed = clipboardSequence(text, { insideScreen: true });
    const pieces = passed.split("\u001b\\").slice(0, -1);
    expect(pieces.map((piece) => piece.slice(0, 2))).toEqual(pieces.map(() => "\u001bP"));
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(256);
    expect(pieces.map((piece) => piece.slice(2)).join("")).toBe(plain);
  });
});
