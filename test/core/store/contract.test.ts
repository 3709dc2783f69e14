import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { diskStore } from "../../../src/core/index.ts";
import { faultyStore, persistent } from "../support/faulty-store.ts";
import { memoryStore } from "../support/memory-store.ts";
import { storeContract } from "../support/store-contract.ts";

const places: string[] = [];
const newPlace = (): string => {
  const place = mkdtempSync(join(tmpdir(), "clawback-store-"));
  places.push(place);
  return join(place, "vault");
};
afterAll(() => {
  for (const place of places) rmSync(place, { recursive: true, force: true });
});

storeContract("memory", memoryStore);
storeContract("a directory", () => diskStore(newPlace()));
storeContract("memory that fails now and then", () => persistent(faultyStore(memoryStore(), 3)));
storeContract("a directory that fails now and then", () => persistent(faultyStore(diskStore(newPlace()), 3)));

describe("a vault's directory", () => {
  it("is closed to others from the moment of creation, whatever the umask", async () => {
    const place = newPlace();
    const before = process.umask(0o000);
    try {
      await diskStore(place).put("packs/aa", [Buffer.from("x")]);
    } finally {
      process.umask(before);
    }
    expect(statSync(place).mode & 0o777).toBe(0o700);
    expect(statSync(join(place, "packs")).mode & 0o777).toBe(0o700);
    expect(statSync(join(place, "packs/aa")).mode & 0o777).toBe(0o600);
  });

  it("lists nothing under names that are no keys: others leave things there too", async () => {
    const place = newPlace();
    const store = diskStore(place);
    await store.put("cache/index-aa", [Buffer.from("x")]);
    for (const name of [
      ".DS_Store",
      "index-aa (conflicted copy)",
      "index-*",
      "index-\n",
      "index-ü",
      "index-a..b",
    ])
      writeFileSync(join(place, "cache", name), "");
    expect((await store.list("cache/")).map(({ key }) => key)).toEqual(["cache/index-aa"]);
  });

  it("takes no key that leads out of it", async () => {
    const store = diskStore(newPlace());
    for (const key of ["../x", "packs/../../x", "/etc/passwd", "packs//x", ""]) {
      await expect(store.put(key, [])).rejects.toThrow("not a key");
    }
  });
});
