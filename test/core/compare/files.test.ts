import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareFiles, type FileFacts } from "../../../src/core/compare/files.ts";

const file = (path: string, more: Partial<FileFacts> = {}): FileFacts => ({
  path,
  type: "file",
  sizeBytes: 10,
  mode: 0o600,
  mtimeNs: 1n,
  content: "a",
  ...more,
});

const anyFiles = fc
  .uniqueArray(
    fc.record({
      path: fc.stringMatching(/^[abc/]{1,4}$/),
      type: fc.constantFrom("file", "directory", "symlink"),
      content: fc.constantFrom("x", "y"),
      mode: fc.constantFrom(0o600, 0o644),
      mtimeNs: fc.constantFrom(1n, 2n),
      sizeBytes: fc.constantFrom(0, 5),
    }),
    { selector: ({ path }) => path, maxLength: 30 },
  )
  .map((files) => files.sort((left, right) => (left.path < right.path ? -1 : 1)));

describe("comparing files", () => {
  it("tells added, removed and changed ones apart, and says what of a file changed", () => {
    const before = [file("a"), file("b"), file("c"), file("d", { mtimeNs: 1n }), file("e")];
    const after = [
      file("a", { content: "b", sizeBytes: 20, mode: 0o644 }),
      file("c"),
      file("d", { mtimeNs: 9n }),
      file("e", { type: "symlink", target: "/etc/passwd" }),
      file("f", { sizeBytes: 7 }),
    ];
    expect(compareFiles(before, after)).toEqual({
      added: [{ path: "f", type: "file", size: 7 }],
      removed: [{ path: "b", type: "file", size: 10 }],
      changed: [
        {
          path: "a",
          type: "file",
          what: ["content", "mode"],
          before: { size: 10, mode: 0o600 },
          after: { size: 20, mode: 0o644 },
        },
        {
          path: "e",
          type: "symlink",
          what: ["type"],
          before: { size: 10, mode: 0o600 },
          after: { size: 10, mode: 0o600 },
        },
      ],
      touched: 1,
      same: 1,
      bytesBefore: 30,
      bytesAfter: 37,
    });
  });

  it("finds nothing between a side and itself", () => {
    fc.assert(
      fc.property(anyFiles, (files) => {
        expect(compareFiles(files, files)).toMatchObject({ added: [], removed: [], changed: [], touched: 0 });
      }),
    );
  });

  it("accounts for every file of both sides exactly once, and mirrors when the sides are swapped", () => {
    fc.assert(
      fc.property(anyFiles, anyFiles, (before, after) => {
        const there = compareFiles(before, after);
        const back = compareFiles(after, before);
        const both = there.changed.length + there.touched + there.same;
        expect(there.removed.length + both).toBe(before.length);
        expect(there.added.length + both).toBe(after.length);
        expect(back.added).toEqual(there.removed);
        expect(back.removed).toEqual(there.added);
        expect(back.changed.map(({ path }) => path)).toEqual(there.changed.map(({ path }) => path));
      }),
    );
  });

  it("stops at a side that is out of order, because it would invent changes", () => {
    const paths = ["a", "a/b", "a!b"].map((path) => file(path));
    expect(() => compareFiles(paths, paths)).toThrow("not sorted");
  });

  it("reads each side once and holds no side", () => {
    let drawn = 0;
    function* many(): Generator<FileFacts> {
      for (let at = 0; at < 20_000; at += 1) {
        drawn += 1;
        yield file(String(at).padStart(6, "0"));
      }
    }
    expect(compareFiles(many(), many()).same).toBe(20_000);
    expect(drawn).toBe(40_000);
  });
});
