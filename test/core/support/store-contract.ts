import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { BlobStore } from "../../../src/core/index.ts";

/** What every place that can hold a vault must do. `make` gives an empty store. */
export const storeContract = (name: string, make: () => BlobStore | Promise<BlobStore>): void => {
  describe(`${name} as a store of objects`, () => {
    it("gives back what was put, whole and in ranges", async () => {
      const store = await make();
      const body = randomBytes(100_000);
      expect(await store.put("packs/aa", [body.subarray(0, 10), body.subarray(10)])).toBe("created");
      expect(Buffer.from(await store.get("packs/aa"))).toEqual(body);
      expect(Buffer.from(await store.get("packs/aa", { start: 5, length: 7 }))).toEqual(body.subarray(5, 12));
      expect((await store.get("packs/aa", { start: 99_990, length: 100 })).length).toBe(10);
      expect((await store.get("packs/aa", { start: 200_000, length: 1 })).length).toBe(0);
    });

    it("keeps an empty object apart from none", async () => {
      const store = await make();
      await store.put("notes/empty", []);
      expect((await store.get("notes/empty")).length).toBe(0);
      expect(await store.stat("notes/empty")).toMatchObject({ key: "notes/empty", sizeBytes: 0 });
      expect(await store.stat("notes/none")).toBeUndefined();
    });

    it("says so in words when there is no such object", async () => {
      const store = await make();
      await expect(store.get("packs/none")).rejects.toMatchObject({ code: "STORE_MISSING" });
    });

    it("lets one of many creators of a name win, and tells the others", async () => {
      const store = await make();
      const bodies = Array.from({ length: 12 }, (_, at) => Buffer.from(`writer ${at}`));
      const outcomes = await Promise.all(
        bodies.map((body) => store.put("snapshots/x", [body], { ifAbsent: true })),
      );
      expect(outcomes.filter((outcome) => outcome === "created")).toHaveLength(1);
      expect(Buffer.from(await store.get("snapshots/x"))).toEqual(bodies[outcomes.indexOf("created")]);
    });

    it("lists by prefix with sizes, and nothing of a folder that is not there", async () => {
      const store = await make();
      await store.put("packs/one", [Buffer.alloc(3)]);
      await store.put("packs/two", [Buffer.alloc(4)]);
      await store.put("snapshots/one", [Buffer.alloc(5)]);
      const listed = (await store.list("packs/")).map(({ key, sizeBytes }) => `${key} ${sizeBytes}`);
      expect(listed.toSorted()).toEqual(["packs/one 3", "packs/two 4"]);
      expect((await store.list("packs/o")).map(({ key }) => key)).toEqual(["packs/one"]);
      expect(await store.list("marks/")).toEqual([]);
    });

    it("deletes, also twice", async () => {
      const store = await make();
      await store.put("packs/gone", [Buffer.from("x")]);
      await store.delete("packs/gone");
      await store.delete("packs/gone");
      expect(await store.stat("packs/gone")).toBeUndefined();
      expect(await store.list("packs/")).toEqual([]);
    });

    it("does not begin what was called off", async () => {
      const store = await make();
      await expect(store.put("packs/a", [Buffer.from("x")], { signal: AbortSignal.abort() })).rejects.toThrow(
        /abort/i,
      );
      expect(await store.stat("packs/a")).toBeUndefined();
    });
  });
};
