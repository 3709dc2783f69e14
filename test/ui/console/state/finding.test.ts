import { expect, test } from "vitest";
import { logList } from "../../../../src/ui/console/lists/log-lines.ts";
import { gatewayList } from "../../../../src/ui/console/lists/gateways.ts";
import type { ConsoleModel } from "../../../../src/ui/console/state/model.ts";
import type { LogLine } from "../../../../src/clients/index.ts";
import { consoleModel, fleetStory } from "../../../support/fleet-story.ts";
import { press, typing } from "../../../support/pressing.ts";

const lines: readonly LogLine[] = Array.from({ length: 100 }, (_, at) => ({
  at,
  level: at === 20 || at === 60 ? "error" : "info",
  subsystem: "gateway",
  message: at % 30 === 10 ? `line ${at}, a needle` : `line ${at}`,
}));

/** The log of a gateway as its screen shows it. */
const inLog = (): ConsoleModel => {
  const model = press(consoleModel(fleetStory()), "l");
  return {
    ...model,
    watch: { ...model.watch, gateways: model.watch.gateways.map((each) => ({ ...each, log: lines })) },
  };
};

const at = (model: ConsoleModel): number | undefined => logList.selected(model)?.line.at;

test("words are found from the newest line back, n and N go on, and all lines stay in sight", () => {
  const found = press(inLog(), "\\", ...typing("needle"), "Enter");
  expect(at(found)).toBe(70);
  expect(logList.view(found)).toMatchObject({ total: 100, following: false });
  expect(logList.view(found).rows).toHaveLength(100);
  expect(at(press(found, "N"))).toBe(40);
  expect(at(press(found, "N", "N", "n"))).toBe(40);
});

test("looking goes round the end and says so", () => {
  const found = press(inLog(), "\\", ...typing("needle"), "Enter", "n");
  expect(at(found)).toBe(10);
  expect(found.view.toast?.text).toBe("round the end of the list");
});

test("braces jump from error to error", () => {
  expect(at(press(inLog(), "{"))).toBe(60);
  expect(at(press(inLog(), "{", "{"))).toBe(20);
  expect(at(press(inLog(), "{", "{", "}"))).toBe(60);
});

test("what is not there is said, and nothing moves", () => {
  const nothing = press(inLog(), "\\", ...typing("haystack"), "Enter");
  expect(nothing.view.toast?.text).toBe('nothing here has "haystack"');
  expect(logList.view(nothing).following).toBe(true);
  expect(press(inLog(), "n").view.toast?.text).toContain("nothing is looked for yet");
});

test("a list that does not grow is looked through from the selected row on", () => {
  const model = press(consoleModel(fleetStory()), "\\", ...typing("prod"), "Enter");
  expect(gatewayList.selected(model)?.name).toBe("prod-us");
});

test("looking sideways in a long line is kept while one goes from match to match", () => {
  const found = press(inLog(), ">", ">", "\\", ...typing("needle"), "Enter", "N");
  expect(logList.view(found).state.sideways).toBeGreaterThan(0);
});
