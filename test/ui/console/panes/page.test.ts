import { describe, expect, it } from "vitest";
import type { ConsoleModel } from "../../../../src/ui/console/state/model.ts";
import { consoleModel, fleetStory } from "../../../support/fleet-story.ts";
import { hello, identity, up, Watching } from "../../../support/replay.ts";
import { press, pressing } from "../../../support/pressing.ts";

/** What a pager is given. */
const page = (model: ConsoleModel): readonly string[] => {
  const [effect] = pressing(model, "v").effects;
  if (effect?.kind !== "show-text") throw new Error("nothing is shown");
  return effect.text.split("\n");
};

describe("a list in a pager", () => {
  it("has all columns of a table below each other, also those there was no room for", () => {
    const lines = page(consoleModel(fleetStory(), { columns: 80, rows: 24 }));
    expect(lines[0]).toMatch(
      /^NAME +STATE +VERSION +UP +LAG +MEMORY +1H +CONTEXT +SESS +CH +SNAPSHOT +ALERTS$/,
    );
    expect(lines[1]).toMatch(/^prod-eu +.*2026\.9\.6 .* 1\/2 /);
  });

  it("says of each line of a log when it was, and has all of it", () => {
    const watching = new Watching([identity("prod-eu")]);
    const message = `it says ${"much ".repeat(100)}and ends`;
    watching.hear("prod-eu", up(watching.now), hello("boot-1"));
    watching.hear("prod-eu", {
      kind: "log",
      lines: [{ at: watching.now, level: "error", subsystem: "gateway", message }],
    });
    const model = press(consoleModel(watching, { columns: 80, rows: 24 }), "l");
    const [line = ""] = page(press(model, ">", ">"));
    expect(line).toMatch(/^\d\d:\d\d:\d\d {2}ERROR {2}gateway {2}it says much /);
    expect(line).toMatch(/and ends$/);
  });
});
