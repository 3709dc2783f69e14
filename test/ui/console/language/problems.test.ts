import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ExitCode, Problem } from "../../../../src/ground/index.ts";
import { failureIn, hintIn, tellIn } from "../../../../src/ui/console/language/index.ts";
import { problemKinds as simplified } from "../../../../src/ui/console/language/simplified/problem-kinds.ts";
import { problemKinds as traditional } from "../../../../src/ui/console/language/traditional/problem-kinds.ts";
import { failureOf, problemSaid, whyOf } from "../../../../src/watch/index.ts";
import { spoken } from "../../../support/spoken.ts";

const root = join(import.meta.dirname, "../../../..");

/** What may be thrown by what the console asks for, and never comes to a screen. */
const notOnScreens: ReadonlySet<string> = new Set(["DURATION_INVALID", "USAGE_VALUE"]);

const codesIn = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .flatMap(({ parentPath, name }) => {
      const text = readFileSync(join(parentPath, name), "utf8");
      return Array.from(text.matchAll(/new Problem\(\s*"([A-Z_]+)"/gu), ([, code = ""]) => code);
    })
    .filter((code) => !notOnScreens.has(code));

describe.each([
  ["zh-Hans", simplified],
  ["zh-Hant", traditional],
] as const)("a failure of the vault or of a gateway in %s", (language, kinds) => {
  it("has a word for what kind of failure it is, whatever its code", () => {
    const codes = ["src/core", "src/clients", "src/keeping", "src/openclaw"].flatMap(codesIn);
    expect(codes.length).toBeGreaterThan(50);
    expect(codes.filter((code) => !kinds.has(code))).toEqual([]);
  });

  it("keeps the words it came with beside that", () => {
    const words = failureIn(spoken[language], failureOf(new Problem("VAULT_DISK_FULL", "No space on /srv.")));
    expect(words).toContain(kinds.get("VAULT_DISK_FULL"));
    expect(words).toContain("No space on /srv.");
  });
});

describe("a problem that is a sentence", () => {
  const problem = problemSaid(
    "NOTHING_PENDING",
    { say: "nothing-waits", gateway: "prod-eu" },
    { advice: { say: "decided-elsewhere" }, exit: ExitCode.refused },
  );

  it("is in English for the command line", () => {
    expect(problem).toMatchObject({
      message: "No restore of prod-eu waits to be decided.",
      hint: "It was accepted or put back elsewhere: clawback restore status says which.",
      exit: ExitCode.refused,
    });
  });

  it("is in the words of its reader on a screen, with its names as they are", () => {
    const texts = spoken["zh-Hans"];
    expect(failureIn(texts, failureOf(problem))).toBe("prod-eu 没有待决定的恢复。");
    expect(hintIn(texts, { hint: problem.hint ?? "", advice: failureOf(problem).advice })).toContain(
      "clawback restore status",
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
