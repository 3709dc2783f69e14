import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { openStage } from "./support/stage.ts";

test("A plan says what it replaces in a directory that the gateway does not call its own any more", async () => {
  await using stage = await openStage();
  const configPath = join(stage.stateDir, "openclaw.json");
  const now = readFileSync(configPath, "utf8");
  const code = join(dirname(stage.stateDir), "code");
  mkdirSync(code);
  writeFileSync(join(code, "main.c"), "then");
  writeFileSync(configPath, JSON.stringify({ agents: { list: [{ id: "dev", workspace: code }] } }));
  const snapshot = await stage.save();
  // Its agent is gone, and somebody works on in the directory.
  writeFileSync(configPath, now);
  writeFileSync(join(code, "main.c"), "now, and longer");
  writeFileSync(join(code, "new.c"), "new");
  const prepared = await stage.plan(snapshot);
  const { replaced, removed } = prepared.plan.files;
  expect(replaced.map(({ path }) => path.replace(/^@[^/]*/, "@"))).toContain("@/main.c");
  expect(removed.map(({ path }) => path.replace(/^@[^/]*/, "@"))).toContain("@/new.c");
  expect(prepared.live.roots.map(({ path }) => path)).toContain(code);
});
