import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../../src/ground/index.ts";
import { defaultAlertSettings, type Alert } from "../../../src/watch/index.ts";
import {
  openAlertDesk,
  openHistory,
  type AlertDesk,
  type History,
} from "../../../src/watch/effects/index.ts";
import { midnight } from "../../support/replay.ts";

let folder = "";
let history: History;
let desk: AlertDesk;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "clawback-desk-"));
  history = openHistory({ path: join(folder, "history.sqlite"), now: midnight, owner: "test" });
  desk = openAlertDesk(history, {
    clock: { ...systemClock, now: () => midnight + 60_000 },
    by: "me",
    settings: defaultAlertSettings,
  });
});
afterEach(() => {
  history[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

const alert = (id: string): Alert => ({
  id,
  rule: "silent",
  gateway: "a",
  severity: "info",
  priority: "P3",
  state: "firing",
  since: midnight,
  firedAt: midnight,
  evidence: "no turn since 00:00:00",
  evidenceAt: midnight,
  samples: 1,
  next: "clawback doctor",
  fires: [midnight],
  flapping: false,
});

describe("the desk", () => {
  it("lists what fires, and says when somebody last watched", () => {
    expect(desk.firing()).toEqual({ alerts: [] });
    history.claim(midnight);
    history.stories.putAlert(alert("aaa111"));
    expect(desk.firing()).toEqual({ alerts: [alert("aaa111")], watchedAt: midnight });
  });

  it("acknowledges by the beginning of an id, and leaves word for the one who watches", () => {
    history.stories.putAlert(alert("aaa111"));
    history.stories.putAlert(alert("aab222"));
    expect(desk.acknowledge("aaa", "on it").acknowledged).toEqual({
      at: midnight + 60_000,
      by: "me",
      note: "on it",
    });
    expect(desk.firing().alerts.map((each) => [each.id, each.state])).toEqual([
      ["aaa111", "acknowledged"],
      ["aab222", "firing"],
    ]);
    expect(history.stories.actionsAfter(0).map((each) => each.event)).toEqual([
      { kind: "acknowledge", at: midnight + 60_000, alert: "aaa111", by: "me", note: "on it" },
    ]);
  });

  it("refuses an id that means two or none, and a rule that does not exist", () => {
    history.stories.putAlert(alert("aaa111"));
    history.stories.putAlert(alert("aab222"));
    expect(() => desk.acknowledge("aa")).toThrow("aa may mean aaa111, aab222.");
    expect(() => desk.acknowledge("zz")).toThrow("There is no firing alert zz.");
    expect(() => desk.acknowledge("")).toThrow("There is no firing alert .");
    expect(() => desk.silence("slient", 1_000)).toThrow("There is no rule slient.");
    expect(() => desk.incident()).toThrow("No incident is written down.");
  });

  it("silences and marks also where nobody watches", () => {
    desk.silence("silent", 3_600_000, "a");
    desk.mark("deploy 2026.9.6");
    expect(history.stories.silences(midnight + 120_000)).toMatchObject([{ rule: "silent", gateway: "a" }]);
    expect(history.stories.marks(midnight, midnight + 120_000)).toMatchObject([
      { text: "deploy 2026.9.6", by: "me" },
    ]);
    expect(history.stories.actionsAfter(0).map((each) => each.event?.kind)).toEqual(["silence", "mark"]);
  });
});
