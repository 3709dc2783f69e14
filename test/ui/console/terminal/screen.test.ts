import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { systemClock } from "../../../../src/ground/index.ts";
import { Screen } from "../../../../src/ui/console/terminal/screen.ts";
import type { TerminalOutput } from "../../../../src/ui/console/terminal/link.ts";
import type { Rectangle, Size } from "../../../../src/ui/console/terminal/rectangle.ts";
import type { Misfit } from "../../../../src/ui/console/terminal/stage.ts";
import { width } from "../../../../src/ui/console/theme/index.ts";
import { openEmulator, type Emulator, type SeenCell } from "../../../support/terminal/index.ts";

/** A terminal that takes what it is sent when told to, as a slow link does. */
const slowOutput = (emulator: Emulator) => {
  const queue: (() => Promise<void>)[] = [];
  const output: TerminalOutput = {
    write: (chunk, written) => {
      queue.push(async () => {
        await emulator.write(chunk);
        written();
      });
      return true;
    },
    on: () => undefined,
    off: () => undefined,
  };
  return {
    output,
    waiting: () => queue.length,
    /** Lets the link take everything, including what is sent because it became free. */
    take: async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) await next();
    },
  };
};

const openScreen = (size: Size, clock = systemClock) => {
  const emulator = openEmulator(size.columns, size.rows);
  const link = slowOutput(emulator);
  const due: (() => void)[] = [];
  const misfits: Misfit[] = [];
  const screen = new Screen({
    output: link.output,
    clock,
    size,
    synchronized: true,
    soon: (flush) => {
      due.push(flush);
    },
    onMisfit: (misfit) => {
      misfits.push(misfit);
    },
  });
  screen.release();
  const turn = (): void => {
    for (const flush of due.splice(0)) flush();
  };
  return {
    emulator,
    screen,
    misfits,
    turn,
    link,
    settle: async () => {
      do {
        turn();
        await link.take();
      } while (due.length > 0 || link.waiting() > 0);
    },
  };
};

// What follows is a second, slow and obvious answer to "what should be on the screen": each line is shown alone by an
// emulator, and the cells it shows are laid over each other one by one.

type Truth = {
  size: Size;
  frame: string[];
  regions: Map<string, { place: Rectangle; lines: string[] }>;
  covers: Map<string, Rectangle>;
};

const shownAlone = new Map<string, SeenCell[]>();
const cellsOf = async (line: string, columns: number): Promise<SeenCell[]> => {
  const name = `${columns}:${line}`;
  const known = shownAlone.get(name);
  if (known !== undefined) return known;
  const alone = openEmulator(Math.max(2, columns), 1);
  await alone.write(`\u001b[?7l${line}`);
  const cells = Array.from({ length: columns }, (_, column) => alone.cell(column, 0));
  alone.terminal.dispose();
  shownAlone.set(name, cells);
  return cells;
};

const expectedRow = async (truth: Truth, row: number): Promise<SeenCell[]> => {
  const cells = [...(await cellsOf(truth.frame[row] ?? "", truth.size.columns))];
  /** Which layer's glyph each cell shows a part of, so that parts of two never pass for one. */
  let owners = cells.map(() => "frame");
  for (const [id, { place, lines }] of truth.regions) {
    if (row < place.top || row >= place.top + place.height) continue;
    const over = await cellsOf(lines[row - place.top] ?? "", place.width);
    for (const [index, cell] of over.entries()) {
      const column = place.left + index;
      if (column < 0 || column >= truth.size.columns) continue;
      const isCovered = [...truth.covers.values()].some(
        (each) =>
          row >= each.top &&
          row < each.top + each.height &&
          column >= each.left &&
          column < each.left + each.width,
      );
      if (isCovered) continue;
      cells[column] = cell;
      owners[column] = id;
    }
    // Every layer leaves whole glyphs behind for the next one.
    const whole = mended(cells, owners);
    cells.splice(0, cells.length, ...whole);
  }
  return cells;
};

const mended = (cells: readonly SeenCell[], owners: readonly string[]): SeenCell[] => {
  const result = [...cells];
  let column = 0;
  while (column < cells.length) {
    const wide = cells[column]?.width ?? 1;
    let whole = 1;
    while (whole < wide && cells[column + whole]?.width === 0 && owners[column + whole] === owners[column]) {
      whole += 1;
    }
    if (whole !== wide) {
      for (let at = column; at < column + whole; at += 1) {
        const cell = result[at];
        if (cell !== undefined) result[at] = { ...cell, text: " ", width: 1 };
      }
    }
    column += whole;
  }
  return result;
};

