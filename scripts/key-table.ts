import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { records } from "../src/ui/console/commands/index.ts";
import { textsIn } from "../src/ui/console/language/index.ts";

/**
 * Writes docs/KEYS.md from the command records of the console. Run it after changing a key; a test says when the
 * document is stale.
 */
const path = join(import.meta.dirname, "../docs/KEYS.md");

const texts = await textsIn("en", {});

/** A vertical bar would end the cell. */
const code = (key: string): string => `\`${key.replaceAll("|", "\\|")}\``;

const keysOf = (keys: readonly string[]): string =>
  keys.length === 0 ? "by name, after `:`" : keys.map(code).join(" ");

export const keyTable = async (): Promise<string> => {
  const screens = [
    "everywhere",
    ...new Set(records.flatMap(({ where }) => (where === "everywhere" ? [] : where))),
  ];
  const sections = screens.map((screen) => {
    const rows = records
      .filter(({ where }) =>
        screen === "everywhere"
          ? where === screen
          : where !== "everywhere" && where.some((id) => id === screen),
      )
      .map(({ id, keys, risk }) => {
        const { title, help } = texts.commands[id];
        return `| ${keysOf(keys)} | ${title} | ${help} | ${texts.help.risk[risk]} |`;
      });
    const title = screen === "everywhere" ? "On every screen" : `On the screen ${screen}`;
    return [
      `## ${title}`,
      "",
      "| keys | command | what it does | before it acts |",
      "| --- | --- | --- | --- |",
      ...rows,
    ].join("\n");
  });
  const document = [
    "# Keys of the console",
    "",
    "Made by `node scripts/key-table.ts` from the command records of the console; the footer, `?` and `:` read the same.",
    "A key of a screen goes before the same key of every screen. ctrl-z hands the terminal back to the shell.",
    "",
    sections.join("\n\n"),
    "",
  ].join("\n");
  return format(document, { ...(await resolveConfig(path)), filepath: path });
};

if (import.meta.main) {
  const before = await readFile(path, "utf8").catch(() => "");
  const after = await keyTable();
  if (before !== after) await writeFile(path, after);
}
