import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { describe, expect, it } from "vitest";
import { diskStore, openVault, type Vault, type VaultStore } from "../../../src/core/index.ts";
import { everything, newVault, temporary } from "../support/places.ts";

/** In place: its name, its size and the list of packs stay as they are. */
const spoil = (path: string, from: number, to: number): void => {
  const file = openSync(path, "r+");
  writeSync(
    file,
    readFileSync(path)
      .subarray(from, to)
      .map((byte) => byte ^ 1),
    0,
    to - from,
    from,
  );
  closeSync(file);
};

const lookedInto = async (place: ReturnType<typeof temporary>): Promise<{ vault: Vault; pack: string }> => {
  mkdirSync(place.at("state"));
  writeFileSync(place.at("state/a"), "content");
  const vault = await newVault(place.at("vault"));
  const { snapshot } = await vault.save(everything(place.at("state")), { kind: "manual" });
  // Its list of files is held from here on, and where everything lies.
  for await (const rows of vault.files(snapshot.id)) expect(rows).toBeDefined();
  const [name = ""] = readdirSync(place.at("vault/packs"));
  return { vault, pack: place.at(`vault/packs/${name}`) };
};

describe("a check of a vault that has been open for long", () => {
  it("goes by what lies on the disk, not by what it remembers of a list of files", async () => {
    using place = temporary();
    const { vault, pack } = await lookedInto(place);
    // The frame behind that of the content: a pack's head has 40 bytes, a frame's 12, its tag 16.
    const manifestAt = 40 + 12 + readFileSync(pack).readUInt32LE(40) + 16;
    spoil(pack, manifestAt + 12, manifestAt + 12 + readFileSync(pack).readUInt32LE(manifestAt));
    const { ok } = await vault.verify("all", { depth: "full" });
    expect(ok).toBe(false);
    expect((await vault.list()).snapshots.map(({ verifiedAt }) => verifiedAt)).toEqual([null]);
  });

  it("calls nothing verified that lies in a pack whose list of contents is damaged", async () => {
    using place = temporary();
    const { vault, pack } = await lookedInto(place);
    const { size } = statSync(pack);
    spoil(pack, size - 60, size - 16);
    const { ok, findings } = await vault.verify("all", { depth: "full" });
    expect(ok).toBe(false);
    expect(findings.map(({ code }) => code)).toContain("MANIFEST_DAMAGED");
    expect((await vault.list()).snapshots.map(({ verifiedAt }) => verifiedAt)).toEqual([null]);
  });

  it("begins anew when packs are put together and cleared away meanwhile", async () => {
    using place = temporary();
    const { pack } = await lookedInto(place);
    const disk = diskStore(place.at("vault"));
    let isCollected = false;
    const collected: VaultStore = {
      ...disk,
      get: async (key, range) => {
        if (key.startsWith("packs/") && (range?.start ?? 0) > 0 && !isCollected) {
          isCollected = true;
          renameSync(pack, place.at(`vault/packs/${"0".repeat(32)}`));
        }
        return await disk.get(key, range);
      },
    };
    const keys = { keyFile: place.at("vault.key") };
    const vault = await openVault(collected, { keys, hands: "this-one" });
    expect((await vault.verify("all", { depth: "full" })).findings).toEqual([]);
    expect(isCollected).toBe(true);
  });
});