const words = [
  "api",
  "running",
  " ",
  "    ",
  "日本",
  "é",
  "▁▃█",
  "42.5",
  "👍🏽",
  "ｗ",
  "│",
  "…",
  "✖",
  "⏸",
  "한글",
  "👩‍👩‍👧",
  "e\u0301",
  "🇫🇷",
  "0:01",
];
const styles = [
  "31",
  "32;1",
  "39",
  "0",
  "7",
  "27",
  "38;5;208",
  "48;2;10;20;30",
  "49",
  "2",
  "22",
  "4",
  "24",
  "1;38;2;1;2;3;44",
];

const lineOf = (columns: number): fc.Arbitrary<string> =>
  fc
    .array(
      fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom(...words) },
        { weight: 1, arbitrary: fc.constantFrom(...styles).map((each) => `\u001b[${each}m`) },
      ),
      { maxLength: 30 },
    )
    .map((parts) => {
      let line = "";
      for (const part of parts) if (width(line + part) <= columns) line += part;
      return line;
    });

const sizes = fc.record({ columns: fc.integer({ min: 2, max: 44 }), rows: fc.integer({ min: 1, max: 9 }) });
const rectangles = fc.record({
  left: fc.integer({ min: -4, max: 44 }),
  top: fc.integer({ min: -2, max: 9 }),
  width: fc.integer({ min: 0, max: 24 }),
  height: fc.integer({ min: 0, max: 6 }),
});
const ids = fc.constantFrom("one", "two", "three");
const anyLine = lineOf(44);

type Step =
  | {
      readonly do: "spots";
      readonly row: number;
      readonly spots: readonly number[];
      readonly letter: string;
    }
  | { readonly do: "frame"; readonly lines: readonly string[] }
  | { readonly do: "line"; readonly row: number; readonly line: string }
  | {
      readonly do: "region";
      readonly id: string;
      readonly place: Rectangle;
      readonly lines: readonly string[];
    }
  | { readonly do: "cover"; readonly id: string; readonly place: Rectangle }
  | { readonly do: "remove" | "uncover"; readonly id: string }
  | { readonly do: "resize"; readonly size: Size }
  | { readonly do: "scribble" | "turn" | "settle" };

const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant("frame"), lines: fc.array(anyLine, { maxLength: 9 }) }),
  fc.record({ do: fc.constant("line"), row: fc.nat(8), line: anyLine }),
  fc.record({
    do: fc.constant("spots"),
    row: fc.nat(8),
    spots: fc.array(fc.nat(40), { minLength: 1, maxLength: 3 }),
    letter: fc.constantFrom("x", "y", "z"),
  }),
  fc.record({
    do: fc.constant("region"),
    id: ids,
    place: rectangles,
    lines: fc.array(anyLine, { minLength: 6, maxLength: 6 }),
  }),
  fc.record({ do: fc.constant("cover"), id: ids, place: rectangles }),
  fc.record({ do: fc.constantFrom("remove", "uncover"), id: ids }),
  fc.record({ do: fc.constant("resize"), size: sizes }),
  fc.record({ do: fc.constantFrom("scribble", "turn", "settle") }),
) as fc.Arbitrary<Step>;

/** Lines are generated for a wide screen; each layer gets as much of them as it has room for. */
const narrowed = (line: string, columns: number): string => {
  let kept = line;
  while (width(kept) > columns) kept = kept.slice(0, -1);
  const whole = kept.replace(/[\ud800-\udbff\u200d]+$/, "");
  const lastSequence = whole.lastIndexOf("\u001b");
  return lastSequence >= 0 && !whole.includes("m", lastSequence) ? whole.slice(0, lastSequence) : whole;
};

