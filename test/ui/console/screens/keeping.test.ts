import { describe, expect, it } from "vitest";
import { languages, spoken } from "../../../support/spoken.ts";
import type { ConsoleModel } from "../../../../src/ui/console/state/model.ts";
import {
  comparisonKey,
  differenceKey,
  firstVault,
  type ShownDifference,
  type VaultState,
} from "../../../../src/ui/console/state/vault.ts";
import { placeOf } from "../../../../src/ui/console/state/view.ts";
import { stripSgr } from "../../../../src/ui/console/theme/index.ts";
import { actAll } from "../../../../src/ui/console/update/index.ts";
import { told } from "../../../../src/watch/index.ts";
import { tellIn } from "../../../../src/ui/console/language/index.ts";
import { consoleModel, fleetStory } from "../../../support/fleet-story.ts";
import { incidentStory } from "../../../support/incident-story.ts";
import { keepingStory } from "../../../support/keeping-story.ts";
import { press, pressing, typing } from "../../../support/pressing.ts";
import { expectFrame } from "../../../support/terminal/index.ts";
import { looks, sizes, wholeFrame } from "../../../support/whole-frame.ts";

const story = incidentStory();
const open = keepingStory(story);

const at = (columns: number, rows: number, keys: readonly string[], vault: VaultState = open): ConsoleModel =>
  press({ ...consoleModel(story, { columns, rows }), vault }, ...keys);

const ways: Readonly<Record<string, readonly string[]>> = {
  snapshots: ["4"],
  snapshot: ["4", "j", "Enter"],
  "snapshots-delete": ["4", "D"],
  compare: ["c"],
  "compare-config": ["c", "Tab"],
  "compare-files": ["c", "Tab", "Tab", "Tab"],
  difference: ["c", "shift-Tab", "shift-Tab", "Enter"],
  vault: ["8"],
};

describe.each(Object.entries(ways))("the screen %s", (name, keys) => {
  it.each(sizes)("looks as drawn at %dx%d in colour, mono, ASCII and Chinese", async (columns, rows) => {
    const model = at(columns, rows, name === "difference" ? ["c", "Tab", "Tab", "Tab", "Enter"] : keys);
    const chinese = { ...model.setting, texts: spoken["zh-Hans"] };
    const frames = {
      colour: wholeFrame(model, looks.colour),
      mono: wholeFrame(model, looks.mono),
      ascii: wholeFrame(model, looks.ascii),
      chinese: wholeFrame({ ...model, setting: chinese }, looks.mono),
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
      for (const [columns, rows] of [
        [60, 15],
        [79, 23],
        [100, 20],
        [240, 70],
      ] as const) {
        const model = at(columns, rows, keys);
        const setting = { ...model.setting, texts: spoken[language] };
        expectFrame(wholeFrame({ ...model, setting }, looks.mono), { columns, rows });
      }
    }
  });
});

const seen = (model: ConsoleModel): string => stripSgr(wholeFrame(model, looks.mono).join("\n"));

