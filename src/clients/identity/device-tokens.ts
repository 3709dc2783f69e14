import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { errnoOf } from "../../ground/index.ts";
import { notKept } from "./device.ts";

/** The tokens that gateways issued to this device: one file each, 0600, named by the address they are for. */
export type DeviceTokens = {
  readonly read: (url: string) => Promise<string | undefined>;
  readonly keep: (url: string, token: string) => Promise<void>;
  readonly forget: (url: string) => Promise<void>;
};

const tokenMaxBytes = 4_096;

export const deviceTokensIn = (directory: string): DeviceTokens => {
  const pathOf = (url: string): string =>
    join(directory, `token-${createHash("sha256").update(url).digest("hex").slice(0, 32)}`);

  const read = async (url: string): Promise<string | undefined> => {
    try {
      const token = (await readFile(pathOf(url), "utf8")).trim();
      return token === "" || token.length > tokenMaxBytes ? undefined : token;
    } catch (error) {
      if (errnoOf(error) === "ENOENT") return undefined;
      throw notKept(directory, error);
    }
  };

  return {
    read,
    keep: async (url, token) => {
      if ((await read(url)) === token) return;
      const draft = `${pathOf(url)}.${randomUUID()}.new`;
      try {
        await mkdir(directory, { recursive: true, mode: 0o700 });
        await writeFile(draft, `${token}\n`, { mode: 0o600 });
        await rename(draft, pathOf(url));
      } catch (error) {
        await rm(draft, { force: true });
        throw notKept(directory, error);
      }
    },
    forget: async (url) => {
      try {
        await rm(pathOf(url), { force: true });
      } catch (error) {
        throw notKept(directory, error);
      }
    },
  };
};
