import type * as BlakeHash from "@napi-rs/blake-hash";
import { createRequire } from "node:module";
import type * as Lz4 from "lz4-napi";

/**
 * The native packages, each loaded when it is first needed: loading takes some five milliseconds apiece, and a listing
 * needs neither.
 */
const require = createRequire(import.meta.url);

/**
 * Their allocator gives what has been free for ten milliseconds back to the system, and then asks for the megabyte of
 * the next frame anew, page by page. It looks once, when the package is loaded, whether it should; nothing that is
 * started by us later needs to know.
 */
const purgeDelay = "MIMALLOC_PURGE_DELAY";

const load = <T>(name: string): T => {
  const { env } = process;
  if (env[purgeDelay] !== undefined) return require(name) as T;
  env[purgeDelay] = "-1";
  try {
    return require(name) as T;
  } finally {
    delete env[purgeDelay];
  }
};

const once = <T>(make: () => T): (() => T) => {
  let made: T | undefined;
  return () => (made ??= make());
};

export const lz4 = once(() => load<typeof Lz4>("lz4-napi"));
export const blakeHash = once(() => load<typeof BlakeHash>("@napi-rs/blake-hash"));

/** For threads: what they set in their copy of the environment no package would see. */
export const loadNativePackages = (): void => {
  lz4();
  blakeHash();
};
