import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bytePath,
  comparePaths,
  pathOfShown,
  pathOfText,
  pathText,
  type BytePath,
} from "../../../src/core/manifest/byte-path.ts";
import { idBytes, type Entry, type Node } from "../../../src/core/manifest/entry.ts";
import { SegmentEncoder } from "../../../src/core/manifest/segment.ts";
import { decodeSegment, SegmentWalk } from "../../../src/core/manifest/segment-walk.ts";

const name = fc
  .uint8Array({ minLength: 1, maxLength: 8 })
  .map((bytes) =>
    String.fromCharCode(...bytes.map((byte) => (byte === 0 || byte === 47 || byte === 46 ? 97 : byte))),
  );
const path: fc.Arbitrary<BytePath> = fc
  .array(name, { minLength: 1, maxLength: 5 })
  .map((parts) => bytePath(parts.join("/")));
const big = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const time = fc.bigInt({ min: -(10n ** 18n), max: 4n * 10n ** 18n });
const size = fc.maxSafeNat();

const node: fc.Arbitrary<Node> = fc.oneof(
  fc.record({ type: fc.constant("directory" as const) }),
  fc.record({ type: fc.constant("symlink" as const), target: name.map(bytePath) }),
  fc.record({ type: fc.constant("hardlink" as const), target: path, sizeBytes: size }),
  fc.record({ type: fc.constantFrom("fifo" as const, "socket" as const) }),
  fc.record({
    type: fc.constantFrom("character-device" as const, "block-device" as const),
    device: fc.nat(),
  }),
  fc.record({
    type: fc.constant("file" as const),
    sizeBytes: size,
    content: fc.record({
      layout: fc.constantFrom("chunks" as const, "sparse" as const),
      database: fc.boolean(),
      list: fc.record({
        kind: fc.constantFrom("inline" as const, "nodes" as const),
        ids: fc
          .nat({ max: 6 })
          .chain((count) => fc.uint8Array({ minLength: count * idBytes, maxLength: count * idBytes })),
      }),
    }),
  }),
);

const entry: fc.Arbitrary<Entry> = fc.record({
  path,
  mode: fc.nat({ max: 0o7777 }),
  uid: fc.nat(),
  gid: fc.nat(),
  mtimeNs: time,
  attributes: fc.array(fc.record({ name: name.map(bytePath), value: fc.uint8Array({ maxLength: 20 }) }), {
    maxLength: 3,
  }),
  observed: fc.record({ ctimeNs: time, inode: big, sizeBytes: size }),
  node,
});

const segmentsOf = (entries: readonly Entry[]): readonly Uint8Array[] => {
  const segments: Uint8Array[] = [];
  const encoder = new SegmentEncoder((segment) => segments.push(segment));
  for (const each of entries) encoder.add(each);
  encoder.finish();
  return segments;
};

const directory = (path: string, mode: number): Entry => ({
  path: bytePath(path),
  mode,
  uid: 0,
  gid: 0,
  mtimeNs: 0n,
  attributes: [],
  observed: { ctimeNs: 0n, inode: 0n, sizeBytes: 0 },
  node: { type: "directory" },
});

