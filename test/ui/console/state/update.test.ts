import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { records } from "../../../../src/ui/console/commands/index.ts";
import { dispatchKey } from "../../../../src/ui/console/dispatch.ts";
import { alertList } from "../../../../src/ui/console/lists/alerts.ts";
import { gatewayList } from "../../../../src/ui/console/lists/gateways.ts";
import { screens } from "../../../../src/ui/console/screens/index.ts";
import type { ConsoleModel } from "../../../../src/ui/console/state/model.ts";
import { placeOf, toastAt } from "../../../../src/ui/console/state/view.ts";
import { act } from "../../../../src/ui/console/update/index.ts";
import { consoleModel, fleetStory } from "../../../support/fleet-story.ts";
import { keyOf, press, pressing, typing } from "../../../support/pressing.ts";

const story = fleetStory();

const selected = (model: ConsoleModel): string | undefined => gatewayList.selected(model)?.name;

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
    const model = press(consoleModel(story), "j", "/", ...typing("prod"), "Enter");
    expect(selected(model)).toBe("prod-us");
    expect(gatewayList.view(model).rows.map(({ name }) => name)).toEqual(["prod-eu", "prod-us"]);
    expect(selected(press(model, "Esc"))).toBe("prod-us");
  });

  it("sort by each column in turn, unknown values last, and end with the order of the configuration", () => {
    const names = (model: ConsoleModel): readonly string[] =>
      gatewayList.view(model).rows.map(({ name }) => name);
    const own = names(consoleModel(story));
    expect(names(press(consoleModel(story), "o"))).toEqual(own.toSorted().toReversed());
    expect(names(press(consoleModel(story), "o", "O"))).toEqual(own.toSorted());
    const rounds = gatewayList.sortIds.length;
    expect(names(press(consoleModel(story), ...Array.from({ length: rounds + 1 }, () => "o")))).toEqual(own);
  });

  it("type into a filter whatever they mean elsewhere, and Esc takes it back", () => {
    const model = press(consoleModel(story), "/", "q", "j", "Backspace");
    expect(model.view.ended).toBe(false);
    expect(gatewayList.view(model).state.filter).toBe("q");
    const back = press(model, "Esc");
    expect(gatewayList.view(back).state.filter).toBe("");
    expect(back.view.prompt).toBeUndefined();
  });

  it("open the help, leave it with Esc, and never quit from inside", () => {
    const help = press(consoleModel(story), "?");
    expect(placeOf(help.view).screen).toBe("help");
    const refused = press(help, "q");
    expect(refused.view.ended).toBe(false);
    expect(refused.view.toast?.text).toContain("Esc goes back");
    expect(press(help, "Esc", "q").view.ended).toBe(true);
  });

  it("read the help of each screen from its top", () => {
    const read = press(consoleModel(story), "?", "G", "Esc", "3");
    expect([...press(read, "?").view.lists.keys()].filter((key) => key.includes("help"))).toEqual([]);
  });

  it("scroll a text to its end and no further", () => {
    const end = press(consoleModel(story), "?", "G", "j", "j");
    expect(press(end, "k", "j").view.lists).toEqual(end.view.lists);
  });

  it("run what the palette found", () => {
    expect(placeOf(press(consoleModel(story), ":", ...typing("help"), "Enter").view).screen).toBe("help");
    expect(press(consoleModel(story), ":", "z", "z", "Enter").view.toast?.text).toBe(
      'nothing is called "zz"',
    );
  });

  it("say that they are no keys where they are none", () => {
    const lost = press(consoleModel(story), "Z");
    expect(lost.view.toast?.text).toBe("Z is no key here: ? shows those that are");
    expect(dispatchKey(consoleModel(story), keyOf("F7"))).toEqual([]);
  });

  it("say why they do nothing where they were pressed, and nowhere else", () => {
    const refused = press(consoleModel(story), "j", "a");
    expect(toastAt(refused.view, story.now)).toBe("no alert is selected");
    const elsewhere = press(refused, "3");
    expect(toastAt(elsewhere.view, story.now)).toBeUndefined();
    expect(toastAt(press(elsewhere, "Esc").view, story.now)).toBe("no alert is selected");
    const done = act(refused, { kind: "say", text: "saved" }).model;
    expect(toastAt(press(done, "3").view, story.now)).toBe("saved");
  });

  it("lead from the palette to a part of the gateway, and to a session by its name", () => {
    const typed = (text: string) => placeOf(press(consoleModel(story), ":", ...typing(text), "Enter").view);
    expect(typed("sessions")).toEqual({ screen: "gateway", gateway: "prod-eu", tab: "sessions" });
    expect(typed("boots")).toEqual({ screen: "gateway", gateway: "prod-eu", tab: "boots" });
    expect(typed("agent:main:main")).toEqual({
      screen: "session",
      gateway: "prod-us",
      session: "agent:main:main",
    });
  });

  it("lead with i to the incident of the alert, and within a gateway to none of another", () => {
    const incidentOf = (model: ConsoleModel) => {
      const place = placeOf(press(model, "i").view);
      const { incidents } = model.watch;
      return place.screen === "incident" ? incidents.find(({ id }) => id === place.incident) : undefined;
    };
    expect(story.model.incidents.map(({ gateways }) => gateways)).toEqual([["prod-eu"], ["edge-1"]]);
    const alerts = press(consoleModel(story), "3");
    for (const [at, { id }] of alertList.view(alerts).rows.entries()) {
      const selected = press(alerts, ...Array.from({ length: at }, () => "j"));
      for (const model of [selected, press(selected, "Enter")]) {
        expect(incidentOf(model)?.alerts.map((alert) => alert.id)).toContain(id);
      }
    }
    const well = press(consoleModel(story), "j");
    expect(incidentOf(well)?.gateways).toEqual(["edge-1"]);
    expect(incidentOf(press(well, "Enter"))).toBeUndefined();
    expect(press(well, "Enter", "i").view.toast?.text).toBe("no incident is open here");
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
    expect(dispatchKey(consoleModel(story), pasted)).toEqual([]);
    const open = press(consoleModel(story), "/");
    expect(dispatchKey(open, pasted)).toEqual([{ kind: "type", text: "prod q" }]);
  });

  it("decide nothing that nobody could have read: a y in one piece with the key that asks", () => {
    const model = press(consoleModel(story), "3");
    const asked = press(model, "S");
    expect(asked.view.dialog?.needs).toEqual({ kind: "y" });
    expect(dispatchKey(asked, keyOf("y"), model)).toEqual([]);
    expect(dispatchKey(asked, keyOf("Esc"), model)).toEqual([{ kind: "cancel" }]);
    expect(dispatchKey(asked, keyOf("y"), asked)).toEqual([{ kind: "confirm" }]);
  });

  it("do nothing but leave where there is no room to show what they would do", () => {
    const story80 = consoleModel(story);
    const tiny = (model: ConsoleModel): ConsoleModel =>
      act(model, { kind: "resize", columns: 50, rows: 10 }).model;
    expect(pressing(tiny(press(story80, "3")), "S", "y").effects).toEqual([]);
    expect(press(tiny(story80), "3", "a", ":").view).toMatchObject({ places: [{ screen: "fleet" }] });
    // What was asked before the window became so small is not decided there.
    const asked = tiny(press(story80, "3", "S"));
    expect(pressing(asked, "y").effects).toEqual([]);
    expect(press(asked, "Esc").view.dialog).toBeUndefined();
    expect(press(tiny(press(story80, "3")), "q").view.ended).toBe(true);
    expect(press(tiny(story80), "ctrl-c", "ctrl-c").view.ended).toBe(true);
  });

  it("ask before they leave something that is being done", () => {
    const busy = {
      id: "o1",
      kind: "snapshot",
      gateway: "prod-eu",
      startedAt: story.now,
      step: "copying",
      disturbs: false,
    } as const;
    const { watch, ...rest } = consoleModel(story);
    const model = { ...rest, watch: { ...watch, operations: [busy] } };
    const asked = press(model, "q");
    expect(asked.view.ended).toBe(false);
    expect(asked.view.dialog?.says[0]).toContain("1 operation");
    expect(press(asked, "Enter").view.ended).toBe(false);
    expect(press(asked, "Esc").view.dialog).toBeUndefined();
    expect(press(asked, "y").view.ended).toBe(true);
  });
});