const perform = async (step: Step, truth: Truth, it: ReturnType<typeof openScreen>): Promise<void> => {
  const { screen, emulator } = it;
  switch (step.do) {
    case "frame":
      truth.frame = step.lines.slice(0, truth.size.rows).map((line) => narrowed(line, truth.size.columns));
      screen.setFrame([...truth.frame]);
      break;
    case "line":
      truth.frame = Array.from({ length: truth.size.rows }, (_, row) => truth.frame[row] ?? "");
      if (step.row < truth.frame.length) truth.frame[step.row] = narrowed(step.line, truth.size.columns);
      screen.setFrame([...truth.frame]);
      break;
    case "spots": {
      // Small changes in a line that stays: that is what a console is made of.
      // oxlint-disable-next-line no-control-regex -- escape sequences stay as they are
      const parts = (truth.frame[step.row] ?? "").split(/(\u001b\[[\d;]*m|[ -~])/);
      for (const spot of step.spots) if (/^[ -~]$/.test(parts[spot] ?? "")) parts[spot] = step.letter;
      truth.frame = truth.frame.map((line, row) => (row === step.row ? parts.join("") : line));
      screen.setFrame([...truth.frame]);
      break;
    }
    case "region": {
      const lines = step.lines.slice(0, step.place.height).map((line) => narrowed(line, step.place.width));
      truth.regions.set(step.id, { place: step.place, lines });
      screen.setRegion(step.id, step.place, () => lines);
      break;
    }
    case "remove":
      truth.regions.delete(step.id);
      screen.removeRegion(step.id);
      break;
    case "cover":
      truth.covers.set(step.id, step.place);
      screen.setCover(step.id, step.place);
      break;
    case "uncover":
      truth.covers.delete(step.id);
      screen.setCover(step.id, undefined);
      break;
    case "resize":
      // What was under way lands on the terminal in its old size.
      await it.link.take();
      emulator.terminal.resize(step.size.columns, step.size.rows);
      truth.size = step.size;
      screen.resize(step.size);
      truth.frame = [];
      break;
    case "scribble":
      await it.settle();
      await emulator.write("\u001b[7;35m\u001b[2;1Hgarbage 日本\u001b[H\u001b[K");
      screen.repaint();
      break;
    case "turn":
      it.turn();
      break;
    case "settle":
      await it.settle();
      break;
  }
};

/** Cells that belong to no whole glyph. Terminals draw them in their own ways, so there must be none. */
const halfGlyphs = (screen: Screen): number[] => {
  const { glyphs, columns } = screen.stage.compose();
  const found: number[] = [];
  for (let cell = 0; cell < glyphs.length;) {
    const wide = screen.stage.inks.glyphs.widthOf(glyphs[cell] ?? 0);
    const end = Math.min(cell + Math.max(1, wide), (Math.floor(cell / columns) + 1) * columns);
    const rest = [...glyphs.subarray(cell + 1, end)];
    if (glyphs[cell] === 0 || wide !== end - cell || rest.some((each) => each !== 0)) found.push(cell);
    cell = end;
  }
  return found;
};

describe("the screen", () => {
  it("shows exactly the layers it was given, whatever happens in whatever order", async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.array(steps, { minLength: 1, maxLength: 24 }), async (size, all) => {
        const it = openScreen(size);
        const truth: Truth = { size, frame: [], regions: new Map(), covers: new Map() };
        await it.emulator.write("\u001b[?7l");
        for (const step of all) await perform(step, truth, it);
        await it.settle();
        for (let row = 0; row < truth.size.rows; row += 1) {
          const seen = Array.from({ length: truth.size.columns }, (_, column) =>
            it.emulator.cell(column, row),
          );
          expect(seen, `row ${row}`).toEqual(await expectedRow(truth, row));
        }
        expect(it.misfits).toEqual([]);
        expect(halfGlyphs(it.screen)).toEqual([]);
        it.emulator.terminal.dispose();
      }),
      { numRuns: 250, interruptAfterTimeLimit: 20_000 },
    );
  });

  const size: Size = { columns: 20, rows: 3 };

  it.each([1, 2, 3, 5, 9])("jumps over %i unchanged cells between two that changed", async (gap) => {
    const it = openScreen(size);
    const line = (end: string): string => `${end}${"│".repeat(gap)}${end}`;
    it.screen.setFrame([line("a"), `\u001b[7m${line("c")}`]);
    await it.settle();
    it.screen.setFrame([line("b"), `\u001b[7m${line("d")}`]);
    await it.settle();
    expect(it.emulator.lines()).toEqual([line("b"), line("d"), ""]);
  });

  it("cuts no wide glyph in two for a cover that covers nothing", async () => {
    const it = openScreen(size);
    it.screen.setRegion("pane", { left: 0, top: 0, width: 4, height: 1 }, () => ["日本"]);
    it.screen.setCover("dialog", { left: 3, top: 0, width: 0, height: 1 });
    await it.settle();
    expect(it.emulator.lines()[0]).toBe("日本");
  });

  it("writes nothing when nothing changed", async () => {
    const it = openScreen(size);
    it.screen.setFrame(["one", "two", "three"]);
    it.screen.setRegion("pane", { left: 5, top: 0, width: 5, height: 2 }, () => ["a", "b"]);
    await it.settle();
    const before = it.screen.stats;
    it.screen.setFrame(["one", "two", "three"]);
    it.screen.touchRegion("pane");
    await it.settle();
    expect(it.screen.stats).toEqual(before);
  });

  it("makes one frame of everything that changes at once", async () => {
    const it = openScreen(size);
    it.screen.setFrame(["one"]);
    it.screen.setRegion("pane", { left: 5, top: 0, width: 5, height: 1 }, () => ["a"]);
    it.screen.setCover("dialog", { left: 6, top: 0, width: 1, height: 1 });
    it.turn();
    expect(it.link.waiting()).toBe(1);
    expect(it.screen.stats.frames).toBe(1);
  });

  it("keeps only the newest frame while the link is busy, and paints no pane that nobody would see", async () => {
    const it = openScreen(size);
    await it.settle();
    let painted = 0;
    const place: Rectangle = { left: 0, top: 0, width: 20, height: 1 };
    it.screen.setRegion("pane", place, () => [`painted ${(painted += 1)}`]);
    it.turn();
    expect(it.screen.stats.backlogged).toBe(true);
    for (let change = 0; change < 50; change += 1) {
      it.screen.touchRegion("pane");
      it.turn();
    }
    expect(painted).toBe(1);
    expect(it.link.waiting()).toBe(1);
    await it.settle();
    expect(painted).toBe(2);
    expect(it.emulator.lines()[0]).toBe("painted 2");
    expect(it.screen.stats).toMatchObject({ dropped: 49, frames: 3, backlogged: false });
  });

  it("keeps what is in front in front of what is placed later", async () => {
    const it = openScreen(size);
    it.screen.setRegion("front", { left: 2, top: 0, width: 1, height: 1 }, () => ["!"], true);
    it.screen.setRegion("pane", { left: 0, top: 0, width: 5, height: 1 }, () => ["later"]);
    await it.settle();
    expect(it.emulator.lines()[0]).toBe("la!er");
  });

  it("writes nothing while it is held, and then what is due", async () => {
    const it = openScreen(size);
    it.screen.hold();
    it.screen.setFrame(["one"]);
    await it.settle();
    expect(it.screen.stats.frames).toBe(0);
    it.screen.release();
    await it.settle();
    expect(it.emulator.lines()[0]).toBe("one");
  });

  it("reports frames and panes that are not of the size they should be, and shows what fits", async () => {
    const it = openScreen(size);
    it.screen.setFrame(["1", "2", "3", "4"]);
    it.screen.setFrame(["x".repeat(21)]);
    it.screen.setRegion("short", { left: 0, top: 1, width: 4, height: 2 }, () => ["a"]);
    it.screen.setRegion("wide", { left: 5, top: 1, width: 4, height: 1 }, () => ["日本語"]);
    await it.settle();
    expect(it.misfits.map(({ kind, what, wanted }) => [kind, what, wanted])).toEqual([
      ["frame-too-tall", "frame", 3],
      ["frame-too-wide", "frame row 0", 20],
      ["pane-wrong-height", "short", 2],
      ["pane-too-wide", "wide row 0", 4],
    ]);
    expect(it.screen.stats.misfits).toBe(4);
    expect(it.emulator.lines()).toEqual(["x".repeat(20), "a    日本", ""]);
  });

  it("puts up with frames of the old size after a resize, but not for good", () => {
    const timers: (() => void)[] = [];
    const it = openScreen(size, {
      ...systemClock,
      after: (_delayMs, run) => {
        timers.push(run);
        return () => undefined;
      },
    });
    it.screen.resize({ columns: 10, rows: 2 });
    it.screen.setFrame(["1", "2", "3"]);
    expect(it.misfits).toEqual([]);
    for (const run of timers) run();
    expect(it.misfits.map((each) => each.kind)).toEqual(["frame-too-tall"]);
  });

  it("goes on when more styles and glyphs come by than it keeps", async () => {
    const it = openScreen(size);
    for (let batch = 0; batch < 900; batch += 1) {
      const glyphs = Array.from({ length: 20 }, (_, index) => {
        const number = batch * 20 + index;
        return `\u001b[38;2;${number >> 8};${number & 0xff};7me${String.fromCodePoint(0x300 + (number % 50), 0x300 + (Math.floor(number / 50) % 50), 0x300 + Math.floor(number / 2500))}`;
      });
      it.screen.setFrame([glyphs.join("")]);
      await it.settle();
    }
    const last = it.emulator.cell(19, 0);
    expect(last.text.codePointAt(0)).toBe("e".codePointAt(0));
    it.screen.repaint();
    await it.settle();
    expect(it.emulator.cell(19, 0)).toEqual(last);
    expect(last.textColour).toContain(String((17_999 >> 8) * 0x1_0000 + (17_999 & 0xff) * 0x100 + 7));
  });
});
