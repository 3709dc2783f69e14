import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { compareSides, placeOfShown } from "../../../src/core/index.ts";
import { everything, newVault, temporary } from "../support/places.ts";
import { lookAt } from "../support/trees.ts";

/** Bytes that are no text, text that looks like what is shown for them, the longest name, and what shells trip over. */
const names: readonly Buffer[] = [
  Buffer.from("latin-\xe9\xff", "latin1"),
  Buffer.from("latin-\\xe9\\xff"),
  Buffer.from("line\nbreak"),
  Buffer.from("quote'\"`$(x)"),
  Buffer.from("🦞 lobster"),
  Buffer.from("n".repeat(255)),
  Buffer.from("\x80".repeat(255), "latin1"),
];

const pathIn = (directory: string, name: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${directory}/`), name]);

describe("a file of any name", () => {
  it("is listed under a text of its own, read, compared and restored alone by it", async () => {
    using place = temporary();
    const state = place.at("state");
    mkdirSync(`${state}/inner`, { recursive: true });
    for (const name of names) writeFileSync(pathIn(`${state}/inner`, name), `first ${name.toString("hex")}`);
    symlinkSync("loop-b", `${state}/loop-a`);
    symlinkSync("loop-a", `${state}/loop-b`);
    symlinkSync("..", `${state}/inner/up`);
    const vault = await newVault(place.at("vault"));
    const plan = everything(state);
    const first = await vault.save(plan, { kind: "full" });
    expect(first.findings).toEqual([]);
    const shown: string[] = [];
    for await (const { path, type } of vault.files(first.snapshot.id)) if (type === "file") shown.push(path);
    expect(new Set(shown).size).toBe(names.length);

    const changed = pathIn(`${state}/inner`, Buffer.from("latin-\xe9\xff", "latin1"));
    writeFileSync(changed, "changed since");
    const { snapshot, live } = await vault.besideLive(first.snapshot.id, plan);
    const { files } = compareSides(
      { id: "then", vitals: {}, files: snapshot },
      { id: "now", vitals: {}, files: live },
      { redact: (_, value) => value },
    );
    expect(files.changed.map(({ path }) => path)).toEqual(["inner/latin-\\xe9\\xff"]);
    expect([files.added, files.removed]).toEqual([[], []]);
    expect(readFileSync(placeOfShown(state, files.changed[0]?.path ?? ""), "utf8")).toBe("changed since");
    writeFileSync(changed, `first ${Buffer.from("latin-\xe9\xff", "latin1").toString("hex")}`);

    for (const [at, path] of shown.entries()) {
      const target = place.at(`alone-${at}`);
      const restored = await vault.restoreTo(first.snapshot.id, target, { select: (each) => each === path });
      expect(restored).toMatchObject({ files: 1, findings: [] });
      const content = readFileSync(placeOfShown(target, path), "utf8");
      expect(content).toBe((await vault.readFile(first.snapshot.id, path)).toString());
      expect(content).toBe(readFileSync(placeOfShown(state, path), "utf8"));
      rmSync(target, { recursive: true });
    }
    await vault.restoreTo(first.snapshot.id, place.at("whole"), { select: (path) => !path.includes("loop") });
    rmSync(`${state}/loop-a`);
    rmSync(`${state}/loop-b`);
    const contents = (lines: readonly string[]) => lines.map((line) => line.split(" ").at(-1));
    expect(contents(lookAt(place.at("whole")))).toEqual(contents(lookAt(state)));
  });
});
