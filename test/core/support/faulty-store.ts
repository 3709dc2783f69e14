import { Problem } from "../../../src/ground/index.ts";
import type { BlobStore } from "../../../src/core/index.ts";

/** A store that fails every `everyth` call and works when the caller asks again: how far networks can be trusted. */
export const faultyStore = (inner: BlobStore, everyth: number): BlobStore => {
  let calls = 0;
  const sometimes = async <T>(run: () => Promise<T>): Promise<T> => {
    calls += 1;
    if (calls % everyth === 0) throw new Problem("STORE_FAULT", "The connection was lost.");
    return await run();
  };
  return {
    name: `faulty ${inner.name}`,
    capabilities: inner.capabilities,
    put: (...call) => sometimes(() => inner.put(...call)),
    get: (...call) => sometimes(() => inner.get(...call)),
    list: (...call) => sometimes(() => inner.list(...call)),
    stat: (...call) => sometimes(() => inner.stat(...call)),
    delete: (...call) => sometimes(() => inner.delete(...call)),
  };
};

/** Asks again: around a faulty store this must be as good as the store itself. */
export const persistent = (inner: BlobStore): BlobStore => {
  const again = async <T>(run: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await run();
      } catch (error) {
        if (!(error instanceof Problem) || error.code !== "STORE_FAULT") throw error;
      }
    }
  };
  return {
    name: inner.name,
    capabilities: inner.capabilities,
    put: (...call) => again(() => inner.put(...call)),
    get: (...call) => again(() => inner.get(...call)),
    list: (...call) => again(() => inner.list(...call)),
    stat: (...call) => again(() => inner.stat(...call)),
    delete: (...call) => again(() => inner.delete(...call)),
  };
};
