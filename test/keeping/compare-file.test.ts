import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { expect, test } from "vitest";
import { compareFile } from "../../src/keeping/index.ts";
import { everything, newVault, temporary } from "../core/support/places.ts";

test.each([
  ["openclaw.json", (secret: string) => `{\n  "env": {\n    "PLAIN_NAME": "${secret}"\n  }\n}\n`],
  ["agents/main/agent/auth-profiles.json", (secret: string) => `{\n  "refresh": "${secret}"\n}\n`],
  [".env", (secret: string) => `PLAIN_NAME=${secret}\n`],
  ["identity/device.pem", (secret: string) => `-----BEGIN KEY-----\n${secret}\n-----END KEY-----\n`],
  ["workspace/notes.json", (secret: string) => `{"token":"${secret}"}\n`],
])("A secret that changed in %s is a difference, and is not shown", async (path, contentOf) => {
  using place = temporary();
  const file = place.at(`state/${path}`);
  mkdirSync(dirname(file), { recursive: true });
  const vault = await newVault(place.at("vault"));
  const save = async (secret: string): Promise<string> => {
    writeFileSync(file, contentOf(secret));
    return (await vault.save(everything(place.at("state")), { kind: "manual" })).snapshot.id;
  };
  const [a, b] = [await save("hush hush then"), await save("hush hush now, and longer")];
  const { difference } = await compareFile(vault, { id: a }, { id: b }, path);
  const lines = difference.kind === "text" ? difference.lines.join("\n") : difference.kind;
  expect(lines).toContain("••••");
  expect(lines).not.toContain("hush");
});
