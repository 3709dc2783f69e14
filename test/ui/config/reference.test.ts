import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { configReference, referencePath } from "../../../scripts/config-reference.ts";

describe("the reference of the configuration", () => {
  it("is what the schema says (node scripts/config-reference.ts makes it anew)", async () => {
    expect(await readFile(referencePath, "utf8")).toBe(await configReference());
  });

  it("has every key with what it is for", async () => {
    const text = await readFile(referencePath, "utf8");
    for (const key of [
      "gateways[].url",
      "vault.retention",
      "alerts.outputs.webhooks[].secretEnv",
      "ui.theme",
    ]) {
      expect(text).toMatch(new RegExp(`\\| \`${key.replaceAll(/[.[\]]/g, String.raw`\$&`)}\` .*\\| +\\S`));
    }
    expect(text).toMatch(/\| `session-dead` +\|/);
  });
});