describe("what is selected", () => {
  it("stays selected when something more urgent comes before it", () => {
    const open = press(consoleModel(story), "3");
    const before = alertList.selected(open);
    if (before === undefined) throw new Error("the story has no alert");
    const urgent = { ...before, id: "a-new-one", gateway: "prod-us", priority: "P0", since: 0 } as const;
    const gateways = story.model.gateways.map((gateway) =>
      gateway.identity.name === "prod-us" ? { ...gateway, alerts: [urgent] } : gateway,
    );
    const later = act(open, { kind: "news", watch: { ...story.model, gateways } }).model;
    expect(alertList.view(later).rows[0]?.id).toBe("a-new-one");
    expect(alertList.selected(later)?.id).toBe(before.id);
  });
});

describe("a decision", () => {
  const asking = (needs: { kind: "y" } | { kind: "name"; name: string }): ConsoleModel => {
    const model = consoleModel(story);
    const actions = [{ kind: "copy", text: "done", what: "it" }] as const;
    return {
      ...model,
      view: { ...model.view, dialog: { title: "?", says: [], command: "true", needs, typed: "", actions } },
    };
  };
  const done = { kind: "copy", text: "done" };

  it("is taken by y where that is enough, and by no other key", () => {
    expect(pressing(asking({ kind: "y" }), "y").effects).toEqual([done]);
    for (const key of ["Enter", "Space", "Y", "j", "1", "Tab", "Esc", "n"]) {
      expect(pressing(asking({ kind: "y" }), key).effects, `after ${key}`).toEqual([]);
    }
  });

  it("is taken by the whole name and Enter, letter by letter", () => {
    const needs = { kind: "name", name: "prod-eu" } as const;
    expect(pressing(asking(needs), ...typing("prod-eu"), "Enter").effects).toEqual([done]);
    for (const typed of ["", "y", "prod-e", "prod-eu ", "PROD-EU", "prod-us"]) {
      const { model, effects } = pressing(asking(needs), ...typing(typed), "Enter");
      expect(effects, `typed ${typed}`).toEqual([]);
      expect(model.view.dialog).toBeDefined();
      expect(model.view.toast?.text).toContain("prod-eu");
    }
  });

  it("takes no pasted name: nobody has thought about it", () => {
    const needs = { kind: "name", name: "prod-eu" } as const;
    const { effects } = pressing(asking(needs), { kind: "paste", text: "prod-eu" }, "Enter");
    expect(effects).toEqual([]);
  });
});

describe("the command records", () => {
  it("have an id each, and no key twice on one screen", () => {
    expect(new Set(records.map(({ id }) => id)).size).toBe(records.length);
    for (const screen of Object.keys(screens)) {
      for (const group of ["own", "everywhere"] as const) {
        const keys = records
          .filter(({ where }) =>
            where === "everywhere"
              ? group === "everywhere"
              : group === "own" && where.some((id) => id === screen),
          )
          .flatMap((record) => record.keys);
        expect(keys.length, `${screen} ${group}`).toBe(new Set(keys).size);
      }
    }
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
          for (const { scroll, sideways } of model.view.lists.values()) {
            expect(Math.min(scroll, sideways)).toBeGreaterThanOrEqual(0);
          }
        },
      ),
    );
  });
});
