import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openHistory, type History } from "../../../src/watch/effects/history/index.ts";
import { trailNames, type Alert } from "../../../src/watch/index.ts";
import { midnight } from "../../support/replay.ts";

let folder = "";
let path = "";
const opened: History[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "clawback-history-"));
  path = join(folder, "state", "history.sqlite");
});
afterEach(() => {
  for (const history of opened.splice(0)) history[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

const open = (owner = "one", maxBytes?: number): History => {
  const history = openHistory({
    path,
    now: midnight,
    owner,
    ...(maxBytes === undefined ? {} : { maxBytes }),
  });
  opened.push(history);
  return history;
};

const row = (at: number, values: Partial<Record<(typeof trailNames)[number], number>>) => ({
  gateway: "prod-eu",
  row: { at, values: trailNames.map((name) => values[name] ?? Number.NaN) },
});

const alert: Alert = {
  id: "a12345",
  rule: "session-dead",
  gateway: "prod-eu",
  severity: "critical",
  priority: "P1",
  state: "firing",
  since: midnight,
  firedAt: midnight,
  evidence: "3 turns failed",
  evidenceAt: midnight,
  samples: 1,
  next: "clawback doctor",
  fires: [midnight],
  flapping: false,
};

describe("the history", () => {
  it("keeps the worst value of every coarser step, and knows what was not known", () => {
    const history = open();
    history.keep([
      row(midnight, { context_pressure: 0.5, disk_free: 9e9 }),
      row(midnight + 10_000, { context_pressure: 0.9 }),
      row(midnight + 20_000, { context_pressure: 0.7, disk_free: 4e9 }),
    ]);
    history.flush();
    const day = { gateway: "prod-eu", from: midnight, until: midnight + 86_400_000, points: 100 } as const;
    expect(history.samples.series({ ...day, name: "context_pressure" })).toEqual([
      { at: midnight, value: 0.9 },
    ]);
    expect(history.samples.series({ ...day, name: "disk_free" })[0]?.value).toBeCloseTo(4e9, -4);
    expect(history.samples.series({ ...day, name: "rss" })).toEqual([]);
    const fine = history.samples.series({ ...day, name: "disk_free", until: midnight + 60_000, points: 6 });
    expect(fine.map((point) => point.at - midnight)).toEqual([0, 20_000]);
  });

  it("gives a console that opens later the hour before", () => {
    const first = open();
    first.keep(Array.from({ length: 60 }, (_, place) => row(midnight + place * 10_000, { rss: 700e6 })));
    first.flush();
    const { fine, coarse } = open("two").samples.trail("prod-eu", midnight + 600_000);
    expect(fine).toHaveLength(60);
    expect(coarse.map((each) => each.at - midnight)).toEqual([0, 300_000]);
  });

  it("brings alerts, marks and silences back as they were", () => {
    const { stories } = open();
    stories.putAlert(alert);
    stories.putMark({ at: midnight, text: "deploy", by: "ci" });
    stories.putSilence({ id: "s1", rule: "silent", from: midnight, until: midnight + 1_000, by: "me" });
    const other = open("two").stories;
    expect(other.firing()).toEqual([alert]);
    expect(other.marks(midnight - 1, midnight + 1)).toEqual([{ at: midnight, text: "deploy", by: "ci" }]);
    expect(other.silences(midnight).map((each) => each.id)).toEqual(["s1"]);
    expect(other.silences(midnight + 2_000)).toEqual([]);
    const resolved: Alert = { ...alert, state: "resolved", resolvedAt: midnight + 5_000 };
    stories.putAlert(resolved);
    expect(other.firing()).toEqual([]);
    expect(other.alerts(midnight + 4_000, midnight + 9_000)).toEqual([resolved]);
    expect(other.alerts(midnight + 6_000, midnight + 9_000)).toEqual([]);
  });

  it("keeps what an alert says as values beside its text, and the text alone where nobody knows the sentence", () => {
    const said = { say: "no-turn", since: midnight, limitMs: 60_000 } as const;
    open().stories.putAlert({ ...alert, said });
    const [before] = open("two").stories.alerts(midnight - 1, midnight + 1);
    expect(before?.said).toEqual(said);
    const newer = { ...alert, said: { say: "said-by-a-newer-one", times: 3 } };
    const database = new DatabaseSync(path);
    database.prepare("UPDATE alerts SET document = ?").run(JSON.stringify(newer));
    database.close();
    expect(open("three").stories.alerts(midnight - 1, midnight + 1)).toEqual([alert]);
  });

  it("tells other processes what somebody did here, in order", () => {
    const { stories } = open();
    const other = open("two").stories;
    const before = other.lastAction();
    stories.act({ kind: "acknowledge", at: midnight, alert: "a12345", by: "me" });
    stories.act({ kind: "unsilence", at: midnight, id: "s1" });
    expect(other.actionsAfter(before).map((each) => each.event?.kind)).toEqual(["acknowledge", "unsilence"]);
  });

  it("hands on no word of another process that could act on a terminal", () => {
    const { stories } = open();
    const evil = "ev\u001b[31mil\u009b2J\u202e";
    const operation = {
      id: "o",
      kind: "run",
      gateway: "prod-eu",
      startedAt: midnight,
      step: evil,
      disturbs: true,
    } as const;
    stories.act({ kind: "operation", at: midnight, operation });
    stories.putMark({ at: midnight, text: evil, by: evil });
    const { stories: other } = open("two");
    expect(other.actionsAfter(0)[0]?.event).toMatchObject({ operation: { ...operation, step: "evil" } });
    expect(other.marks(midnight, midnight)).toEqual([{ at: midnight, text: "evil", by: "evil" }]);
  });

  it("lets one process write at a time, and another when the first has gone silent", () => {
    const one = open("one");
    const two = open("two");
    expect(one.claim(midnight)).toBe(true);
    expect(two.claim(midnight + 1_000)).toBe(false);
    expect(one.claim(midnight + 5_000)).toBe(true);
    expect(two.claim(midnight + 24_000)).toBe(false);
    expect(two.claim(midnight + 26_000)).toBe(true);
    expect(one.claim(midnight + 27_000)).toBe(false);
  });

  it("gives the writing to the process that sees more of the fleet", () => {
    const narrow = open("narrow");
    const wide = open("wide");
    expect(narrow.claim(midnight, 2)).toBe(true);
    expect(wide.claim(midnight + 1_000, 8)).toBe(true);
    expect(narrow.claim(midnight + 2_000, 2)).toBe(false);
    expect(wide.lastWeight()).toBe(8);
  });

  it("stays within its size by giving up the oldest and finest first", () => {
    const history = open("one", 400_000);
    for (let hour = 0; hour < 6; hour += 1) {
      history.keep(
        Array.from({ length: 360 }, (_, place) => ({
          ...row(midnight + hour * 3_600_000 + place * 10_000, {
            rss: 700e6 + place * 1e5,
            lag_p99: 20 + place,
            cpu: place / 100,
          }),
        })),
      );
      for (let copy = 0; copy < 10; copy += 1) {
        history.keep(
          Array.from({ length: 360 }, (_, place) => ({
            gateway: `g${copy}`,
            row: row(midnight + hour * 3_600_000 + place * 10_000, {
              rss: 700e6 + place * 1e5,
              cpu: place / 100,
            }).row,
          })),
        );
      }
      while (history.work(midnight + (hour + 1) * 3_600_000)) continue;
    }
    expect(history.sizeBytes()).toBeLessThanOrEqual(400_000);
    const newest = {
      gateway: "g1",
      name: "rss",
      from: midnight + 5 * 3_600_000,
      until: midnight + 6 * 3_600_000,
      points: 300,
    } as const;
    expect(history.samples.series(newest).length).toBeGreaterThan(300);
  });

  it("is readable by its owner alone", () => {
    const history = open();
    history.stories.putMark({ at: midnight, text: "x", by: "me" });
    const modes = readdirSync(join(folder, "state")).map(
      (name) => statSync(join(folder, "state", name)).mode & 0o777,
    );
    expect(modes.length).toBeGreaterThanOrEqual(2);
    expect(new Set(modes)).toEqual(new Set([0o600]));
    expect(statSync(join(folder, "state")).mode & 0o777).toBe(0o700);
  });

  it("puts a damaged file aside and begins anew", () => {
    open().stories.putMark({ at: midnight, text: "x", by: "me" });
    for (const history of opened.splice(0)) history[Symbol.dispose]();
    writeFileSync(path, "this is not a database, and long enough to be looked at as one".repeat(100));
    const history = open();
    expect(history.putAside).toBe(`${path}.damaged-${midnight}`);
    expect(history.stories.marks(0, midnight * 2)).toEqual([]);
  });

  it("refuses a file of a newer clawback and leaves it as it is", () => {
    open()[Symbol.dispose]();
    opened.pop();
    const database = new DatabaseSync(path);
    database.exec("PRAGMA user_version = 99");
    database.close();
    expect(() => open()).toThrow(/written by a newer clawback/);
    expect(readdirSync(join(folder, "state")).filter((name) => name.includes("damaged"))).toEqual([]);
  });

  it("survives the death of its writer at any moment, with every bundle whole", async () => {
    open()[Symbol.dispose]();
    opened.pop();
    const writer = new URL("../../support/history-writer.ts", import.meta.url).pathname;
    for (let kill = 1; kill <= 3; kill += 1) {
      const child = spawn(process.execPath, [writer, path], { stdio: ["ignore", "pipe", "inherit"] });
      let bundles = 0;
      for await (const chunk of child.stdout) {
        bundles += String(chunk).split("\n").length - 1;
        if (bundles >= kill * 7) break;
      }
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      const database = new DatabaseSync(path);
      expect(database.prepare("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
      const counts = database
        .prepare("SELECT at_s, count(*) AS n FROM samples WHERE step_s = 10 GROUP BY at_s")
        .all();
      database.close();
      expect(counts.length).toBeGreaterThanOrEqual(kill * 7 - 1);
      // A bundle of twenty gateways is in the file as a whole or not at all.
      expect(new Set(counts.map((each) => each["n"]))).toEqual(new Set([20]));
    }
  });
});
