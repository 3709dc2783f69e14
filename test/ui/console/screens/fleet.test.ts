import { describe, expect, it } from "vitest";
import { helpLines } from "../../../../src/ui/console/panes/help.ts";
import { commandsHere } from "../../../../src/ui/console/commands/index.ts";
import { paletteLines } from "../../../../src/ui/console/panes/palette.ts";
import { summaryLine } from "../../../../src/ui/console/panes/summary.ts";
import {
  paintAxisPane,
  paintContextPane,
  paintFooterPane,
  paintHeaderPane,
  paintLogPane,
  paintTablePane,
} from "../../../../src/ui/console/screens/fleet-panes.ts";
import { fleetLayout } from "../../../../src/ui/console/state/layout.ts";
import type { ConsoleModel } from "../../../../src/ui/console/state/model.ts";
import { makeLook, stripSgr, width, type Look } from "../../../../src/ui/console/theme/index.ts";
import { consoleModel, fleetStory } from "../../../support/fleet-story.ts";
import { expectFrame } from "../../../support/terminal/index.ts";

const looks = {
  colour: makeLook({ theme: "dark", depth: "truecolor", ascii: false }),
  mono: makeLook({ theme: "dark", depth: "mono", ascii: false }),
  ascii: makeLook({ theme: "dark", depth: "mono", ascii: true }),
} as const;

const sizes = [
  [60, 15],
  [80, 24],
  [120, 40],
  [200, 60],
] as const;

const story = fleetStory();

/** The panes one below the other, as the screen lays them out. */
const wholeFrame = (model: ConsoleModel, columns: number, rows: number, look: Look): readonly string[] => {
  const { table, chart, axis, log } = fleetLayout({ columns, rows }, model.watch.gateways.length);
  return [
    ...paintHeaderPane(model, { columns, rows: 1 }, look),
    ...paintTablePane(model, { columns, rows: table }, look),
    ...(chart === 0 ? [] : paintContextPane(model, { columns, rows: chart }, look)),
    ...paintAxisPane(model, { columns, rows: axis }, look),
    ...paintLogPane(model, { columns, rows: log }, look),
    ...paintFooterPane(model, { columns, rows: 1 }, look),
  ];
};

describe("the fleet screen", () => {
  const cases = sizes.flatMap(([columns, rows]) =>
    (["colour", "mono", "ascii"] as const).map((look) => [columns, rows, look] as const),
  );

  it.each(cases)("looks as drawn at %dx%d in %s", async (columns, rows, look) => {
    const frame = wholeFrame(consoleModel(story, { columns, rows }), columns, rows, looks[look]);
    expectFrame(frame, { columns, rows });
    await expect(`${frame.join("\n")}\n`).toMatchFileSnapshot(`frames/fleet-${columns}x${rows}-${look}.txt`);
  });

  it("fits every size from the smallest up", () => {
    for (let columns = 60; columns <= 240; columns += 7) {
      for (let rows = 15; rows <= 70; rows += 5) {
        const frame = wholeFrame(consoleModel(story, { columns, rows }), columns, rows, looks.mono);
        expectFrame(frame, { columns, rows });
      }
    }
  });

  it("says nothing beyond ASCII where that is asked for, but for names", () => {
    const frame = stripSgr(wholeFrame(consoleModel(story), 80, 24, looks.ascii).join("\n")).replaceAll(
      "東京支店",
      "",
    );
    expect(frame).toMatch(/^[\x20-\x7e\n]*$/);
  });

  it("shows a number that is not known as a question mark, never as zero", () => {
    const model = consoleModel(story, { filter: "東京" });
    const [, row = ""] = paintTablePane(model, { columns: 200, rows: 2 }, looks.mono);
    expect(row).toContain("?");
    expect(row).not.toMatch(/\b0\b|0%/);
  });

  it("tells the states apart without colour", () => {
    const rows = paintTablePane(consoleModel(story), { columns: 200, rows: 6 }, looks.mono);
    const states = rows.slice(1).map((row) => /[✖▲●◐?] [a-z]+/.exec(stripSgr(row))?.[0]);
    expect(states).toEqual(["✖ sick", "● up", "◐ booting", "✖ crashed", "? waiting"]);
  });

  it("keeps the selection visible without colour, and on the gateway rather than on the row", () => {
    const frame = paintTablePane(
      consoleModel(story, { selectedGateway: "staging" }),
      { columns: 80, rows: 6 },
      looks.mono,
    );
    expect(frame.filter((line) => line.includes("▸"))).toEqual([expect.stringContaining("staging")]);
  });

  it("shows only what a filter finds, and how to see all again", () => {
    const found = paintTablePane(
      consoleModel(story, { filter: "prod !us" }),
      { columns: 80, rows: 4 },
      looks.mono,
    );
    expect(found.slice(1).filter((line) => line !== "")).toEqual([expect.stringContaining("prod-eu")]);
    const none = paintTablePane(consoleModel(story, { filter: "xyz" }), { columns: 80, rows: 4 }, looks.mono);
    expect(none[1]).toContain("nothing here matches /xyz");
  });
});

describe("what goes with every screen", () => {
  it("is one line on a terminal with no room, the sick ones first", () => {
    const line = stripSgr(summaryLine(story.model, 59, looks.mono));
    expect(width(line)).toBe(59);
    expect(line).toMatch(/^prod-eu ✖ [a-z-]+ · edge-1 ✖ .* · 東京/);
  });

  it("lists in the palette what matches, with its key, and says when nothing does", () => {
    const open = (text: string): ConsoleModel =>
      consoleModel(story, { prompt: { kind: "palette", text, selected: 0 } });
    const lines = paletteLines(open("half"), { columns: 70, rows: 8 }, looks.mono);
    expectFrame(lines, { columns: 70, rows: 8 });
    expect(stripSgr(lines[0] ?? "")).toMatch(/▸ half a page down +ctrl-d/);
    expect(paletteLines(open("zzz"), { columns: 70, rows: 8 }, looks.mono)[0]).toContain(
      "no command is called that",
    );
  });

  it("explains in the help every command there is, and why one cannot run", () => {
    const model = consoleModel(story);
    const commands = commandsHere(model).map((command) => ({
      command,
      disabled: command.disabledReason?.(model),
    }));
    const text = helpLines(commands, 120, looks.mono).join("\n");
    for (const { command } of commands) expect(text).toContain(command.help);
    expect(text).toContain("this is the first screen; q quits");
  });
});
