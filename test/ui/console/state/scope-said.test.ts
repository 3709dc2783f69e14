import { describe, expect, it } from "vitest";
import { scopeSaid } from "../../../../src/ui/console/state/takeback.ts";
import { scopeOf } from "../../../../src/watch/takeback/scope-words.ts";
import { languages, spoken } from "../../../support/spoken.ts";

const paths = ["openclaw.json", "agents/main/sessions/a, b.jsonl"];
const classesOf = (path: string): readonly string[] =>
  path === "openclaw.json" ? ["config"] : ["sessions", "agent:main"];

describe("the scope of a restore, as its journal names it", () => {
  it.each([
    [[], []],
    [["config"], []],
    [["config", "agent:main"], []],
    [[], ["sessions"]],
    [["agent:main"], ["sessions", "memory"]],
  ])("is understood again: only %j, all but %j", (only, except) => {
    const { words } = scopeOf({ only, except }, classesOf, paths, false);
    expect(scopeSaid(words)).toEqual({ only, except });
  });

  it("is said in each language", () => {
    const said = languages.map((name) => {
      const { scopes, scopeSaid: text } = spoken[name].restore;
      return [text("", ""), text(scopes["config"] ?? "", ""), text("", scopes["memory"] ?? "")];
    });
    expect(said).toEqual([
      ["everything", "only config", "all but memory"],
      ["全部", "仅配置", "除 记忆 外"],
      ["全部", "僅設定", "除 記憶 外"],
    ]);
  });

  it("is shown as it is where it says something else", () => {
    expect(scopeSaid("one database")).toBeUndefined();
    expect(scopeSaid("")).toBeUndefined();
  });
});
