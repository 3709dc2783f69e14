import { expect, it } from "vitest";
import { stepWords } from "../../../../src/ui/console/language/index.ts";
import { chinese, spoken } from "../../../support/spoken.ts";
import { runbookOf, type Incident } from "../../../../src/watch/index.ts";
import { consoleModel } from "../../../support/fleet-story.ts";
import { incidentStory } from "../../../support/incident-story.ts";
import { press } from "../../../support/pressing.ts";
import { stripSgr } from "../../../../src/ui/console/theme/index.ts";
import { looks, wholeFrame } from "../../../support/whole-frame.ts";

const story = incidentStory();
const [incident] = story.model.incidents;
if (incident === undefined) throw new Error("a story without an incident");

// The compiler asks for a kind that is added.
const kinds: Readonly<Record<Incident["kind"], true>> = {
  "gateway-down": true,
  "start-fails": true,
  "crash-loop": true,
  frozen: true,
  "context-overflow": true,
  "channel-down": true,
  "provider-down": true,
  "disk-full": true,
  "config-broken": true,
  "memory-growth": true,
  "secret-leak": true,
  slow: true,
  other: true,
};

const steps = Object.keys(kinds).flatMap((kind) =>
  runbookOf({ ...incident, kind: kind as Incident["kind"] }).map(({ text }) => text),
);

it.each(chinese)("every step of every runbook has its words in %s, and no other", (name) => {
  const texts = spoken[name];
  expect(new Set(Object.keys(texts.runbook))).toEqual(new Set(steps));
  for (const step of steps) expect(stepWords(step, texts)).toMatch(/[\u4e00-\u9fff]/u);
});

it("has room for each step on a screen of 80 columns, beside the way to it", () => {
  for (const step of steps) expect(step.length, step).toBeLessThanOrEqual(60);
});

it("keeps its own words in English", () => {
  for (const step of steps) expect(stepWords(step, spoken.en)).toBe(step);
});

it("is what a reader of Chinese sees of the way out", () => {
  const model = press(consoleModel(story, { columns: 120, rows: 40 }, { texts: spoken["zh-Hans"] }), "i");
  const frame = stripSgr(wholeFrame(model, looks.mono).join("\n"));
  expect(frame).toContain("找到该会话及其压力");
  expect(frame).not.toContain("Find the session");
});
