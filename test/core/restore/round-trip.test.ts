import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { everything, newVault, temporary } from "../support/places.ts";
import { lookAt, makeTree, noise, tree } from "../support/trees.ts";
import { keepsUserAttributes } from "../support/user-attributes.ts";

/** `npm run prove` makes hundreds. */
const trees = Number(process.env["CLAWBACK_ROUNDS"] ?? 12);

describe("what is restored", () => {
  it("is what was saved, for any tree", { timeout: 120_000 + trees * 2_000 }, async () => {
    using place = temporary();
    const vault = await newVault(place.at("vault"));
    let run = 0;
    await fc.assert(
      fc.asyncProperty(tree, tree, async (first, second) => {
        run += 1;
        const state = place.at(`state-${run}`);
        makeTree(state, first);
        const before = await vault.save(everything(state), { kind: "manual" });
        // A second generation, so that carried entries are put to the test as well.
        makeTree(state, second);
        const after = await vault.save(everything(state), { kind: "manual" });
        const seen = lookAt(state);
        const target = place.at(`target-${run}`);
        const { findings } = await vault.restoreTo(after.snapshot.id, target);
        expect(findings).toEqual([]);
        expect(lookAt(target)).toEqual(seen);
        expect(before.findings).toEqual([]);
        rmSync(state, { recursive: true });
        rmSync(target, { recursive: true });
      }),
      { numRuns: trees },
    );
    expect((await vault.verify("all", { depth: "full" })).findings).toEqual([]);
  });

  it("has paths longer than the kernel takes in one piece", async () => {
    using place = temporary();
    const state = place.at("state");
    mkdirSync(state);
    const made = spawnSync("python3", ["-c", deepTree, state]);
    expect(made.stderr.toString()).toBe("");
    const vault = await newVault(place.at("vault"));
    const { snapshot, findings } = await vault.save(everything(state), { kind: "manual" });
    expect(findings).toEqual([]);
    const restored = await vault.restoreTo(snapshot.id, place.at("target"));
    expect(restored.findings).toEqual([]);
    const same = spawnSync("python3", ["-c", deepRead, place.at("target")]);
    expect(same.stdout.toString()).toBe("at the bottom of 40\n");
  });

  it.runIf(keepsUserAttributes)("keeps extended attributes", async () => {
    using place = temporary();
    mkdirSync(place.at("state/sub"), { recursive: true });
    writeFileSync(place.at("state/sub/file"), "x");
    const set = spawnSync("python3", [
      "-c",
      `import os,sys; os.setxattr(sys.argv[1], "user.note", b"\\x00\\xffbytes"); os.setxattr(sys.argv[2], "user.dir", b"d")`,
      place.at("state/sub/file"),
      place.at("state/sub"),
    ]);
    expect(set.stderr.toString()).toBe("");
    const vault = await newVault(place.at("vault"));
    await vault.save(everything(place.at("state")), { kind: "manual" });
    // Carried over from the first.
    const { snapshot } = await vault.save(everything(place.at("state")), { kind: "manual" });
    await vault.restoreTo(snapshot.id, place.at("target"));
    const read = spawnSync("python3", [
      "-c",
      `import os,sys; print(os.getxattr(sys.argv[1], "user.note"), os.getxattr(sys.argv[2], "user.dir"))`,
      place.at("target/sub/file"),
      place.at("target/sub"),
    ]);
    expect(read.stdout.toString()).toBe("b'\\x00\\xffbytes' b'd'\n");
  });

  it("can be a choice, and brings the content of a hard link whose first name was not chosen", async () => {
    using place = temporary();
    makeTree(place.at("state"), [
      {
        kind: "file",
        name: Buffer.from("first"),
        content: Buffer.from("shared"),
        mode: 0o600,
        mtimeMs: 1_000,
      },
      {
        kind: "directory",
        name: Buffer.from("dir"),
        mode: 0o755,
        items: [
          { kind: "hardlink", name: Buffer.from("second") },
          { kind: "hardlink", name: Buffer.from("third") },
        ],
      },
    ]);
    const vault = await newVault(place.at("vault"));
    const { snapshot } = await vault.save(everything(place.at("state")), { kind: "manual" });
    const isChosen = (path: string): boolean => path.startsWith("dir/");
    // Counted under each of their names, as the snapshot counts them.
    expect(await vault.restoreTo(snapshot.id, place.at("whole"))).toMatchObject({ files: snapshot.files });
    expect(await vault.restoreTo(snapshot.id, place.at("target"), { select: isChosen })).toMatchObject({
      files: 2,
    });
    expect(existsSync(place.at("target/first"))).toBe(false);
    expect(readFileSync(place.at("target/dir/second"), "utf8")).toBe("shared");
    expect(readFileSync(place.at("target/dir/third"), "utf8")).toBe("shared");
  });

  it("of a choice within some paths is that choice, wherever in the list they stand", async () => {
    using place = temporary();
    const state = place.at("state");
    for (const folder of ["a", "b/deep", "b.c", "z"]) {
      mkdirSync(join(state, folder), { recursive: true });
      for (let file = 0; file < 200; file += 1)
        writeFileSync(join(state, folder, `${file}.md`), `${folder} ${file}`);
    }
    const vault = await newVault(place.at("vault"));
    const { snapshot } = await vault.save(everything(state), { kind: "manual" });
    const rows: string[] = [];
    for await (const { path } of vault.files(snapshot.id)) rows.push(path);
    const restored = async (within: readonly string[], target: string): Promise<readonly string[]> => {
      const select = (path: string): boolean =>
        within.some((each) => path === each || path.startsWith(`${each}/`));
      await vault.restoreTo(snapshot.id, place.at(target), { select, within });
      return readdirSync(place.at(target), { recursive: true, encoding: "utf8" }).toSorted();
    };
    expect(await restored(["z/7.md", "b", "b/deep/3.md"], "some")).toEqual(
      rows.filter((path) => /^(b(\/|$)|z$|z\/7\.md$)/.test(path)).toSorted(),
    );
    expect(await restored(["b/deep/150.md"], "one")).toEqual(["b", "b/deep", "b/deep/150.md"]);
    expect(await restored(["b/nowhere/1", "nothing", "a/1.md/2"], "none")).toEqual([]);
    expect(
      await restored(
        rows.filter((path) => !path.includes("/")),
        "all",
      ),
    ).toEqual(rows.toSorted());
  });

  it("is completed by a second attempt, which leaves alone what is right", async () => {
    using place = temporary();
    mkdirSync(place.at("state"));
    for (let at = 0; at < 6; at += 1) writeFileSync(place.at(`state/file-${at}`), noise(50_000, at + 1));
    const vault = await newVault(place.at("vault"));
    const { snapshot } = await vault.save(everything(place.at("state")), { kind: "manual" });
    const interrupted = new AbortController();
    await expect(
      vault.restoreTo(snapshot.id, place.at("target"), {
        signal: interrupted.signal,
        onProgress: ({ phase }) => {
          if (phase === "restore") interrupted.abort();
        },
      }),
    ).rejects.toThrow(/abort/i);
    writeFileSync(place.at("target/file-3"), "half of it");
    const again = await vault.restoreTo(snapshot.id, place.at("target"));
    expect(again.alreadyRight).toBeGreaterThan(0);
    expect(lookAt(place.at("target"))).toEqual(lookAt(place.at("state")));
  });

  it("can be saved and restored again although something was left out", async () => {
    using place = temporary();
    mkdirSync(place.at("state"));
    writeFileSync(place.at("state/file"), "x");
    // What an incomplete restore leaves in a directory that somebody then goes on to use.
    writeFileSync(place.at("state/.clawback-restore"), "2026-03-02-10-56\n");
    const vault = await newVault(place.at("vault"));
    const { snapshot } = await vault.save(everything(place.at("state")), { kind: "manual" });
    expect(await vault.restoreTo(snapshot.id, place.at("out"))).toMatchObject({ files: 1, findings: [] });
    expect(readdirSync(place.at("out"))).toEqual(["file"]);
  });

  it("goes nowhere but into its target, whatever stands in the way", async () => {
    using place = temporary();
    mkdirSync(place.at("state"));
    writeFileSync(place.at("state/file"), "x");
    const vault = await newVault(place.at("vault"));
    const { snapshot } = await vault.save(everything(place.at("state")), { kind: "manual" });
    mkdirSync(place.at("target"));
    writeFileSync(place.at("target/other"), "not ours");
    await expect(vault.restoreTo(snapshot.id, place.at("target"))).rejects.toMatchObject({
      code: "TARGET_NOT_EMPTY",
      exit: 5,
    });
    expect(readFileSync(place.at("target/other"), "utf8")).toBe("not ours");
  });
});

