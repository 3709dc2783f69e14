import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { everything, newVault, temporary } from "../support/places.ts";
import { noise } from "../support/trees.ts";

/** Enough for threads to be worth it. */
const longBytes = 48 << 20;

describe("a restore that is called off", () => {
  it("does not wait for the end of a long file, and leaves nothing that looks like the whole of it", async () => {
    using place = temporary();
    const content = noise(longBytes, 1);
    mkdirSync(place.at("state"));
    writeFileSync(place.at("state/long.bin"), content);
    const vault = await newVault(place.at("vault"));
    const { snapshot } = await vault.save(everything(place.at("state")), { kind: "manual" });
    const person = new AbortController();
    const restored = vault.restoreTo(snapshot.id, place.at("target"), {
      signal: person.signal,
      onChosen: () => {
        setImmediate(() => {
          person.abort();
        });
      },
    });
    await expect(restored).rejects.toMatchObject({ name: "AbortError" });
    const target = place.at("target/long.bin");
    expect(existsSync(target) && readFileSync(target).equals(content)).toBe(false);
    // The same command completes it.
    await vault.restoreTo(snapshot.id, place.at("target"));
    expect(readFileSync(target).equals(content)).toBe(true);
  });
});