describe("a comparison with now", () => {
  const key = comparisonKey({ gateway: "prod-eu", a: "2026-11-20-00-00", b: "live" });
  const known = open.comparisons.get(key);
  const compared = (vitals: Readonly<Record<string, number>>): ConsoleModel => {
    if (known?.kind !== "done") throw new Error("the story has no comparison");
    const before = Object.entries(vitals).map(([name, value]) => ({
      name,
      before: value,
      after: null,
      delta: null,
    }));
    const comparison = { ...known.comparison, vitals: [...known.comparison.vitals, ...before] };
    const listed = open.listed.map((each) => ({ ...each, gatewayVersion: "2026.9.5" }));
    const heard = actAll({ ...consoleModel(story, { columns: 80, rows: 24 }), vault: { ...open, listed } }, [
      { kind: "vault-news", news: { kind: "compared", key, compared: { ...known, comparison } } },
    ]).model;
    return press(heard, "c", "shift-Tab");
  };

  it("says of the version and the channels what the watch knows of them now", () => {
    const frame = seen(compared({ channelsConnected: 2, channelsConfigured: 2 }));
    expect(frame).toMatch(/version +2026\.9\.5 → 2026\.9\.6/);
    expect(frame).toMatch(/channels connected +2 → 1/);
    expect(frame).toMatch(/~ channels connected +2 +1 +-1/);
    expect(frame).toMatch(/= channels configured +2 +2/);
  });

  it("calls the numbers of the process what they are called everywhere, and counts no unknown one as different", () => {
    const frame = seen(compared({ errorRate: 0.02, modelLatencyMs: 1_600, heapUsedBytes: 3e8 }));
    expect(frame).toMatch(/\? model answers in +1\.6 s +\?/);
    expect(frame).not.toMatch(/errorRate|modelLatencyMs|heapUsedBytes/);
    const without = seen(compared({}));
    const count = /vitals·(\d+)/u;
    expect(count.exec(frame)?.[1]).toBe(count.exec(without)?.[1]);
  });

  it.each([
    [48_871, 49_438, "+567 tokens"],
    [49_438, 48_871, "-567 tokens"],
    [12_000, 20_600, "12k → 21k tokens"],
    [null, 20_600, "? → 21k tokens"],
  ])(
    "tells how a session went from %d to %d tokens without cutting it at 80 columns",
    (before, after, words) => {
      if (known?.kind !== "done") throw new Error("the story has no comparison");
      const { sessions } = known.comparison;
      const changed = sessions?.changed.map((each) => ({ ...each, tokens: { before, after } })) ?? [];
      const comparison = { ...known.comparison, sessions: sessions && { ...sessions, changed } };
      const { model } = actAll({ ...consoleModel(story, { columns: 80, rows: 24 }), vault: open }, [
        { kind: "vault-news", news: { kind: "compared", key, compared: { ...known, comparison } } },
      ]);
      const row = seen(press(model, "c"))
        .split("\n")
        .find((line) => line.includes("~ agent:main:console-big"));
      expect(row?.split("13 messages")[1]?.trim()).toBe(words);
    },
  );
});

describe("somebody who asks whether the way back can be trusted", () => {
  it.each(["en", "zh-Hans", "zh-Hant"] as const)("has every answer on one small screen in %s", (language) => {
    const model = at(80, 24, ["8"]);
    const frame = seen({ ...model, setting: { ...model.setting, texts: spoken[language] } });
    const { facts, ...words } = spoken[language].vault;
    for (const fact of Object.values(facts)) {
      if (fact !== facts.open) expect(frame).toContain(fact);
    }
    for (const part of [
      words.kinds,
      words.growth,
      words.pace("4", "1m", "3m"),
      words.goesNow("2026-11-20-00-02", 0),
    ])
      expect(frame).toContain(part);
    expect(frame).toMatch(/[▁▂▃▄▅▆▇█]/u);
  });

  it("sees which snapshot goes next, and when, where a cleanup takes none", () => {
    const { figures } = open;
    if (figures === undefined) throw new Error("the story has no figures");
    const frame = seen(
      at(80, 24, ["8"], { ...open, figures: { ...figures, remove: [], removeBytesAtMost: 0 } }),
    );
    expect(frame).toMatch(/goes next +2026-11-20-00-01 in 2h/);
  });
});

