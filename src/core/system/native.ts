import type * as BlakeHash from "@napi-rs/blake-hash";
import { createRequire } from "node:module";
import type * as Lz4 from "lz4-napi";

/**
 * The native packages, each loaded when it is first needed: that takes some milliseconds apiece, and a listing needs
 * neither.
 *
 * Their allocator gives what has been free for ten milliseconds back to the system, and then asks for the megabyte of
 * the next frame anew, page by page. It looks once, when the package is loaded, whether it should; nothing that is
 * started by us later needs to know.
 */
const purgeDelay = "MIMALLOC_PURGE_DELAY";

const load = <T>(name: string, builds: string): T => {
  const { env } = process;
  if (env[purgeDelay] !== undefined) return loadBuild(name, builds) as T;
  env[purgeDelay] = "-1";
  try {
    return loadBuild(name, builds) as T;
  } finally {
    delete env[purgeDelay];
  }
};

/**
 * Each package finds out which of its builds this machine wants, over some 20 KB of code and a look into /usr/bin/ldd.
 * The usual one is tried first: where it is not there, or does not run, the package looks itself and says what is wrong.
 */
const loadBuild = (name: string, builds: string): unknown => {
  const require = createRequire(import.meta.url);
  const { platform, arch } = process;
  try {
    return require(`${builds}-${platform}-${arch}${platform === "linux" ? "-gnu" : ""}`);
  } catch {
    return require(name);
  }
};

const once = <T>(make: () => T): (() => T) => {
  let made: T | undefined;
  return () => (made ??= make());
};

export const lz4 = once(() => load<typeof Lz4>("lz4-napi", "@antoniomuso/lz4-napi"));
export const blakeHash = once(() => load<typeof BlakeHash>("@napi-rs/blake-hash", "@napi-rs/blake-hash"));

/** For threads: what they set in their copy of the environment no package would see. */
export const loadNativePackages = (): void => {
  lz4();
  blakeHash();
};
