import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { records } from "../../../../src/ui/console/commands/index.ts";
import { dispatchKey } from "../../../../src/ui/console/dispatch.ts";
import { selectedIndex, visibleFleet } from "../../../../src/ui/console/state/fleet.ts";
import type { ConsoleModel } from "../../../../src/ui/console/state/model.ts";
import { act } from "../../../../src/ui/console/state/update.ts";
import { placeOf } from "../../../../src/ui/console/state/view.ts";
import { consoleModel, fleetStory } from "../../../support/fleet-story.ts";

const story = fleetStory();

const press = (model: ConsoleModel, ...names: readonly string[]): ConsoleModel =>
  names.reduce((before, name) => {
    const text = name.length === 1 ? name : name === "Space" ? " " : "";
    const { actions, refused } = dispatchKey(before, { kind: "key", name, text });
    const after = actions.reduce(act, before);
    return refused === undefined ? after : act(after, { kind: "say", text: refused });
  }, model);

const selected = (model: ConsoleModel): string | undefined =>
  visibleFleet(model)[selectedIndex(visibleFleet(model), model.view.selectedGateway)]?.name;

describe("keys on the fleet screen", () => {
  it.each([
    [["j"], "prod-us"],
    [["j", "j", "k"], "prod-us"],
    [["Down", "Down"], "staging"],
    [["G"], "東京支店"],
    [["G", "j", "j"], "東京支店"],
    [["k"], "prod-eu"],
    [["G", "g"], "prod-eu"],
    [["ctrl-d"], "staging"],
  ])("%j select %s", (keys, name) => {
    expect(selected(press(consoleModel(story), ...keys))).toBe(name);
  });

  it("keep the gateway selected while the rows move under it", () => {
    const model = press(consoleModel(story), "j", "/", "p", "r", "o", "d", "Enter");
    expect(selected(model)).toBe("prod-us");
    expect(visibleFleet(model).map(({ name }) => name)).toEqual(["prod-eu", "prod-us"]);
    expect(selected(press(model, "Esc"))).toBe("prod-us");
  });

  it("type into a filter whatever they mean elsewhere, and Esc takes it back", () => {
    const typing = press(consoleModel(story), "/", "q", "j", "Backspace");
    expect(typing.view).toMatchObject({ filter: "q", ended: false });
    expect(press(typing, "Esc").view).toMatchObject({ filter: "", prompt: undefined });
  });

  it("open the help, leave it with Esc, and never quit from inside", () => {
    const help = press(consoleModel(story), "?");
    expect(placeOf(help.view).screen).toBe("help");
    const refused = press(help, "q");
    expect(refused.view.ended).toBe(false);
    expect(refused.view.toast?.text).toContain("Esc goes back");
    expect(press(help, "Esc", "q").view.ended).toBe(true);
  });

  it("run what the palette found", () => {
    expect(placeOf(press(consoleModel(story), ":", "h", "e", "l", "p", "Enter").view).screen).toBe("help");
    expect(press(consoleModel(story), ":", "z", "z", "Enter").view.toast?.text).toBe(
      'no command is called "zz"',
    );
  });

  it("end with ctrl-c twice, and not with once", () => {
    const once = press(consoleModel(story), "ctrl-c");
    expect(once.view).toMatchObject({ ended: false, toast: { text: "ctrl-c again within 2s quits" } });
    expect(press(once, "ctrl-c").view.ended).toBe(true);
    const later = { ...once, watch: { ...once.watch, now: once.watch.now + 5_000 } };
    expect(press(later, "ctrl-c").view.ended).toBe(false);
  });

  it("take a paste as text for a line being typed, and as nothing elsewhere", () => {
    const pasted = { kind: "paste", text: "prod\u001b[31m\nq" } as const;
    expect(dispatchKey(consoleModel(story), pasted).actions).toEqual([]);
    const typing = press(consoleModel(story), "/");
    expect(dispatchKey(typing, pasted).actions).toEqual([{ kind: "type", text: "prod q" }]);
  });

  it("leave the screen in order whatever is pressed", () => {
    const names = [...new Set(records.flatMap(({ keys }) => keys))].filter(
      (key) => key !== "q" && key !== "ctrl-c",
    );
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...names, "Enter", "a", "!", "Backspace", "Tab"), { maxLength: 60 }),
        (keys) => {
          const model = press(consoleModel(story), ...keys);
          expect(model.view.ended).toBe(false);
          expect(model.view.places.length).toBeLessThanOrEqual(2);
          expect(model.view.scroll).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });
});

describe("the command records", () => {
  it("have an id each, and no key twice on one screen", () => {
    expect(new Set(records.map(({ id }) => id)).size).toBe(records.length);
    for (const screen of ["fleet", "help"] as const) {
      const keys = records
        .filter(({ where }) => where === "everywhere" || where.includes(screen))
        .flatMap((record) => record.keys);
      expect(keys.length).toBe(new Set(keys).size);
    }
  });
});
