import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { diskStore, initVault, openVault, type Vault } from "../../../src/core/index.ts";
import type { InitOptions } from "../../../src/core/index.ts";

/** A directory that goes with the test. */
export const temporary = (): Disposable & {
  readonly path: string;
  readonly at: (name: string) => string;
} => {
  const path = mkdtempSync(join(tmpdir(), "clawback-core-"));
  return {
    path,
    at: (name) => join(path, name),
    [Symbol.dispose]: () => {
      rmSync(path, { recursive: true, force: true });
    },
  };
};

export const newVault = async (place: string, options: InitOptions = {}): Promise<Vault> => {
  await initVault(diskStore(place), { keyFile: `${place}.key`, ...options });
  return await openVault(place, { keys: { keyFile: `${place}.key` } });
};

export const everything = (path: string) => ({ roots: [{ prefix: "", path }], excludes: () => false });
