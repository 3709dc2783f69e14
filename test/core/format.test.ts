import {
  closeSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { compressions } from "../../src/core/index.ts";
import { readVault } from "../support/reader/read-vault.ts";
import { everything, newVault, temporary } from "./support/places.ts";
import { noise } from "./support/trees.ts";

describe("the format as it is written down", () => {
  it.each(compressions)(
    "lets a reader made from the document alone read a vault packed with %s",
    async (compression) => {
      using place = temporary();
      const state = place.at("state");
      mkdirSync(`${state}/dir`, { recursive: true });
      // Long enough for a list in nodes; text, so that compression has something to do.
      writeFileSync(
        `${state}/dir/long.jsonl`,
        `${"a line of text, over and over\n".repeat(2_000)}${noise(3_000_000, 5).toString("base64")}`,
      );
      writeFileSync(`${state}/empty`, "");
      writeFileSync(Buffer.from(`${state}/b\xff\xfename`, "latin1"), "bytes");
      symlinkSync("dir/long.jsonl", `${state}/link`);
      linkSync(`${state}/dir/long.jsonl`, `${state}/second-name`);
      const sparse = openSync(`${state}/sparse`, "wx");
      writeSync(sparse, "end", 1_000_000);
      ftruncateSync(sparse, 1_200_000);
      closeSync(sparse);
      const database = new DatabaseSync(`${state}/data.sqlite`);
      database.exec(
        "CREATE TABLE t(x); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<5000) INSERT INTO t SELECT hex(randomblob(40)) FROM n",
      );
      database.close();
      utimesSync(`${state}/empty`, new Date(-12_500), new Date(-12_500));

      const vault = await newVault(place.at("vault"), { compression });
      await vault.save(everything(state), { kind: "full", name: "first", tags: ["a", "b"] });
      writeFileSync(`${state}/empty`, "no longer");
      const { snapshot } = await vault.save(everything(state), { kind: "manual" });

      const [first, second] = readVault(place.at("vault"), place.at("vault.key"));
      expect(first?.summary).toMatchObject({ name: "first", kind: "full", tags: ["a", "b"], compression });
      expect(first?.entries.find(({ path }) => path === "empty")).toMatchObject({
        mtimeNs: -12_500_000_000n,
        content: Buffer.alloc(0),
      });
      expect(second?.id).toBe(snapshot.id);
      const found = second?.entries ?? [];
      expect(found.map(({ path, type }) => `${type} ${path}`)).toEqual([
        "file b\xff\xfename",
        "file data.sqlite",
        "directory dir",
        "file dir/long.jsonl",
        "file empty",
        "symlink link",
        "hardlink second-name",
        "file sparse",
      ]);
      for (const { path, type, content, target } of found) {
        if (type === "file")
          expect(content?.equals(readFileSync(Buffer.from(`${state}/${path}`, "latin1")))).toBe(true);
        if (type === "symlink" || type === "hardlink") expect(target).toBe("dir/long.jsonl");
      }
    },
  );
});
