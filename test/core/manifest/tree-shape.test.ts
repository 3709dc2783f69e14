import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Malformed } from "../../../src/core/manifest/byte-reader.ts";
import { bytePath, comparePaths } from "../../../src/core/manifest/byte-path.ts";
import { TreeShape } from "../../../src/core/manifest/tree-shape.ts";

/** What it says of such directories, one after the other; nothing when they have the shape of a tree. */
const complaintAbout = (paths: readonly string[]): string | undefined => {
  const shape = new TreeShape();
  try {
    for (const path of paths) shape.check(bytePath(path), "directory");
    return undefined;
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return error.message;
  }
};

const isOut = "the list of files is out of order";
const isLost = "the list of files has a path below something that is no directory";

const anyName = fc
  .string({ unit: fc.integer({ min: 1, max: 255 }).map((byte) => String.fromCharCode(byte)), minLength: 1 })
  .filter((name) => !name.includes("/"));

describe("the shape of a list of files", () => {
  it("is that of a tree, by bytes, with what a directory holds directly behind it", () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyName, { minLength: 2 }), (names) => {
        const below = names.map((name) => bytePath(`d/${name}`)).sort(comparePaths);
        expect(complaintAbout(["d", ...below])).toBeUndefined();
        expect(complaintAbout(["d", ...below.toReversed()])).toBe(isOut);
      }),
    );
  });

  it.each([
    [["a", "a/b", "a.b"], undefined],
    [["a", "a.b", "a/b"], isOut],
    [["a", "a/b", "a/b/c", "a/b.c", "b"], undefined],
    [["a", "a/b", "a/b"], isOut],
    [["b", "a"], isOut],
    [["a", "b/c"], isLost],
  ])("%j: %s", (paths, complaint) => {
    expect(complaintAbout(paths)).toBe(complaint);
  });
});
