import { describe, expect, it } from "vitest";
import { paletteLines } from "../../../../src/ui/console/panes/palette.ts";
import { helpLines } from "../../../../src/ui/console/panes/help.ts";
import { commandsHere } from "../../../../src/ui/console/commands/index.ts";
import { gatewayList } from "../../../../src/ui/console/lists/gateways.ts";
import { placeOf } from "../../../../src/ui/console/state/view.ts";
import { stripSgr, width } from "../../../../src/ui/console/theme/index.ts";
import { newModel, type Operation } from "../../../../src/watch/index.ts";
import { consoleModel, fleetStory } from "../../../support/fleet-story.ts";
import { hello, identity, up, Watching } from "../../../support/replay.ts";
import { press, typing } from "../../../support/pressing.ts";
import { languages, spoken } from "../../../support/spoken.ts";
import { expectFrame } from "../../../support/terminal/index.ts";
import { looks, wholeFrame } from "../../../support/whole-frame.ts";

const story = fleetStory();

const at = (columns: number, rows: number, ...keys: readonly string[]) =>
  press(consoleModel(story, { columns, rows }), ...keys);

describe("the fleet screen", () => {
  const cases = (
    [
      [60, 15],
      [80, 24],
      [120, 40],
      [200, 60],
    ] as const
  ).flatMap(([columns, rows]) =>
    (["colour", "mono", "ascii"] as const).map((look) => [columns, rows, look] as const),
  );

  it.each(cases)("looks as drawn at %dx%d in %s", async (columns, rows, look) => {
    const frame = wholeFrame(at(columns, rows), looks[look]);
    expectFrame(frame, { columns, rows });
    await expect(`${frame.join("\n")}\n`).toMatchFileSnapshot(`frames/fleet-${columns}x${rows}-${look}.txt`);
  });

  it("says that it looks for the gateways, and nothing of what is not known yet", () => {
    const { watch, ...rest } = at(80, 24);
    const model = { ...rest, watch: newModel(watch.now), isStarting: true };
    const frame = stripSgr(wholeFrame(model, looks.mono).join("\n"));
    expect(frame).toContain("starting: finding the gateways");
    expect(frame).not.toMatch(/0 gateways|none yet|no warnings/);
  });

  it("does not say that there is no snapshot where there is one from before the axis", () => {
    const told = fleetStory();
    const twoHoursAgo = told.now - 7_200_000;
    told.tell({
      kind: "snapshot-taken",
      at: told.now,
      snapshot: {
        id: "old",
        gateway: "prod-eu",
        at: twoHoursAgo,
        kind: "full",
        verification: { kind: "not-yet" },
        vitals: {},
        takenDuring: [],
      },
    });
    const frame = stripSgr(wholeFrame(consoleModel(told, { columns: 80, rows: 24 }), looks.mono).join("\n"));
    expect(frame).toContain("snapshots none in this time: the newest is 2h old");
  });

  it("shows a name of wide letters whole, and that it is prod", () => {
    const watching = new Watching([identity("東京支店-1", { labels: ["prod"] })]);
    watching.hear("東京支店-1", up(watching.now), hello("boot-1"));
    watching.hear("東京支店-1", {
      kind: "log",
      lines: [{ at: watching.now, level: "error", subsystem: "gateway", message: "no way" }],
    });
    const frame = wholeFrame(consoleModel(watching, { columns: 80, rows: 24 }), looks.mono).map(stripSgr);
    expect(frame.find((line) => line.startsWith("▸"))).toContain("東京支店-1 PROD ");
    expect(frame.find((line) => line.includes("no way"))).toContain(" 東京支店-1 ");
  });

  it("shows the help with ?, and goes back with it", () => {
    const help = press(at(80, 24), "3", "?");
    expect(placeOf(help.view).screen).toBe("help");
    expect(stripSgr(wholeFrame(help, looks.mono).at(-1) ?? "")).not.toContain("[?]");
    expect(placeOf(press(help, "?").view).screen).toBe("alerts");
  });

  it("keeps the way to all other keys in sight, however long a filter is", () => {
    const model = press(at(80, 24), "/", ...typing("nothing of that kind is here, ".repeat(5)), "Enter");
    expect(stripSgr(wholeFrame(model, looks.mono).at(-1) ?? "")).toMatch(
      /\/nothing of .*… 0 of 5 .*\[\?\] help/,
    );
  });

  it.each(languages)("finds gateways by the words that it shows in %s", (language) => {
    const model = press(consoleModel(story, { columns: 80, rows: 24 }, { texts: spoken[language] }), "/");
    const sick = press(model, ...typing(spoken[language].states["sick"] ?? "sick"), "Enter");
    expect(gatewayList.view(sick).rows.map(({ name }) => name)).toEqual(["prod-eu"]);
  });

  it.each(languages)("shows in %s which column it is sorted by", (language) => {
    let model = consoleModel(story, { columns: 80, rows: 24 }, { texts: spoken[language] });
    for (let column = 0; column < 4; column += 1) {
      model = press(model, "o");
      const [, head = ""] = wholeFrame(model, looks.mono).map(stripSgr);
      expect(head).toContain("↓");
      expect(head).not.toContain("…");
    }
  });

  it("begins a sort by state with the worst", () => {
    const sorted = at(80, 24, "o", "o");
    expect(gatewayList.view(sorted).rows[0]?.severity).toBe("critical");
  });

  it("has nobody told that all is well while a gateway is down and its alert has yet to fire", () => {
    const { watch, ...rest } = at(80, 24);
    const gateways = watch.gateways.map((gateway) => ({ ...gateway, alerts: [] }));
    const model = { ...rest, watch: { ...watch, gateways, incidents: [] } };
    for (const key of ["3", "7"]) {
      const frame = wholeFrame(press(model, key), looks.mono).join("\n");
      expect(frame).toContain("1 shows how each gateway is");
      expect(frame).not.toContain("all is well");
    }
  });

  it("fits every size from the smallest up", () => {
    for (let columns = 60; columns <= 240; columns += 7) {
      for (let rows = 15; rows <= 70; rows += 5) {
        expectFrame(wholeFrame(at(columns, rows), looks.mono), { columns, rows });
      }
    }
  });

  it("says nothing beyond ASCII where that is asked for, but for names", () => {
    const frame = stripSgr(wholeFrame(at(80, 24), looks.ascii).join("\n")).replaceAll("東京支店", "");
    expect(frame).toMatch(/^[\x20-\x7e\n]*$/);
  });

  it("shows a number that is not known as a question mark, never as zero", () => {
    const frame = wholeFrame(at(200, 60, "/", ...typing("東京"), "Enter"), looks.mono);
    const row = frame.find((line) => line.includes("東京支店")) ?? "";
    expect(row).toContain("?");
    expect(row).not.toMatch(/\b0\b|0%/);
  });

  it("tells the states apart without colour", () => {
    const rows = wholeFrame(at(200, 60), looks.mono).slice(2, 7);
    const states = rows.map((row) => /[✖▲●◐?] [a-z]+/.exec(stripSgr(row))?.[0]);
    expect(states).toEqual(["✖ sick", "● up", "◐ booting", "✖ crashed", "? waiting"]);
  });

  it("cuts no word for a state, nor how long it has lasted, however narrow the terminal", () => {
    const states = [
      [{ kind: "crash-loop", boots: 4, withinMs: 600_000 }, "crash loop"],
      [{ kind: "incompatible", reason: "protocol" }, "incompatible"],
      [{ kind: "crashed" }, "crashed 2m"],
    ] as const;
    for (const [state, word] of states) {
      const told = fleetStory();
      told.hear("edge-1", {
        kind: "connection",
        report: { state, since: told.now - 120_000, evidence: "as told" },
      });
      for (const columns of [60, 80, 99, 120]) {
        const frame = wholeFrame(press(consoleModel(told, { columns, rows: 24 })), looks.mono).map(stripSgr);
        expect(frame.find((line) => line.startsWith(" edge-1 "))).toContain(` ${word} `);
      }
    }
  });

  it("names the worst alert whole, and how many more there are, at 80 columns", () => {
    const model = at(80, 24);
    const gateways = model.watch.gateways.map((gateway) => ({
      ...gateway,
      alerts: gateway.alerts.map((alert) => ({ ...alert, rule: "session-dead" })),
    }));
    const frame = wholeFrame({ ...model, watch: { ...model.watch, gateways } }, looks.mono).map(stripSgr);
    expect(frame.join("\n")).toMatch(/▸prod-eu .* session-dead \+\d/);
  });

  it("does not call a gateway sick that has just been restored, and says when its alerts are judged again", () => {
    const restored = fleetStory();
    const { now } = restored;
    restored.tell({
      kind: "operation",
      at: now,
      operation: {
        id: "o1",
        kind: "restore",
        gateway: "prod-eu",
        startedAt: now,
        step: "",
        disturbs: true,
        ended: { at: now, ok: true, text: "restored" },
      },
    });
    const shown = (...keys: readonly string[]) =>
      stripSgr(
        wholeFrame(press(consoleModel(restored, { columns: 80, rows: 24 }), ...keys), looks.mono).join("\n"),
      );
    expect(shown()).toMatch(/▸prod-eu +◐ settling /);
    expect(shown()).toContain("1 critical");
    expect(shown("Enter")).toContain("◐ settling");
    expect(shown("3", "/", ...typing("prod-eu"), "Enter")).toMatch(/firing, from before; judged again in 1m/);
  });

  it("says what we are at work on a gateway with, and neither counts it as critical nor advises to restart it", () => {
    const deploying = fleetStory();
    const { now } = deploying;
    const evidence = "closed 1006 without goodbye";
    const report = { state: { kind: "crashed" }, since: now, evidence, next: "Start it again." } as const;
    deploying.hear("edge-1", { kind: "connection", report });
    const operation: Operation = {
      id: "o1",
      kind: "run",
      gateway: "edge-1",
      startedAt: now - 20_000,
      step: "deploy",
      disturbs: true,
    };
    const shown = (...keys: readonly string[]) =>
      stripSgr(
        wholeFrame(press(consoleModel(deploying, { columns: 80, rows: 24 }), ...keys), looks.mono).join("\n"),
      );
    const overview = ["j", "j", "j", "Enter"];
    const critical = () => Number(/(\d+) critical/u.exec(shown())?.[1]);
    const before = critical();
    expect(shown()).toMatch(/ edge-1 +✖ crashed/);
    expect(shown(...overview)).toMatch(/what to do +Start it again/);
    deploying.tell({ kind: "operation", at: now, operation });
    expect(critical()).toBe(before - 1);
    expect(shown()).toMatch(/ edge-1 +◐ crashed/);
    expect(shown(...overview)).toMatch(/under way +running deploy \(20s\)/);
    expect(shown(...overview)).not.toContain("what to do");
    deploying.tell({
      kind: "operation",
      at: now,
      operation: { ...operation, ended: { at: now, ok: false, text: "it failed" } },
    });
    expect(critical()).toBe(before);
    expect(shown(...overview)).not.toContain("under way");
  });

  it("keeps the selection visible without colour, and on the gateway rather than on the row", () => {
    const frame = wholeFrame(at(80, 24, "j", "j"), looks.mono);
    expect(frame.slice(1, 8).filter((line) => line.includes("▸"))).toEqual([
      expect.stringContaining("staging"),
    ]);
  });

  it("shows only what a filter finds, and how to see all again", () => {
    const found = wholeFrame(at(80, 24, "/", ...typing("prod !us"), "Enter"), looks.mono).join("\n");
    expect(found).toContain("prod-eu");
    expect(found).not.toMatch(/prod-us +[●✖]/);
    const none = wholeFrame(at(80, 24, "/", ...typing("xyz"), "Enter"), looks.mono).join("\n");
    for (const key of ["r", "c", "l", "2", "4"]) {
      const asked = at(80, 24, "/", ...typing("xyz"), "Enter", key);
      expect(placeOf(asked.view)).toEqual({ screen: "fleet" });
    }
    expect(none).toContain("nothing here matches /xyz");
  });
});