describe("one file of both sides", () => {
  const path = "state/openclaw.sqlite";
  const shown = (language: "en" | "zh-Hans" | "zh-Hant", difference: ShownDifference): string => {
    const key = differenceKey({ gateway: "prod-eu", a: "2026-11-20-00-00", b: "live" }, path);
    const model = at(80, 24, ["c", "Tab", "Tab", "Tab", "Enter"]);
    const places = [
      ...model.view.places.slice(0, -1),
      { screen: "difference", gateway: "prod-eu", a: "2026-11-20-00-00", b: "live", path },
    ] as unknown as ConsoleModel["view"]["places"];
    const differences = new Map([[key, difference]]);
    const setting = { ...model.setting, texts: spoken[language] };
    return seen({ ...model, setting, view: { ...model.view, places }, vault: { ...open, differences } });
  };

  it("says in the reader's language why there are no lines to show", () => {
    expect(shown("en", { kind: "binary" })).toContain(`${path} differs and is no text`);
    expect(shown("en", { kind: "same" })).toContain(`${path} is the same on both sides`);
    expect(shown("en", { kind: "too-large", limitBytes: 4e6 })).toContain("more than 4.0 MB");
    for (const language of ["zh-Hans", "zh-Hant"] as const) {
      for (const kind of ["binary", "same"] as const)
        expect(shown(language, { kind })).not.toMatch(/differs|same|text/);
      expect(shown(language, { kind: "too-large", limitBytes: 4e6 })).toContain("4.0 MB");
    }
  });
});

describe("somebody who wants to go back", () => {
  it("says what the star on the time axis is, wherever on it the last good snapshot has come", () => {
    const later = incidentStory();
    for (let minutes = 0; minutes < 5; minutes += 1) {
      for (const columns of [60, 80, 120]) {
        const frame = wholeFrame(consoleModel(later, { columns, rows: 24 }), looks.mono).map(stripSgr);
        const starred = frame.filter((line) => line.startsWith("  snapshots") && line.includes("★"));
        expect(starred.filter((line) => !line.includes("last good"))).toEqual([]);
      }
      later.wait(60_000);
    }
  });

  it("says how the recovery key is seen before the line of a new vault is cut", () => {
    const path = "/home/somebody/.local/share/clawback/vault";
    for (const language of languages) {
      const text = tellIn(spoken[language], told({ say: "vault-made", path }));
      const model = at(80, 24, ["4"]);
      const toast = { text, until: model.watch.now + 1 };
      const frame = wholeFrame({ ...model, view: { ...model.view, toast } }, looks.mono);
      expect(stripSgr(frame.at(-1) ?? "")).toContain("clawback vault key export");
    }
  });

  it("compares the last good snapshot with now with 5 from anywhere", () => {
    for (const keys of [["5"], ["8", "5"], ["4", "5"]]) {
      expect(placeOf(at(80, 24, keys).view)).toMatchObject({ screen: "compare", b: "live" });
    }
  });

  it("promises no first snapshot where the state is on another machine", () => {
    const { watch, ...rest } = at(80, 24, ["4"], { ...open, listed: [] });
    expect(seen({ ...rest, watch })).toContain("n takes one");
    const gateways = watch.gateways.map((gateway) => ({
      ...gateway,
      identity: { ...gateway.identity, local: false },
    }));
    const remote = seen({ ...rest, watch: { ...watch, gateways } });
    expect(remote).not.toContain("n takes one");
    expect(remote).toContain("prod-eu is watched only: its state is not on this machine");
  });

  it("tells the tables of every agent's database apart, however narrow the screen", () => {
    const { comparisons } = open;
    const [[key, compared] = []] = comparisons;
    if (key === undefined || compared?.kind !== "done") throw new Error("the story has no comparison");
    const tables = ["transcript_events", "transcript_event_identities"];
    const databases = ["main", "billing", "research"].map((agent) => ({
      path: `agents/${agent}/agent/openclaw-agent.sqlite`,
      schema: { before: 3, after: 3 },
      tables: tables.map((name) => ({ name, before: 102, after: 112 })),
    }));
    const comparison = { ...compared.comparison, databases };
    const vault = { ...open, comparisons: new Map([[key, { ...compared, comparison }]]) };
    const rows = seen(at(80, 24, ["c", "Tab", "Tab"], vault))
      .split("\n")
      .filter((line) => line.includes("~ transcript"))
      .map((line) => line.slice(1, 46).trim());
    expect(rows).toHaveLength(6);
    expect(new Set(rows).size).toBe(6);
    expect(seen(at(80, 24, ["c", "Tab", "Tab"], vault))).toContain("agents/main/agent/openclaw-agent.sqlite");
  });

  it("says from the fleet where a first snapshot is taken", () => {
    const frame = wholeFrame(consoleModel(fleetStory(), { columns: 80, rows: 24 }), looks.mono);
    expect(frame.map(stripSgr).join("\n")).toContain("snapshots none yet: 4, then n, takes one");
  });

  it("compares the last good snapshot with now in one key, from the fleet and from the incident", () => {
    for (const keys of [["c"], ["i", "c"], ["3", "j", "c"]]) {
      expect(placeOf(at(80, 24, keys).view)).toEqual({
        screen: "compare",
        gateway: "prod-eu",
        a: "2026-11-20-00-00",
        b: "live",
        section: "sessions",
      });
    }
    expect(seen(at(80, 24, ["c", "j"]))).toContain("would be gone after a restore");
  });

  it("sees a secret that was changed, and neither of its values", () => {
    expect(seen(at(120, 40, ["c", "Tab"]))).toContain("redacted, differs");
  });

  it("asks the vault once for a comparison that is not known, and again when told to", () => {
    const model = { ...consoleModel(story), vault: { ...open, comparisons: new Map() } };
    const asked = pressing(model, "c");
    const request = { kind: "compare", gateway: "prod-eu", a: "2026-11-20-00-00", b: "live" };
    expect(asked.effects).toMatchObject([{ kind: "vault", request }]);
    expect(seen(asked.model)).toContain("comparing");
    expect(pressing(asked.model, "Tab").effects).toEqual([]);
    expect(pressing(at(80, 24, ["c"]), "R").effects).toMatchObject([{ kind: "vault", request }]);
  });

  it("marks two and compares them, the older first", () => {
    const model = at(80, 24, ["4", "m", "j", "j", "m", "k", "c"]);
    expect(placeOf(model.view)).toMatchObject({ a: "2026-11-20-00-00", b: "2026-11-20-00-04" });
    const one = at(80, 24, ["4", "j", "m", "k", "c"]);
    expect(placeOf(one.view)).toMatchObject({ a: "2026-11-20-00-01", b: "2026-11-20-00-04" });
    expect(placeOf(at(80, 24, ["4", "j", "c"]).view)).toMatchObject({ a: "2026-11-20-00-01", b: "live" });
  });

  it("filters what differs", () => {
    const frame = seen(at(80, 24, ["c", "/", ...typing("later"), "Enter"]));
    expect(frame).toContain("agent:main:later");
    expect(frame).not.toContain("agent:ops:old");
  });
});

