import { openSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { diskStore } from "../../../src/core/index.ts";
import { realFiles, type Files } from "../../../src/core/system/files.ts";
import { temporary } from "../support/places.ts";
import { noise } from "../support/trees.ts";

/** Eight pieces and a bit, handed over in parts that fit no piece. */
const body = noise(4 * 1024 * 1024 + 12_345, 7);
const parts = Array.from({ length: Math.ceil(body.length / 300_007) }, (_, at) =>
  body.subarray(at * 300_007, (at + 1) * 300_007),
);
const failure = (code: string): Error => Object.assign(new Error(code), { code });

/** The way past the system's memory, and on a file system that has none, the usual one: what is tried is the waiting. */
const openAnyWay = (path: string): number => realFiles.openPast(path) ?? openSync(path, "r+");

const scene = (changed: Partial<Files>) => {
  const place = temporary();
  const store = diskStore(place.at("vault"), { ...realFiles, ...changed });
  return { place, store, leftovers: () => readdirSync(place.at("vault/tmp")) };
};

describe("an object larger than a piece", () => {
  it.each<[string, Partial<Files>]>([
    ["past the system's memory of files", {}],
    ["where there is no such way", { openPast: () => undefined }],
    [
      "where the way is open but refused",
      { openPast: (path) => realFiles.openPast(path), writeBeside: () => Promise.reject(failure("EINVAL")) },
    ],
  ])("is what was written, %s", async (_, changed) => {
    const { place, store, leftovers } = scene(changed);
    using _gone = place;
    const draft = store.draft();
    for (const part of parts) draft.write([part]);
    expect(await store.list("packs/")).toEqual([]);
    await draft.publish("packs/aa");
    expect(Buffer.from(await store.get("packs/aa")).equals(body)).toBe(true);
    expect(leftovers()).toEqual([]);
  });

  it("keeps what is on its way while its writer goes on, and waits for it before it is seen", async () => {
    const gates: (() => void)[] = [];
    const { place, store } = scene({
      openPast: openAnyWay,
      writeBeside: async (file, bytes, position) => {
        await new Promise<void>((resolve) => {
          gates.push(resolve);
        });
        await realFiles.writeBeside(file, bytes, position);
      },
    });
    using _gone = place;
    const draft = store.draft();
    for (const part of parts) draft.write([part]);
    // Four wait with the disk; the others the writer had to write himself.
    expect(gates).toHaveLength(4);
    const published = draft.publish("packs/aa");
    await Promise.resolve();
    expect(await store.stat("packs/aa")).toBeUndefined();
    gates.forEach((open) => {
      open();
    });
    await published;
    expect(Buffer.from(await store.get("packs/aa")).equals(body)).toBe(true);
  });

  it("is not there when something on its way failed, and its writer hears why", async () => {
    const { place, store, leftovers } = scene({
      openPast: openAnyWay,
      writeBeside: () => Promise.reject(failure("EIO")),
    });
    using _gone = place;
    const draft = store.draft();
    for (const part of parts) draft.write([part]);
    await expect(draft.publish("packs/aa")).rejects.toMatchObject({ code: "VAULT_IO" });
    expect(() => {
      draft.write([body]);
    }).toThrow("The vault at");
    expect(await store.list("packs/")).toEqual([]);
    expect(leftovers()).toEqual([]);
  });

  it("leaves nothing behind when it is given up with something on its way", async () => {
    const { place, store, leftovers } = scene({});
    using _gone = place;
    const draft = store.draft();
    for (const part of parts) draft.write([part]);
    draft.discard();
    expect(leftovers()).toEqual([]);
    // Its pieces are free again for the next, once nobody writes them any more.
    const next = store.draft();
    for (const part of parts) next.write([part]);
    await next.publish("packs/bb");
    expect(Buffer.from(await store.get("packs/bb")).equals(body)).toBe(true);
  });
});