describe("a tile of the deploy screen", () => {
  it("has the name of the worst alert whole, whatever has to go for it", () => {
    const model = at(80, 24, "D");
    const gateways = model.watch.gateways.map((gateway) => ({
      ...gateway,
      alerts: gateway.alerts.map((alert) => ({ ...alert, rule: "channel-disconnected" })),
    }));
    const frame = wholeFrame({ ...model, watch: { ...model.watch, gateways } }, looks.mono).map(stripSgr);
    expect(frame.join("\n")).toContain(" channel-disconnected ");
  });
});

describe("a filter of the fleet, which has no title to say it in", () => {
  it("says how many it leaves while it is typed and after that", () => {
    const typed = at(80, 24, "/", ...typing("prod"));
    for (const model of [typed, press(typed, "Enter")]) {
      expect(stripSgr(wholeFrame(model, looks.mono).at(-1) ?? "")).toContain("2 of 5");
    }
  });
});

describe("what goes with every screen", () => {
  it("says the worst at the head however long the way here is, and keeps the clock apart", () => {
    for (let columns = 60; columns <= 140; columns += 1) {
      for (const keys of [[], ["Enter", "]", "Enter"], ["3", "Enter"], ["4"]]) {
        const [head = ""] = wholeFrame(at(columns, 24, ...keys), looks.mono).map(stripSgr);
        expect(head).toContain("2 critical");
        expect(head).toMatch(/ \d\d:\d\d:\d\d( UTC)? $/);
      }
    }
  });

  it("cuts nothing of how a gateway is in two, in any language", () => {
    for (const language of languages) {
      for (let columns = 60; columns <= 140; columns += 1) {
        for (const tab of [[], ["]"], ["]", "]", "]", "]"]]) {
          const model = consoleModel(
            story,
            { columns, rows: 24 },
            { texts: spoken[language], banner: "DEMO" },
          );
          const [head = ""] = wholeFrame(press(model, "Enter", ...tab), looks.mono).map(stripSgr);
          expect(head).not.toMatch(/…(?! ▸)/);
        }
      }
    }
  });

  it("says whether a guard is on where a history tells, and never at the cost of what is wrong", () => {
    const headAt = (columns: number, guarded?: boolean, ...keys: readonly string[]) => {
      const model = at(columns, 24, ...keys);
      const watch = guarded === undefined ? model.watch : { ...model.watch, guarded };
      const [head = ""] = wholeFrame({ ...model, watch }, looks.mono).map(stripSgr);
      expect(width(head)).toBe(columns);
      return head;
    };
    expect(headAt(80)).not.toContain("guard");
    expect(headAt(80, true)).toMatch(/2 critical.* {2}● guard on {2}\d\d:\d\d:\d\d $/);
    expect(headAt(80, false)).toMatch(/2 critical.* no guard {2}\d\d:\d\d:\d\d $/);
    for (let columns = 60; columns <= 140; columns += 1) {
      for (const keys of [[], ["Enter", "]", "Enter"], ["3", "Enter"], ["4"]]) {
        expect(headAt(columns, true, ...keys)).toContain("2 critical");
      }
    }
  });

  it("says in a word that it is a demo where the way here would not fit beside the reason", () => {
    const banner = "DEMO FLEET: no gateway configured or found";
    const headAt = (columns: number, ...keys: readonly string[]) =>
      wholeFrame(press(consoleModel(story, { columns, rows: 24 }, { banner }), ...keys), looks.mono).map(
        stripSgr,
      )[0];
    expect(headAt(80, "Enter")).toMatch(/clawback ▸ prod-eu ▸ overview +DEMO FLEET +PROD +sick/);
    expect(headAt(160, "Enter")).toMatch(
      /clawback ▸ prod-eu ▸ overview +DEMO FLEET: no gateway configured or found /,
    );
  });

  it("says how much of a text is below, and nothing at its end", () => {
    const help = at(80, 24, "?");
    expect(stripSgr(wholeFrame(help, looks.mono).at(-2) ?? "")).toMatch(/↓ \d+ more *$/);
    expect(wholeFrame(press(help, "G"), looks.mono).join("\n")).not.toContain("↓");
  });

  it("tells of Tab where there is another pane to go to", () => {
    const footOf = (...keys: readonly string[]) =>
      stripSgr(wholeFrame(at(80, 24, ...keys), looks.mono).at(-1) ?? "");
    expect(footOf("8")).toContain("[Tab] pane");
    expect(footOf("A")).not.toContain("[Tab]");
  });

  it("is one line on a terminal with no room, the sick ones first", () => {
    const [line = ""] = wholeFrame(at(59, 12), looks.mono).map(stripSgr);
    expect(width(line)).toBe(59);
    expect(line).toMatch(/^prod-eu ✖ [a-z-]+ · edge-1 ✖ .* · 東京/);
  });

  it("lists in the palette what matches, with its key, and says when nothing does", () => {
    const lines = paletteLines(at(80, 24, ":", ...typing("half")), { columns: 70, rows: 8 }, looks.mono);
    expectFrame(lines, { columns: 70, rows: 8 });
    expect(stripSgr(lines[0] ?? "")).toMatch(/▸ half a page down +ctrl-d/);
    const none = paletteLines(at(80, 24, ":", ...typing("zzz")), { columns: 70, rows: 8 }, looks.mono);
    expect(none[0]).toContain('nothing is called "zzz"');
  });

  describe("where there is no vault yet", () => {
    const path = "/home/claw/.local/share/clawback/vault";
    const none = (...keys: readonly string[]) => {
      const model = at(80, 24);
      return press(
        { ...model, vault: { ...model.vault, access: { kind: "none", path, flags: "" } } },
        ...keys,
      );
    };
    const timesIn = (text: string): number => text.split("there is no vault yet").length - 1;

    it("says so once in the help, with all the keys that need one", () => {
      for (const keys of [[], ["4"], ["8"]]) {
        const text = stripSgr(helpLines(none(...keys, "?"), 78, looks.mono).join(" "));
        const [here = "", everywhere = ""] = text.split("keys of every screen");
        expect(timesIn(here)).toBe(keys[0] === "8" ? 0 : 1);
        expect(timesIn(everywhere)).toBeLessThan(2);
      }
      const [, told = ""] = helpLines(none("4", "?"), 120, looks.mono).map(stripSgr);
      expect(told).toMatch(/^ {2}\[c\] \[m\] \[n\] .* not now: there is no vault yet: V makes one at /);
    });

    it("says so in the palette of the one that Enter would run", () => {
      const lines = paletteLines(none("4", ":"), { columns: 118, rows: 8 }, looks.mono).map(stripSgr);
      const chosen = paletteLines(
        none("4", ":", ...typing("s"), "Down"),
        { columns: 118, rows: 8 },
        looks.mono,
      );
      expect(timesIn(lines.join("\n"))).toBeLessThan(2);
      expect(timesIn(chosen.join("\n"))).toBe(1);
    });

    it("makes one with the key it names, wherever it names it", () => {
      for (const keys of [[], ["Enter"], ["3"], ["4"], ["7"], ["8"]]) {
        expect(none(...keys, "c").view.toast?.text).toMatch(keys[0] === "8" ? /no key here/ : /V/);
        expect(none(...keys, "V").view.dialog?.says).toContain(path);
      }
      expect(at(80, 24, "V").view.dialog).toBeUndefined();
    });
  });

  it("says once in the help that nothing may be changed", () => {
    const readOnly = { all: true, gateways: new Set<string>() };
    const model = press(consoleModel(story, { columns: 80, rows: 24 }, { readOnly }), "4", "?");
    const text = stripSgr(helpLines(model, 78, looks.mono).join(" "));
    expect(text.split("started with --read-only").length - 1).toBe(1);
  });

  it("finds gateways by their names in the palette", () => {
    const lines = paletteLines(at(80, 24, ":", ...typing("edge")), { columns: 70, rows: 8 }, looks.mono);
    expect(stripSgr(lines[0] ?? "")).toMatch(/▸ edge-1 +gateway/);
  });

  it("explains in the help every command there is, and why one cannot run", () => {
    const model = at(120, 40);
    const text = helpLines(press(model, "?"), 120, looks.mono).join("\n");
    for (const { id } of commandsHere(model)) {
      expect(text).toContain(model.setting.texts.commands[id].help);
    }
    expect(text).toContain("this is the first screen; q quits");
  });
});
