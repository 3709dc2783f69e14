import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ExitCode, Problem } from "../../../../src/ground/index.ts";
import { failureIn, hintIn, tellIn } from "../../../../src/ui/console/language/index.ts";
import { problemAdvice as simplifiedAdvice } from "../../../../src/ui/console/language/simplified/problem-advice.ts";
import { problemKinds as simplifiedKinds } from "../../../../src/ui/console/language/simplified/problem-kinds.ts";
import { problemAdvice as traditionalAdvice } from "../../../../src/ui/console/language/traditional/problem-advice.ts";
import { problemKinds as traditionalKinds } from "../../../../src/ui/console/language/traditional/problem-kinds.ts";
import { failureOf, problemSaid, whyOf } from "../../../../src/watch/index.ts";
import { spoken } from "../../../support/spoken.ts";

const root = join(import.meta.dirname, "../../../..");

/** What may be thrown by what the console asks for, and never comes to a screen. */
const notOnScreens: ReadonlySet<string> = new Set(["DURATION_INVALID", "USAGE_VALUE"]);

const simplified = { kinds: simplifiedKinds, advice: simplifiedAdvice };
const traditional = { kinds: traditionalKinds, advice: traditionalAdvice };

/** A failure as some source raises it: under which code, and what it says of the way out. */
type Raised = { readonly code: string; readonly hint: string | undefined };

const raisedIn = (folder: string): readonly Raised[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .flatMap(({ parentPath, name }) => raisedBy(readFileSync(join(parentPath, name), "utf8")))
    .filter(({ code }) => !notOnScreens.has(code));

const raisedBy = (source: string): readonly Raised[] =>
  Array.from(source.matchAll(/(?:new Problem|super)\(/gu), ({ index }) => callAt(source, index)).flatMap(
    (call) => {
      const [first = ""] = call.slice(call.indexOf("(") + 1).split(",", 1);
      const named =
        new RegExp(`const ${first.replaceAll(/\W/gu, "")} = ("[A-Z_]+")`, "u").exec(source)?.[1] ?? first;
      const [, hint] = /[\s{](hint\b.*?)(?:\bexit:|\bcause[,:\s]|$)/su.exec(call) ?? [];
      return Array.from(named.matchAll(/"([A-Z_]+)"/gu), ([, code = ""]) => ({ code, hint }));
    },
  );

/** As far as its parentheses go; those within its texts come in pairs. */
const callAt = (source: string, from: number): string => {
  let depth = 0;
  for (let at = source.indexOf("(", from); at < source.length; at += 1) {
    if (source[at] === "(") depth += 1;
    if (source[at] === ")") depth -= 1;
    if (depth === 0) return source.slice(from, at);
  }
  throw new Error(`a call without an end: ${source.slice(from, from + 80)}`);
};

const raised = ["src/core", "src/clients", "src/keeping", "src/openclaw", "src/ground"].flatMap(raisedIn);

/** Those with a way out that is not a sentence, which every language has of itself. */
const hinted = raised.flatMap(({ code, hint }) =>
  hint === undefined || /\sadvice[,\s]/u.test(hint) ? [] : [{ code, hint }],
);

describe.each([
  ["zh-Hans", simplified],
  ["zh-Hant", traditional],
] as const)("a failure of the vault or of a gateway in %s", (language, { kinds, advice }) => {
  const texts = spoken[language];
  const adviceOn = (problem: Problem): string =>
    hintIn(texts, { hint: problem.hint ?? "", advice: failureOf(problem).advice });

  it("has a word for what kind of failure it is, whatever its code", () => {
    expect(raised.length).toBeGreaterThan(80);
    expect(raised.map(({ code }) => code).filter((code) => !kinds.has(code))).toEqual([]);
  });

  it("keeps the words it came with beside that", () => {
    const words = failureIn(texts, failureOf(new Problem("VAULT_DISK_FULL", "No space on /srv.")));
    expect(words).toContain(kinds.get("VAULT_DISK_FULL"));
    expect(words).toContain("No space on /srv.");
  });

  it("says what to do about each that has a way out, and about no other", () => {
    expect(hinted.length).toBeGreaterThan(80);
    expect(new Set(advice.keys())).toEqual(new Set(hinted.map(({ code }) => code)));
  });

  it.each(hinted)("loses no command, option or value of what is to be done about $code", ({ code, hint }) => {
    const words = adviceOn(new Problem(code, "as it is", { hint: "Do just this." }));
    expect(words).toMatch(/[\u4e00-\u9fff]/u);
    if (words.includes("Do just this.")) return;
    expect(hint).not.toContain("${");
    const verbatim = hint.match(/`[^`]+`|--[a-z-]+|[a-z]+\.[a-z]+\b|[A-Z]+_[A-Z_]+/gu) ?? [];
    expect(verbatim.filter((each) => !words.includes(each))).toEqual([]);
  });

  it("ends what failed before it says what to do", () => {
    const problem = new Problem("VAULT_IO", "Read error.", { hint: "Look at the disk." });
    expect(tellIn(texts, whyOf(problem))).toBe(
      `${kinds.get("VAULT_IO")}（Read error.）。${advice.get("VAULT_IO")?.("")}`,
    );
  });

  it("says in its own words what to do about what no table knows", () => {
    const words = adviceOn(new Problem("NEVER_HEARD_OF", "as it is", { hint: "Do just this." }));
    expect(words).toContain("Do just this.");
  });
});

it("stays in English for a reader of English", () => {
  const problem = new Problem("WRONG_KEY", "as it is", { hint: "Do just this." });
  const { advice } = failureOf(problem);
  expect(hintIn(spoken.en, { hint: "Do just this.", advice })).toBe("Do just this.");
  expect(whyOf(problem).text).toBe("as it is Do just this.");
});

describe("a problem that is a sentence", () => {
  const problem = problemSaid(
    "NOTHING_PENDING",
    { say: "nothing-waits", gateway: "prod-eu" },
    { advice: { say: "decided-elsewhere", gateway: "prod-eu" }, exit: ExitCode.refused },
  );

  it("is in English for the command line", () => {
    expect(problem).toMatchObject({
      message: "No restore of prod-eu waits to be decided.",
      hint: "It was accepted or put back elsewhere: `clawback restore status --gateway prod-eu` says which.",
      exit: ExitCode.refused,
    });
  });

  it("is in the words of its reader on a screen, with its names as they are", () => {
    const texts = spoken["zh-Hans"];
    expect(failureIn(texts, failureOf(problem))).toBe("prod-eu 没有待决定的恢复。");
    expect(hintIn(texts, { hint: problem.hint ?? "", advice: failureOf(problem).advice })).toContain(
      "clawback restore status --gateway prod-eu",
    );
    expect(tellIn(texts, whyOf(problem))).toMatch(/^prod-eu 没有待决定的恢复。它已在别处/u);
  });

  it("is believed only where it is a sentence there is", () => {
    const stranger = new Problem("X", "as it is", { said: { say: "no such sentence" } });
    expect(failureOf(stranger)).toEqual({
      why: "as it is",
      said: { say: "problem", code: "X", text: "as it is" },
      hint: undefined,
      advice: undefined,
    });
  });
});
