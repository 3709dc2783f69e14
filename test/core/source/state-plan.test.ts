import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { expect, it } from "vitest";
import { planState } from "../../../src/core/index.ts";
import { statePlace } from "../../../src/openclaw/index.ts";
import { newVault, temporary } from "../support/places.ts";

it("a snapshot of a gateway holds what its configuration puts elsewhere, and no locks, caches or scratch files", async () => {
  using place = temporary();
  const file = (name: string, content = "x") => {
    mkdirSync(dirname(place.at(name)), { recursive: true });
    writeFileSync(place.at(name), content);
  };
  file("state/openclaw.json", JSON.stringify({ agents: { defaults: { workspace: place.at("elsewhere") } } }));
  file("state/credentials/telegram.json");
  file("state/tmp/openclaw-0/gateway.state.lock");
  file("state/cache/control-ui-assets/a.js");
  file("elsewhere/MEMORY.md");
  const plan = await planState(
    statePlace({ env: {}, home: place.path, stateDir: place.at("state"), exists: () => true }),
  );
  const vault = await newVault(place.at("vault"));
  const { snapshot, findings } = await vault.save(plan, { kind: "full" });
  expect(findings).toEqual([]);
  const paths: string[] = [];
  for await (const { path, type } of vault.files(snapshot.id)) if (type === "file") paths.push(path);
  expect(paths).toEqual(["credentials/telegram.json", "openclaw.json", "workspace:main/MEMORY.md"]);
  expect(paths.map((path) => plan.classesOf(path)[0])).toEqual(["credentials", "config", "memory"]);
});
