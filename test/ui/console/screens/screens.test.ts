import { describe, expect, it } from "vitest";
import { languages, spoken } from "../../../support/spoken.ts";
import type { ConsoleModel, Setting } from "../../../../src/ui/console/state/model.ts";
import { stripSgr } from "../../../../src/ui/console/theme/index.ts";
import { consoleModel } from "../../../support/fleet-story.ts";
import { incidentStory } from "../../../support/incident-story.ts";
import { press, typing } from "../../../support/pressing.ts";
import { expectFrame } from "../../../support/terminal/index.ts";
import { looks, sizes, wholeFrame } from "../../../support/whole-frame.ts";

const story = incidentStory();

/** Every screen, by the keys that lead there from the fleet. */
const ways: Readonly<Record<string, readonly string[]>> = {
  overview: ["Enter"],
  sessions: ["Enter", "]"],
  session: ["Enter", "]", "Enter"],
  channels: ["Enter", "]", "]"],
  lanes: ["Enter", "]", "]", "]"],
  config: ["Enter", "]", "]", "]", "]"],
  boots: ["Enter", "[", "[", "["],
  logs: ["l"],
  events: ["Enter", "["],
  alerts: ["3"],
  alert: ["3", "j", "Enter"],
  incidents: ["7"],
  incident: ["i"],
  moment: ["i", "[", "[", "["],
  deploy: ["D"],
  perf: [":", ...typing("perf"), "Enter"],
  audit: ["A"],
  help: ["?"],
  about: [":", ...typing("about"), "Enter"],
};

const at = (
  columns: number,
  rows: number,
  keys: readonly string[],
  changes: Partial<Setting> = {},
): ConsoleModel => press(consoleModel(story, { columns, rows }, changes), ...keys);

describe("what two screens say of the same thing", () => {
  const seen = (...keys: readonly string[]): string =>
    stripSgr(wholeFrame(at(120, 40, keys), looks.mono).join("\n"));

  it("has the same number of failed turns in the incident and in the session", () => {
    const [, turns] = /(\d+) turns? failed and it/u.exec(seen("Enter", "]")) ?? [];
    expect(turns).toBeDefined();
    expect(seen("i")).toMatch(new RegExp(`evidence +${turns} turns? failed since`, "u"));
  });

  it.each([
    ["alerts", "3"],
    ["incidents", "7"],
  ])("does not call one of the %s over where the list has none", (_, key) => {
    expect(seen(key)).not.toContain("Esc goes back");
    expect(seen(key, "/", ...typing("no such thing"), "Enter")).not.toContain("Esc goes back");
  });

  it("says of the parts of a gateway that is down what keeps them from us", () => {
    for (const part of [["]"], ["]", "]"], ["]", "]", "]"]]) {
      expect(seen("j", "j", "j", "Enter", ...part)).toContain("; closed 1006 without goodbye");
    }
  });
});

describe.each(Object.entries(ways))("the screen %s", (name, keys) => {
  it.each(sizes)("looks as drawn at %dx%d in colour, mono, ASCII and Chinese", async (columns, rows) => {
    const chinese = { texts: spoken["zh-Hans"] };
    // Words are typed in the palette in English: the way is gone in English and seen in Chinese.
    const model = at(columns, rows, keys);
    const frames = {
      colour: wholeFrame(model, looks.colour),
      mono: wholeFrame(model, looks.mono),
      ascii: wholeFrame(model, looks.ascii),
      chinese: wholeFrame({ ...model, setting: { ...model.setting, ...chinese } }, looks.mono),
    };
    for (const [look, frame] of Object.entries(frames)) {
      expectFrame(frame, { columns, rows });
      await expect(`${frame.map(look === "colour" ? String : stripSgr).join("\n")}\n`).toMatchFileSnapshot(
        `frames/${name}-${columns}x${rows}-${look}.txt`,
      );
    }
  });

  it("fits every size from the smallest up, in every language", () => {
    for (const language of languages) {
      const texts = spoken[language];
      for (const [columns, rows] of [
        [60, 15],
        [61, 16],
        [79, 23],
        [100, 20],
        [131, 30],
        [240, 70],
      ] as const) {
        const model = at(columns, rows, keys);
        const frame = wholeFrame({ ...model, setting: { ...model.setting, texts } }, looks.mono);
        expectFrame(frame, { columns, rows });
      }
    }
  });

  it("says nothing beyond ASCII where that is asked for, but for names", () => {
    const frame = stripSgr(wholeFrame(at(120, 40, keys), looks.ascii).join("\n"));
    expect(frame.replaceAll("東京支店", "").replace(/[\x20-\x7e\n]/g, "")).toBe("");
  });
});
