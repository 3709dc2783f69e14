import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openVault, type Vault } from "../../../src/core/index.ts";
import { everything, newVault, temporary } from "../support/places.ts";

/** So many chunks that where they lie is kept; opened by somebody who reads that piece by piece. */
const indexed = async (place: ReturnType<typeof temporary>): Promise<{ vault: Vault; id: string }> => {
  mkdirSync(place.at("state"));
  for (let at = 0; at < 3_000; at += 1) writeFileSync(place.at(`state/${at}`), `file ${at}`);
  const first = await newVault(place.at("vault"));
  const { snapshot } = await first.save(everything(place.at("state")), { kind: "manual" });
  const keys = { keyFile: place.at("vault.key") };
  await (await openVault(place.at("vault"), { keys })).readFile(snapshot.id, "0");
  return { vault: await openVault(place.at("vault"), { keys }), id: snapshot.id };
};

describe("a vault that is open for long", () => {
  it("is read on when its cached index is cleared away meanwhile", async () => {
    using place = temporary();
    const { vault, id } = await indexed(place);
    expect((await vault.readFile(id, "1")).toString()).toBe("file 1");
    rmSync(place.at("vault/cache"), { recursive: true });
    for (const name of ["2", "700", "1500", "2999"])
      expect((await vault.readFile(id, name)).toString()).toBe(`file ${name}`);
  });

  it("is read on when a damaged pack was copied back from elsewhere", async () => {
    using place = temporary();
    const { vault, id } = await indexed(place);
    const packs = readdirSync(place.at("vault/packs")).map((name) => join(place.at("vault/packs"), name));
    const whole = packs.map((path) => readFileSync(path));
    packs.forEach((path, at) => {
      const bytes = Buffer.from(whole[at] ?? []);
      writeFileSync(path, bytes.fill(0, bytes.length - 40));
    });
    await expect(vault.readFile(id, "1")).rejects.toMatchObject({ code: "SNAPSHOT_DAMAGED" });
    packs.forEach((path, at) => {
      writeFileSync(path, whole[at] ?? "");
    });
    expect((await vault.readFile(id, "1")).toString()).toBe("file 1");
  });
});