describe("the time axis over the snapshots", () => {
  it("says each time, name and moment whole or not at all", () => {
    for (let columns = 60; columns <= 200; columns += 1) {
      for (const down of [[], ["j"], ["j", "j"], ["j", "j", "j"]]) {
        const [, ruler = "", alerts = ""] = seen(at(columns, 24, ["4", ...down])).split("\n");
        const words = ruler.split(/[─\s]+/u).filter((word) => word !== "");
        expect(words.filter((word) => !/^(?:time|now|▲deploy|▲|\d\d:\d\d(?::\d\d)?)$/u.test(word))).toEqual(
          [],
        );
        if (alerts.includes("onset")) expect(alerts).toMatch(/onset.\d\d:\d\d/);
      }
    }
  });
});

describe("somebody who keeps snapshots", () => {
  it("takes one with a name, or without", () => {
    const named = pressing(at(80, 24, ["4"]), "n", ...typing("calm"), "Enter").effects;
    expect(named).toMatchObject([
      {
        request: { kind: "save", gateway: "prod-eu", name: "calm" },
        command: expect.stringContaining("--name calm"),
      },
    ]);
    const [effect] = pressing(at(80, 24, ["4"]), "n", "Enter").effects;
    expect(effect).toMatchObject({ request: { kind: "save", name: undefined } });
    expect(pressing(at(80, 24, ["4"]), "n", ...typing("calm"), "Esc").effects).toEqual([]);
  });

  it("writes the selected one, or the marked ones, to a file that it may name", () => {
    const one = pressing(at(80, 24, ["4"]), "x", "Enter").effects;
    expect(one).toMatchObject([
      {
        request: { kind: "export", ids: ["2026-11-20-00-04"], path: "2026-11-20-00-04.clawback" },
        command: expect.stringContaining("snapshots export 2026-11-20-00-04 --out 2026-11-20-00-04.clawback"),
      },
    ]);
    const two = at(80, 24, ["4", "m", "j", "m", "x"]);
    expect(pressing(two, "ctrl-u", ...typing("/tmp/both"), "Enter").effects).toMatchObject([
      { request: { kind: "export", ids: ["2026-11-20-00-04", "2026-11-20-00-01"], path: "/tmp/both" } },
    ]);
    expect(pressing(two, "ctrl-u", "Enter").effects).toEqual([]);
  });

  it("finds one by its name or id in the palette", () => {
    const found = press(at(80, 24, []), ":", ...typing("00-01"), "Enter");
    expect(placeOf(found.view)).toMatchObject({ screen: "snapshot", snapshot: "2026-11-20-00-01" });
  });

  it("deletes one only when all of its id was typed", () => {
    const asked = at(80, 24, ["4", "D"]);
    expect(pressing(asked, "y", "Enter").effects).toEqual([]);
    expect(pressing(asked, ...typing("2026-11-20-00-0"), "Enter").effects).toEqual([]);
    const done = pressing(asked, ...typing("2026-11-20-00-04"), "Enter");
    expect(done.effects).toMatchObject([{ request: { kind: "delete", id: "2026-11-20-00-04" } }]);
  });

  it("is refused to delete a protected one, and told why", () => {
    const refused = press(at(80, 24, ["4", "j", "j"]), "D");
    expect(refused.view.dialog).toMatchObject({
      says: [expect.stringContaining("protected"), expect.any(String)],
      needs: { kind: "nothing" },
    });
    expect(placeOf(press(refused, ...typing("2026-11-20")).view)).toEqual(placeOf(refused.view));
  });

  it("sees damage that a check found, and that it stays known when the vault is listed again", () => {
    const found = actAll(at(120, 40, ["4"]), [
      { kind: "vault-news", news: { kind: "checked", id: "2026-11-20-00-01", findings: 2 } },
      { kind: "vault-news", news: { kind: "listed", snapshots: open.listed } },
    ]);
    expect(seen(found.model)).toContain("damaged");
  });

  it("is told that there is no vault, and makes one with one key and a y", () => {
    const none: VaultState = {
      ...firstVault,
      access: { kind: "none", path: "/home/tester/vault", flags: "--vault /home/tester/vault" },
    };
    const model = at(80, 24, ["4"], none);
    expect(seen(model)).toContain("there is no vault yet: V makes one at /home/tester/vault");
    expect(press(model, "n").view.prompt).toBeUndefined();
    expect(pressing(model, "V", "Enter").effects).toEqual([]);
    expect(pressing(model, "V", "y").effects).toMatchObject([
      { request: { kind: "make" }, command: "clawback vault init --vault /home/tester/vault" },
    ]);
  });

  it("is told why a vault does not open", () => {
    const closed: VaultState = {
      ...firstVault,
      access: { kind: "closed", flags: "", path: "/v", why: "The key is missing.", hint: "Put it there." },
    };
    expect(seen(at(80, 24, ["8"], closed))).toContain("The key is missing. Put it there.");
  });

  it("changes nothing where only looking is allowed", () => {
    const looking = {
      ...consoleModel(story, {}, { readOnly: { all: true, gateways: new Set() } }),
      vault: open,
    };
    for (const key of ["n", "p", "D"]) {
      const pressed = pressing(looking, "4", key);
      expect(pressed.effects).toEqual([]);
      const { dialog, toast } = pressed.model.view;
      expect(dialog?.says[0] ?? toast?.text).toContain("read-only");
    }
  });
});
