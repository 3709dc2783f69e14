import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { vaultHome } from "./vault-home.ts";

const rules = `groups:
  - name: openclaw
    rules:
      - alert: ContextTooFull
        expr: clawback_context_usage_ratio > 0.8
        for: 5m
      - alert: Foreign
        expr: node_load1 > 5
`;

it("translated rules can be put into the configuration as they are, and the others name their line", async () => {
  await using house = await vaultHome();
  await writeFile(join(house.home, "rules.yml"), rules);
  const imported = await house.run(["alerts", "import", "rules.yml"]);
  expect(imported.code).toBe(1);
  expect(imported.err).toMatch(/^rules\.yml:8: foreign: node_load1 is no metric of clawback\n$/);

  const config = join(house.home, "config.json5");
  await writeFile(config, imported.out, { mode: 0o600 });
  const known = await house.run(["--config", config, "alerts", "rules"]);
  expect(known.out).toMatch(/context-too-full +warning +own +for 5m/);
  expect((await house.run(["alerts", "import", "missing.yml"])).code).toBe(2);
});
