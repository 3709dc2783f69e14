import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { chinese, spoken } from "../../../support/spoken.ts";

const lists = join(import.meta.dirname, "../../../../src/ui/console/lists");

const idsOf = async (name: string): Promise<readonly string[]> => {
  const exported = Object.values((await import(join(lists, name))) as Readonly<Record<string, unknown>>);
  return exported.flatMap((each) =>
    typeof each === "object" && each !== null && "sortIds" in each ? (each.sortIds as readonly string[]) : [],
  );
};

it("what a list is sorted by has a name in every language", async () => {
  const ids = new Set((await Promise.all(readdirSync(lists).map(idsOf))).flat());
  expect(ids).toContain("pressure");
  for (const language of chinese) {
    const { keys } = spoken[language];
    const unnamed = [...ids].filter((id) => /[a-z]/.test(keys.sortedBy(id)));
    expect(unnamed).toEqual([]);
  }
});
