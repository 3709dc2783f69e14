import type * as BlakeHash from "@napi-rs/blake-hash";
import { createRequire } from "node:module";
import type * as Lz4 from "lz4-napi";

/**
 * The native packages, each loaded when it is first needed: loading takes some five milliseconds apiece, and a listing
 * needs neither.
 */
const load = createRequire(import.meta.url);

const once = <T>(make: () => T): (() => T) => {
  let made: T | undefined;
  return () => (made ??= make());
};

export const lz4 = once((): typeof Lz4 => load("lz4-napi"));
export const blakeHash = once((): typeof BlakeHash => load("@napi-rs/blake-hash"));