describe("a save", () => {
  it("takes a file again that was written twice within one tick of the clock", async () => {
    using place = temporary();
    mkdirSync(place.at("state"));
    const path = place.at("state/file");
    const vault = await newVault(place.at("vault"));
    for (let round = 0; round < 20; round += 1) {
      writeFileSync(path, `round ${String(round).padStart(3, "0")}`);
      const { snapshot } = await vault.save(everything(place.at("state")), { kind: "manual" });
      expect((await vault.readFile(snapshot.id, "file")).toString()).toBe(readFileSync(path, "utf8"));
    }
  });

  it("does not follow a link out of the directory", async () => {
    using place = temporary();
    mkdirSync(place.at("state"));
    mkdirSync(place.at("elsewhere"));
    writeFileSync(place.at("elsewhere/secret"), "secret");
    symlinkSync(place.at("elsewhere"), place.at("state/link"));
    const vault = await newVault(place.at("vault"));
    const { snapshot } = await vault.save(everything(place.at("state")), { kind: "manual" });
    const paths: string[] = [];
    for await (const { path, type } of vault.files(snapshot.id)) paths.push(`${type} ${path}`);
    expect(paths).toEqual(["symlink link"]);
  });

  it("stores almost nothing when almost nothing changed", async () => {
    using place = temporary();
    const state = place.at("state");
    mkdirSync(state);
    for (let at = 0; at < 600; at += 1) writeFileSync(join(state, `note-${at}.md`), `note ${at}`);
    const vault = await newVault(place.at("vault"));
    await vault.save(everything(state), { kind: "full" });
    for (let at = 0; at < 600; at += 1)
      utimesSync(join(state, `note-${at}.md`), 1_700_000_000, 1_700_000_000);
    await vault.save(everything(state), { kind: "full" });
    writeFileSync(join(state, "note-77.md"), "changed");
    const before = (await vault.stats()).storedBytes;
    await vault.save(everything(state), { kind: "full" });
    const grown = (await vault.stats()).storedBytes - before;
    expect(grown).toBeLessThan(16 * 1024);
    expect(grown).toBeGreaterThan(0);
  });

  it("is told before anything is written, and can be left at that", async () => {
    using place = temporary();
    const state = place.at("state");
    mkdirSync(join(state, "notes"), { recursive: true });
    for (const name of ["a", "notes/b", "notes/c"]) writeFileSync(join(state, name), name);
    const vault = await newVault(place.at("vault"));
    const { snapshot } = await vault.save(everything(state), { kind: "manual" });
    const told: object[] = [];
    const target = place.at("target");
    const restoring = vault.restoreTo(snapshot.id, target, {
      select: (path) => path.startsWith("notes/"),
      onChosen: (amount) => {
        told.push(amount);
        throw new Error("not that much");
      },
    });
    await expect(restoring).rejects.toThrow("not that much");
    expect(told).toEqual([{ names: 2, files: 2, bytes: 14 }]);
    expect(existsSync(target)).toBe(false);
  });
});

const deepTree = `
import os, sys
os.chdir(sys.argv[1])
for level in range(40):
    name = "d" * 200
    os.mkdir(name); os.chdir(name)
open("leaf", "w").write("at the bottom of 40\\n")
`;
const deepRead = `
import os, sys
os.chdir(sys.argv[1])
for level in range(40): os.chdir("d" * 200)
sys.stdout.write(open("leaf").read())
`;
