import { Problem } from "../../../src/ground/index.ts";
import type { BlobStore } from "../../../src/core/index.ts";

/** Everything in a map. What a store promises without a disk below it. */
export const memoryStore = (): BlobStore => {
  const objects = new Map<string, { readonly body: Buffer; readonly modifiedAt: number }>();
  const infoOf = (key: string) => {
    const object = objects.get(key);
    return object === undefined
      ? undefined
      : { key, sizeBytes: object.body.length, modifiedAt: object.modifiedAt };
  };
  return {
    name: "memory",
    capabilities: async () => ({ conditionalCreate: true, atomicPut: true, durable: false }),
    put: async (key, body, { ifAbsent = false, signal } = {}) => {
      signal?.throwIfAborted();
      if (ifAbsent && objects.has(key)) return "exists";
      objects.set(key, { body: Buffer.concat(body), modifiedAt: Date.now() });
      return "created";
    },
    get: async (key, range) => {
      const object = objects.get(key);
      if (object === undefined) throw new Problem("STORE_MISSING", `memory has no object ${key}.`);
      const start = range?.start ?? 0;
      return Buffer.from(object.body.subarray(start, start + (range?.length ?? object.body.length)));
    },
    list: async (prefix) =>
      [...objects.keys()].filter((key) => key.startsWith(prefix)).flatMap((key) => infoOf(key) ?? []),
    stat: async (key) => infoOf(key),
    delete: async (key) => {
      objects.delete(key);
    },
  };
};
