import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { shellWord } from "../../src/ground/index.ts";

it.each([
  "plain",
  "/srv/open claw",
  "agent:main:it's",
  "'; touch /tmp/x; '",
  "$(id)`id`",
  "~/state",
  "a\nb",
  "*",
  "",
])("a shell reads %j as one word and as nothing else", (word) => {
  const read = spawnSync("sh", ["-c", `printf '%s' ${shellWord(word)}`], { encoding: "utf8" });
  expect(read.stdout).toBe(word);
});
