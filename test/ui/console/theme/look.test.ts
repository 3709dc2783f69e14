import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  makeLook,
  roles,
  states,
  stripSgr,
  symbolNames,
  themes,
  width,
} from "../../../../src/ui/console/theme/index.ts";
import { contrast } from "../../../../src/ui/console/theme/contrast.ts";
import { openEmulator } from "../../../support/terminal/index.ts";

const depths = ["truecolor", "256", "16", "mono"] as const;
const names = Object.keys(themes) as (keyof typeof themes)[];
const looks = names.flatMap((theme) =>
  depths.flatMap((depth) => [false, true].map((ascii) => makeLook({ theme, depth, ascii }))),
);
const dark = makeLook({ theme: "dark", depth: "truecolor", ascii: false });
const ascii = makeLook({ theme: "dark", depth: "mono", ascii: true });

describe("a look", () => {
  it("gives every symbol one column, and a twin of seven bits", () => {
    for (const name of symbolNames) {
      expect([name, width(dark.symbol(name))]).toEqual([name, 1]);
      expect(`${name} ${ascii.symbol(name)}`).toMatch(/ [!-~]$/);
    }
  });

  it("tells the six states apart without any colour", () => {
    for (const look of looks) {
      expect(new Set(states.map((state) => look.symbol(state))).size).toBe(states.length);
      for (const state of states) expect(stripSgr(look.sign(state))).toBe(look.symbol(state));
    }
  });

  it("never changes the text it paints, and ends every style it begins", async () => {
    const emulator = openEmulator(40, 1);
    for (const look of looks) {
      for (const role of roles) {
        const painted = look.paint(role, "text");
        expect(stripSgr(painted)).toBe("text");
        await emulator.write(`\u001b[2J\u001b[H\u001b[m${painted}x`);
        expect(emulator.cell(4, 0)).toMatchObject({
          text: "x",
          bold: false,
          dim: false,
          underline: false,
          inverse: false,
          textColour: undefined,
          groundColour: undefined,
        });
      }
    }
  });

  it("paints nothing in a selected row that could not be read on its ground", async () => {
    const emulator = openEmulator(40, 1);
    const rgbOf = (colour: string | undefined): number => Number(colour?.split(":")[1]);
    for (const look of looks.filter(({ depth }) => depth === "truecolor")) {
      for (const selected of ["selection", "selection.idle"] as const) {
        for (const state of states) {
          const line = look.paint(selected, `a ${look.paint(`state.${state}`, "word")} b`);
          await emulator.write(`\u001b[2J\u001b[H\u001b[m${line}`);
          const [before, word, after] = [0, 3, 7].map((column) => emulator.cell(column, 0));
          if (word?.textColour === undefined) continue;
          const seen = contrast(rgbOf(word.textColour), rgbOf(before?.groundColour));
          expect(seen, `${look.theme} ${selected} ${state}`).toBeGreaterThanOrEqual(3);
          expect(after).toEqual({ ...before, text: "b" });
        }
      }
    }
  });

  it("hides nothing of a row in the ground it has where there are sixteen colours", async () => {
    const emulator = openEmulator(40, 1);
    for (const look of looks.filter(({ depth }) => depth === "16")) {
      for (const selected of ["selection", "selection.idle"] as const) {
        for (const role of roles.filter((each) => each !== "selection" && each !== "selection.idle")) {
          await emulator.write(`\u001b[2J\u001b[H\u001b[m${look.paint(selected, look.paint(role, "word"))}`);
          const seen = emulator.cell(0, 0);
          expect(seen.textColour, `${look.theme} ${selected} ${role}`).not.toBe(
            seen.groundColour ?? "the terminal's own",
          );
        }
      }
    }
  });

  it("keeps brown and grey apart on a resting row of sixteen colours", () => {
    const look = makeLook({ theme: "dark", depth: "16", ascii: true });
    const row = look.paint(
      "selection.idle",
      `${look.paint("diff.changed", "brown")} ${look.paint("text.dim", "grey")}`,
    );
    expect(row).not.toMatch(/\u001b\[(?:33|90)m/);
  });

  it("uses no colour in mono, and shows a selection all the same", () => {
    for (const look of looks.filter((each) => each.depth === "mono")) {
      expect(look.theme).toBe("mono");
      for (const role of roles)
        expect(look.paint(role, "x")).not.toMatch(/[;[](?:3\d|4[0-79]|9\d|10\d)(?:[;m])/);
      expect(look.paint("selection", "x")).toContain("\u001b[7m");
    }
  });

  it("uses only the sixteen colours where there are no more", () => {
    const sixteen = makeLook({ theme: "light", depth: "16", ascii: false });
    for (const role of roles) expect(sixteen.paint(role, "x")).not.toContain("8;");
  });

  it("paints over what is painted already: the outer style goes on where the inner one ends", async () => {
    const emulator = openEmulator(10, 1);
    await emulator.write(dark.paint("selection", `a${dark.paint("state.bad", "b")}c`));
    const [first, second, third] = [0, 1, 2].map((column) => emulator.cell(column, 0));
    expect(second?.textColour).not.toBe(first?.textColour);
    expect(second?.groundColour).toBe(first?.groundColour);
    expect(third).toEqual({ ...first, text: "c" });
  });

  it("draws bars that claim neither end before it is reached", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1, max: 3, noNaN: true }),
        fc.integer({ min: 2, max: 40 }),
        (fraction, columns) => {
          const drawn = dark.bar(fraction, columns);
          expect(width(drawn)).toBe(columns);
          expect(drawn.includes("█")).toBe(fraction > 0);
          expect(drawn.includes("░")).toBe(fraction < 1);
        },
      ),
    );
    expect(dark.bar(0.52, 8)).toBe("████░░░░");
    expect(ascii.bar(1.05, 8)).toBe("########");
    expect(dark.bar(undefined, 4)).toBe("?   ");
    expect(dark.bar(Number.NaN, 4)).toBe("?   ");
  });

  it("draws one column a value, the newest at the right, and a dot for what is not known", () => {
    expect(dark.spark([0, 1, 2, 3, 4, 5, 6, 7], 8)).toBe("▁▂▃▄▅▆▇█");
    expect(dark.spark([1, undefined, 3], 5)).toBe("  ▁·█");
    expect(ascii.spark([0, 50, 100, 400], 3, { lowest: 0, highest: 100 })).toBe("+@@");
    expect(dark.spark([5, 5], 2)).toBe("▁▁");
    expect(dark.spark([], 3)).toBe("   ");
    fc.assert(
      fc.property(fc.array(fc.option(fc.double(), { nil: undefined })), fc.nat(30), (values, columns) => {
        expect(width(dark.spark(values, columns))).toBe(columns);
      }),
    );
  });

  it("draws rules of exactly the columns there are", () => {
    for (const columns of [0, 1, 4, 5, 12, 40]) {
      expect(width(dark.rule(columns, "prod-eu, last hour"))).toBe(columns);
      expect(width(dark.rule(columns))).toBe(columns);
    }
    expect(stripSgr(ascii.rule(14, "log"))).toBe("- log --------");
  });
});
