import { describe, expect, it } from "vitest";
import { gatewayList } from "../../../../src/ui/console/lists/gateways.ts";
import type { Model } from "../../../../src/watch/index.ts";
import { consoleModel, fleetStory } from "../../../support/fleet-story.ts";
import { press } from "../../../support/pressing.ts";
import { up, type Watching } from "../../../support/replay.ts";
import { looks, wholeFrame } from "../../../support/whole-frame.ts";

/** The same facts with nothing of it the same object: whatever was kept from before is of no use to who paints it. */
const unseen = (watch: Model): Model => ({
  ...watch,
  gateways: structuredClone(watch.gateways),
  alertHistory: structuredClone(watch.alertHistory),
  incidents: structuredClone(watch.incidents),
  marks: structuredClone(watch.marks),
});

/** News of the kinds that change what a pane has kept, most of them between two ticks. */
const news: readonly ((watching: Watching) => void)[] = [
  (watching) => watching.hear("prod-us", { kind: "system", system: { rssBytes: 910e6, lagP99Ms: 400 } }),
  (watching) => watching.hear("staging", up(watching.now)),
  (watching) =>
    watching.hear("prod-us", {
      kind: "log",
      lines: [{ at: watching.now, level: "error", subsystem: "agent", message: `at ${watching.now}` }],
    }),
  (watching) => watching.wait(1_000),
  (watching) =>
    watching.tell({
      kind: "mark",
      at: watching.now,
      mark: { at: watching.now, text: "again", by: "test", gateway: "prod-us" },
    }),
  (watching) => watching.wait(31_000),
];

describe("what a pane keeps from one frame to the next", () => {
  it.each([[[]], [["j"]], [["Enter"]], [["Enter", "l"]], [["3"]], [["7", "Enter"]], [["D"]]])(
    "shows nothing that is no longer so, after the keys %j",
    (keys) => {
      const watching = fleetStory();
      const models = Array.from({ length: 3 }).flatMap(() =>
        news.map((tell) => {
          tell(watching);
          return press(consoleModel(watching, { columns: 200, rows: 60 }), ...keys);
        }),
      );
      const frames = models.map((model) => wholeFrame(model, looks.colour));
      const anew = models.map((model) => wholeFrame({ ...model, watch: unseen(model.watch) }, looks.colour));
      expect(frames).toEqual(anew);
      const seen = new Set(frames.map((frame) => frame.join("\n")));
      expect(seen.size).toBeGreaterThan(3);
    },
  );

  it("is the very line of a gateway of which nothing has moved that is seen", () => {
    const watching = fleetStory();
    const lines = () => gatewayList.view(consoleModel(watching)).rows;
    const before = lines();
    watching.hear("prod-us", {
      kind: "turn",
      turn: { kind: "started", sessionKey: "agent:main:new", runId: "r" },
    });
    expect(lines()).toBe(before);
    watching.wait(1_000);
    const at = before.findIndex(({ name }) => name === "prod-us");
    expect(lines()[at]).toBe(before[at]);
    watching.hear("prod-us", { kind: "system", system: { lagP99Ms: 400 } });
    expect(lines()[at]).not.toBe(before[at]);
  });
});
