import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { keyTable } from "../../../scripts/key-table.ts";
import { records } from "../../../src/ui/console/commands/index.ts";
import { textsIn } from "../../../src/ui/console/language/index.ts";
import { languages, spoken } from "../../support/spoken.ts";

describe("the keys of the console", () => {
  it("stand in docs/KEYS.md as they are", async () => {
    const written = await readFile("docs/KEYS.md", "utf8");
    expect(written, "run: node scripts/key-table.ts").toBe(await keyTable());
  });

  it("have a title and a help in every language, in the words of that language", () => {
    for (const language of languages) {
      const { commands } = spoken[language];
      for (const { id } of records) {
        const { title, help } = commands[id];
        expect(title, `${id}`).not.toBe("");
        expect(help, `${id}`).not.toBe("");
        if (language !== "en") expect(`${title}${help}`, `${id}`).toMatch(/\p{Script=Han}/u);
      }
    }
  });

  it("change nothing outside without asking, unless it can be taken back", () => {
    const asking = records.filter(({ risk }) => risk !== "none").map(({ id }) => id);
    expect(asking).toEqual([
      "alert.silence",
      "snapshot.delete",
      "snapshot.make-vault",
      "restore.begin",
      "restore.accept",
      "restore.put-back",
      "restore.cut-short",
      "rollback.begin",
      "rollback.undo",
      "rollback.probe",
    ]);
    for (const command of records.filter(({ risk }) => risk !== "none")) expect(command.changes).toBe(true);
  });

  it("speak the language of the locale where nothing else is asked for", async () => {
    expect(await textsIn("auto", { LANG: "zh_CN.UTF-8" })).toBe(spoken["zh-Hans"]);
    expect(await textsIn("auto", { LANG: "zh_TW.UTF-8" })).toBe(spoken["zh-Hant"]);
    expect(await textsIn("auto", { LC_ALL: "zh-Hant", LANG: "en_US.UTF-8" })).toBe(spoken["zh-Hant"]);
    expect(await textsIn("auto", { LANG: "de_CH.UTF-8" })).toBe(spoken.en);
    expect(await textsIn("auto", {})).toBe(spoken.en);
  });
});
