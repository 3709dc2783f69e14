import { describe, expect, it } from "vitest";
import type { ConsoleModel } from "../../../src/ui/console/state/model.ts";
import { placeOf } from "../../../src/ui/console/state/view.ts";
import { stripSgr, width } from "../../../src/ui/console/theme/index.ts";
import { actAll } from "../../../src/ui/console/update/index.ts";
import type { Key } from "../../../src/ui/console/terminal/index.ts";
import { consoleModel } from "../../support/fleet-story.ts";
import { incidentStory } from "../../support/incident-story.ts";
import { keepingStory } from "../../support/keeping-story.ts";
import { spoken } from "../../support/spoken.ts";
import { press, pressing, typing } from "../../support/pressing.ts";
import { Watching } from "../../support/replay.ts";
import { looks, sizes, wholeFrame } from "../../support/whole-frame.ts";

const story = incidentStory();

const at = (columns: number, rows: number, more: Partial<ConsoleModel["view"]> = {}): ConsoleModel =>
  actAll(consoleModel(story, { columns, rows, mouse: true, ...more }), [{ kind: "news", watch: story.model }])
    .model;

const linesOf = (model: ConsoleModel): readonly string[] => wholeFrame(model, looks.mono).map(stripSgr);

/** A click on the first place where these words stand. */
const on = (model: ConsoleModel, words: string): Key => {
  const row = linesOf(model).findIndex((line) => line.includes(words));
  const column = linesOf(model)[row]?.indexOf(words) ?? -1;
  if (row < 0 || column < 0) throw new Error(`${words} is not on the screen`);
  return { kind: "click", column: column + 1, row };
};

const click = (model: ConsoleModel, words: string): ConsoleModel => press(model, on(model, words));

const chosen = (model: ConsoleModel): string | undefined =>
  linesOf(model).find((line) => line.startsWith("▸") && !line.includes("─"));

describe.each(sizes)("a mouse at %ix%i", (columns, rows) => {
  it("chooses the row under it, and a second click in its place opens it", () => {
    const fleet = at(columns, rows);
    const once = click(fleet, "edge-1");
    expect(chosen(once)).toContain("edge-1");
    expect(placeOf(once.view)).toEqual({ screen: "fleet" });
    expect(placeOf(click(once, "edge-1").view)).toMatchObject({ screen: "gateway", gateway: "edge-1" });
  });

  it("opens what was clicked though the list has moved under it", () => {
    const many = new Watching(Array.from({ length: 120 }, (_, each) => `gw-${each + 100}`)).wait(1_000);
    const fleet = press(consoleModel(many, { columns, rows, mouse: true }), ...typing("j".repeat(20)));
    const selected = linesOf(fleet).findIndex((line) => line.startsWith("▸gw-"));
    const below = { kind: "click", column: 3, row: selected + 2 } as const;
    const name = linesOf(fleet)[below.row]?.trim().split(" ")[0];
    const once = press(fleet, below);
    expect(chosen(once)).toContain(name);
    // It is kept in sight and so stands elsewhere now: another one is under the finger.
    expect(linesOf(once)[below.row]).not.toContain(name);
    expect(placeOf(press(once, below).view)).toMatchObject({ screen: "gateway", gateway: name });
    // After the wheel the place means nothing any more.
    const turned = press(once, { kind: "wheel", by: 1, column: 3, row: below.row });
    expect(placeOf(press(turned, below).view)).toEqual({ screen: "fleet" });
  });

  it("presses the keys of the last line, and nothing between them", () => {
    const fleet = at(columns, rows);
    const last = linesOf(fleet).at(-1) ?? "";
    const column = last.indexOf("[?]");
    expect(placeOf(press(fleet, { kind: "click", column, row: rows - 1 }).view).screen).toBe("help");
    const beside = { kind: "click", column: column - 1, row: rows - 1 } as const;
    expect(placeOf(press(fleet, beside).view).screen).toBe("fleet");
  });
});

describe("a mouse on the parts of something", () => {
  it.each(["en", "zh-Hans"] as const)("turns to each part of a gateway by its name in %s", (language) => {
    const { tabs } = spoken[language].gateway;
    const start = press(at(80, 24), "2");
    const gateway = { ...start, setting: { ...start.setting, texts: spoken[language] } };
    const line = linesOf(gateway)[1] ?? "";
    for (const [tab, word] of Object.entries(tabs)) {
      const column = width(line.slice(0, line.indexOf(word)));
      for (const beside of [-1, 0, width(word)])
        expect(
          placeOf(press(gateway, { kind: "click", column: column + beside, row: 1 }).view),
        ).toMatchObject({ tab });
    }
    const end = width(line.trimEnd()) - 1;
    for (const column of [0, end])
      expect(placeOf(press(gateway, { kind: "click", column, row: 1 }).view)).toMatchObject({
        tab: "overview",
      });
  });

  it("turns to a section of a comparison, with its count", () => {
    const compare = press({ ...at(80, 24), vault: keepingStory(story) }, "c");
    expect(placeOf(click(compare, "databases·1").view)).toMatchObject({ section: "databases" });
    expect(placeOf(click(compare, "files·2").view)).toMatchObject({ section: "files" });
  });
});

describe("a mouse", () => {
  it("goes to the pane it clicks, and its wheel moves the one under it without going there", () => {
    const incident = press(at(200, 60), "i");
    const story_ = click(incident, "the story");
    expect(story_.view.focus).not.toEqual(incident.view.focus);
    const row = linesOf(incident).findIndex((line) => line.includes("what to do"));
    const turned = press(incident, { kind: "wheel", by: 1, column: 3, row: row + 2 });
    expect(turned.view.focus).toEqual(incident.view.focus);
    expect(linesOf(turned)).not.toEqual(linesOf(incident));
    expect(linesOf(press(turned, { kind: "wheel", by: -1, column: 3, row: row + 2 }))).toEqual(
      linesOf(incident),
    );
  });

  it("decides nothing: while something is asked or typed it waits", () => {
    const asked = press(at(80, 24), "3", "S");
    expect(asked.view.dialog).toBeDefined();
    for (let row = 0; row < 24; row += 1) {
      const { model, effects } = pressing(asked, { kind: "click", column: 5, row });
      expect(model).toBe(asked);
      expect(effects).toEqual([]);
    }
    const searching = press(at(80, 24), ":");
    expect(press(searching, { kind: "click", column: 5, row: 3 })).toBe(searching);
  });

  it("is none of ours until somebody switches it on, by its name, and says how it is then", () => {
    const off = at(80, 24, { mouse: false });
    expect(press(off, { kind: "click", column: 5, row: 5 })).toBe(off);
    const { model, effects } = pressing(off, ":", ...typing("mouse"), "Enter");
    expect(effects).toEqual([{ kind: "point", on: true }]);
    expect(model.view.toast?.text).toContain("the mouse is on");
    expect(pressing(model, ":", ...typing("mouse"), "Enter").effects).toEqual([{ kind: "point", on: false }]);
  });

  it("hits nothing beside the panes, and nothing where there is no room for a screen", () => {
    const fleet = at(80, 24);
    for (const [column, row] of [
      [0, 0],
      [500, 5],
      [5, 500],
    ] as const) {
      expect(press(fleet, { kind: "click", column, row }).view.places).toEqual(fleet.view.places);
    }
    const tiny = at(40, 10);
    expect(press(tiny, { kind: "click", column: 2, row: 9 }).view.places).toEqual(tiny.view.places);
  });
});