describe("a manifest", () => {
  it("says the same after it was written and read", () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 40 }), (entries) => {
        expect(segmentsOf(entries).flatMap((segment) => decodeSegment(segment))).toEqual(entries);
      }),
    );
  });

  it("keeps all segments but one when one entry changes", () => {
    const numbered = (at: number, mode: number) => directory(`entry-${String(at).padStart(5, "0")}`, mode);
    const before = Array.from({ length: 5_000 }, (_, at) => numbered(at, 0o755));
    const hex = (segments: readonly Uint8Array[]) =>
      segments.map((segment) => Buffer.from(segment).toString("hex"));
    const old = new Set(hex(segmentsOf(before)));
    const changed = hex(segmentsOf(before.with(2_500, numbered(2_500, 0o700))));
    expect(changed.filter((segment) => !old.has(segment))).toHaveLength(1);
    const removed = hex(segmentsOf(before.toSpliced(1_234, 1)));
    expect(removed.filter((segment) => !old.has(segment)).length).toBeLessThanOrEqual(2);
    expect(old.size).toBeGreaterThan(20);
  });

  it("is walked to the same entries, whichever of them are passed over", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(entry, fc.boolean()), { maxLength: 40 }), (drawn) => {
        const wanted = drawn.filter(([, isWanted]) => isWanted).map(([each]) => each);
        const found: Entry[] = [];
        let at = 0;
        for (const segment of segmentsOf(drawn.map(([each]) => each))) {
          for (const walk = new SegmentWalk(segment); walk.next(); at += 1) {
            expect({ path: walk.path, type: walk.type }).toEqual({
              path: drawn[at]?.[0].path,
              type: drawn[at]?.[0].node.type,
            });
            if (drawn[at]?.[1] === true) found.push(walk.take());
            else walk.pass();
          }
        }
        expect(found).toEqual(wanted);
      }),
    );
  });

  it("is passed over as far as another is alike", () => {
    const walkOf = (...modes: readonly (readonly [string, number])[]) => {
      const [segment, ...others] = segmentsOf(modes.map(([name, mode]) => directory(name, mode)));
      expect(others).toEqual([]);
      return new SegmentWalk(segment ?? new Uint8Array());
    };
    const left = walkOf(["a", 1], ["ab", 1], ["abc", 1], ["b", 1], ["c", 1]);
    const right = walkOf(["a", 1], ["ab", 2], ["abc", 1], ["c", 1]);
    const differ = () => {
      left.passAlike(right);
      return [left, right].map((walk) => (walk.next() ? walk.take() : undefined));
    };
    expect(differ()).toEqual([directory("ab", 1), directory("ab", 2)]);
    expect(differ()).toEqual([directory("b", 1), directory("c", 1)]);
    expect(left.next() && left.take()).toEqual(directory("c", 1));
    expect(differ()).toEqual([undefined, undefined]);
    const [one, same] = [walkOf(["a", 1], ["b", 1]), walkOf(["a", 1], ["b", 1], ["c", 1])];
    one.passAlike(same);
    expect([one.next(), same.next(), same.path]).toEqual([false, true, "c"]);
  });

  it("never gives anything but entries below the tree for bytes that are none", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        try {
          for (const { path: found } of decodeSegment(bytes)) {
            expect(
              found.startsWith("/") || found.split("/").some((part) => part === "" || part === ".."),
            ).toBe(false);
          }
        } catch (error) {
          expect(error).toMatchObject({ name: "Malformed" });
        }
      }),
    );
    const dots = segmentsOf([directory("aa/../b", 0)]);
    expect(() => decodeSegment(dots[0] ?? new Uint8Array())).toThrow("leave the tree");
  });
});

describe("paths", () => {
  it("stand in an order in which a directory comes directly before what it holds", () => {
    const sorted = ["a", "a.b", "a/b", "a/b/c", "a0", "b"].map(bytePath).toSorted(comparePaths);
    expect(sorted).toEqual(["a", "a/b", "a/b/c", "a.b", "a0", "b"]);
  });

  it("show text as it is, and never two names the same", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(pathText(pathOfText(text))).toBe(text.toWellFormed());
      }),
    );
    expect(pathText(bytePath("bad\xff\\name"))).toBe("bad\\xff\\\\name");
    expect(pathText(bytePath("bad\\xff"))).toBe("bad\\\\xff");
    // Names made of what escapes are made of, so that some look like others.
    const tricky = fc
      .array(fc.constantFrom("\\", "x", "ff", "\xff", "\xc3\xa4", "a", "/"), { maxLength: 8 })
      .map((parts) => bytePath(parts.join("")));
    fc.assert(
      fc.property(tricky, (path) => {
        expect(pathOfShown(pathText(path))).toBe(path);
      }),
      { numRuns: 2_000 },
    );
  });
});
