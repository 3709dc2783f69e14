import { expect, it } from "vitest";
import { stripSgr } from "../../../../src/ui/console/theme/index.ts";
import { consoleModel, fleetStory } from "../../../support/fleet-story.ts";
import { press } from "../../../support/pressing.ts";
import { looks, wholeFrame } from "../../../support/whole-frame.ts";

const size = { columns: 80, rows: 24 };
const toLogs = Array.from({ length: 6 }, () => "Right");
const words = Array.from({ length: 30 }, (_, at) => `word${at}`);

const frameAfter = (...keys: readonly string[]): string => {
  const watching = fleetStory();
  watching.hear("prod-eu", {
    kind: "log",
    lines: ["before", words.join(" "), "after"].map((message) => ({
      at: watching.now,
      level: "error",
      subsystem: "agent/embedded",
      message,
    })),
  });
  watching.hear("prod-eu", {
    kind: "connection",
    report: { state: { kind: "crashed" }, since: watching.now, evidence: words.join(" ") },
  });
  const model = press(consoleModel(watching, size), "Enter", ...keys);
  return wholeFrame(model, looks.mono).map(stripSgr).join("\n");
};

it("shows all of a line of the log to who stops at it, and has all the room for who follows", () => {
  expect(frameAfter(...toLogs)).not.toContain("word29");
  const stopped = frameAfter(...toLogs, "k");
  for (const word of words) expect(stopped).toContain(word);
  expect(stopped).toContain("ERROR · agent/embedded");
  expect(frameAfter(...toLogs, "k", "f")).not.toContain("word29");
});

it("shows all of an event", () => {
  const frame = frameAfter(...toLogs, "Right");
  expect(frame).toContain("▸");
  for (const word of words) expect(frame).toContain(word);
});
