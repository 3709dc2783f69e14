import { describe, expect, it } from "vitest";
import { clockTime, inWords, type Sayings } from "../../../../src/ground/index.ts";
import { sayIn, tellIn, textsIn } from "../../../../src/ui/console/language/index.ts";
import { languages, chinese, spoken } from "../../../support/spoken.ts";
import { sayings, type Sentence } from "../../../../src/watch/sentences/index.ts";
import { stripSgr } from "../../../../src/ui/console/theme/index.ts";
import { consoleModel } from "../../../support/fleet-story.ts";
import { incidentStory } from "../../../support/incident-story.ts";
import { press } from "../../../support/pressing.ts";
import { looks, wholeFrame } from "../../../support/whole-frame.ts";

const table: Sayings = sayings;

/** One of each, with every value there can be and with none that need not be. */
const samples: readonly (readonly [name: string, sentence: Sentence])[] = Object.entries(table).flatMap(
  ([say, row]) =>
    [true, false].map((full) => {
      const values = Object.entries(row).flatMap(([name, asked]) =>
        full || !asked.endsWith("?") ? [[name, sampleOf(asked.replace("?", ""))]] : [],
      );
      return [say, { say, ...Object.fromEntries(values) } as Sentence] as const;
    }),
);

function sampleOf(kind: string): unknown {
  switch (kind) {
    case "number":
      return 61_000;
    case "flag":
      return true;
    case "texts":
      return ["x"];
    case "sentence":
      return { say: "no-listener" };
    case "sentences":
      return [{ say: "no-listener" }];
    default:
      return "y";
  }
}

/** What others said, or wrote as a rule, is in their words. */
const inTheirWords = new Set(["as-told", "own-rule", "channels-there"]);

describe.each(chinese)("in %s", (name) => {
  const texts = spoken[name];

  it.each(samples.filter(([say]) => !inTheirWords.has(say)))("%s is said in Chinese", (_say, sentence) => {
    const said = inWords(texts.sentences, sentence);
    expect(said).toMatch(/[\u4e00-\u9fff]/u);
    expect(said).not.toMatch(/undefined|NaN|\[object/u);
  });
});

it.each(samples)("%s is said in English with all its values", (_say, sentence) => {
  const said = inWords(spoken.en.sentences, sentence);
  expect(said).not.toMatch(/undefined|NaN|\[object/u);
  expect(said).not.toBe("");
});

it("counts one thing as one in English", () => {
  expect(inWords(spoken.en.sentences, { say: "agents-inside", agents: 1 })).toBe(
    "1 agent, all inside the state directory",
  );
});

describe("where the reader's clock is not UTC", () => {
  it.each(languages)("a sentence in %s says its moments by it", async (name) => {
    const texts = await textsIn(name, {}, (at) => clockTime(at + 8 * 3_600_000));
    const said: Sentence = {
      say: "connection",
      state: "down",
      because: { say: "lost-without-goodbye", because: { say: "no-listener" }, at: 60_000 },
      since: 61_000,
    };
    const words = sayIn(texts, said, "down: … lost at 00:01:00 … (since 00:01:01)");
    expect(words).toContain("08:01:00");
    expect(words).toContain("08:01:01");
    expect(words).not.toContain("00:01:0");
  });
});

describe("what only its text is known of", () => {
  it("is shown as it stands, in every language", () => {
    for (const name of languages) {
      expect(sayIn(spoken[name], undefined, "it was so")).toBe("it was so");
      expect(tellIn(spoken[name], { text: "it was so" })).toBe("it was so");
    }
  });

  it("stands in the story of an incident beside what is translated", () => {
    const story = incidentStory();
    const [incident] = story.model.incidents;
    if (incident === undefined) throw new Error("a story without an incident");
    const { titleSaid: _title, suspectSaid: _suspect, ...old } = incident;
    const before = {
      ...old,
      alerts: old.alerts.map(({ said: _said, ...alert }) => alert),
      timeline: old.timeline.map(({ said: _said, ...entry }) => entry),
    };
    const texts = spoken["zh-Hans"];
    const now = consoleModel(story, { columns: 200, rows: 60 }, { texts });
    const model = press({ ...now, watch: { ...now.watch, incidents: [before] } }, "i");
    const frame = stripSgr(wholeFrame(model, looks.mono).join("\n"));
    expect(frame).toContain(incident.title);
    expect(frame).toContain(incident.alerts[0]?.evidence.slice(0, 40));
    expect(frame).toContain("之前的变化");
  });
});
