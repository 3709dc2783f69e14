import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compareSides, type FileFacts, type Vault } from "../../../src/core/index.ts";
import { everything, newVault, temporary } from "../support/places.ts";

const compared = (before: readonly FileFacts[], after: readonly FileFacts[]) =>
  compareSides(
    { id: "a", vitals: {}, files: before },
    { id: "b", vitals: {}, files: after },
    { redact: (_, value) => value },
  ).files;

const allOf = async (vault: Vault, id: string): Promise<readonly FileFacts[]> =>
  (await vault.besideLive(id, { ...everything(""), roots: [] })).snapshot;

/** What a comparison says when it looks only at what the two do not share, and when it looks at all. */
const bothWays = async (vault: Vault, a: string, b: string) => {
  const [before, after] = await vault.sideBySide(a, b);
  const files = compared(before.files, after.files);
  return {
    looked: before.files.length + after.files.length,
    some: { ...files, same: files.same + after.alike },
    all: compared(await allOf(vault, a), await allOf(vault, b)),
    alike: [before.alike, after.alike],
  };
};

describe("a comparison of two snapshots", () => {
  it("says of what they do not share what it would say of everything", async () => {
    using place = temporary();
    const state = place.at("state");
    for (let folder = 0; folder < 12; folder += 1) {
      mkdirSync(`${state}/${folder}`, { recursive: true });
      for (let file = 0; file < 100; file += 1)
        writeFileSync(`${state}/${folder}/${file}.md`, `${folder} ${file}`);
    }
    const vault = await newVault(place.at("vault"));
    const save = async () => (await vault.save(everything(state), { kind: "full" })).snapshot.id;
    const first = await save();
    const again = await save();
    writeFileSync(`${state}/3/7.md`, "changed");
    chmodSync(`${state}/3/8.md`, 0o600);
    utimesSync(`${state}/3/9.md`, 1_000_000, 1_000_000);
    writeFileSync(`${state}/3/new.md`, "new");
    rmSync(`${state}/9/50.md`);
    const changed = await save();
    rmSync(state, { recursive: true });
    mkdirSync(state);
    writeFileSync(`${state}/other`, "nothing is left of it");
    const other = await save();

    const few = await bothWays(vault, first, changed);
    expect(few.some).toEqual(few.all);
    expect(few.all).toMatchObject({
      touched: 1,
      added: [{ path: "3/new.md" }],
      removed: [{ path: "9/50.md" }],
    });
    // Three files and two directories on both sides, one file on either, and what stands behind that one on both.
    expect(few.looked).toBe(16);
    const none = await bothWays(vault, first, again);
    expect(none).toMatchObject({ looked: 0, alike: [1_212, 1_212], some: { same: 1_212 } });
    expect(none.some).toEqual(none.all);
    const apart = await bothWays(vault, changed, other);
    expect(apart.some).toEqual(apart.all);
    expect(apart.alike).toEqual([0, 0]);
  });

  it("takes no native package, which would take longer to load than all of it", async () => {
    using place = temporary();
    mkdirSync(place.at("state"));
    writeFileSync(place.at("state/file"), "before ".repeat(1_000));
    const vault = await newVault(place.at("vault"));
    const save = async () => (await vault.save(everything(place.at("state")), { kind: "full" })).snapshot.id;
    const first = await save();
    writeFileSync(place.at("state/file"), "after ".repeat(1_000));
    const second = await save();
    const child = join(import.meta.dirname, "../support/compare.child.ts");
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [child, place.at("vault"), place.at("vault.key"), first, second],
      { encoding: "utf8" },
    );
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual({ files: 1, native: [] });
  });
});
