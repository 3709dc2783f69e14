import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytePath } from "../../../src/core/manifest/byte-path.ts";
import type { FileStat } from "../../../src/core/source/file-stat.ts";
import { isAtRest, isBesideAnother, scanDigest } from "../../../src/core/source/scan-digest.ts";
import type { Scanned } from "../../../src/core/source/scan.ts";

const stat: FileStat = {
  type: "file",
  mode: 0o600,
  uid: 1000,
  gid: 1000,
  sizeBytes: 7,
  mtimeNs: 1_700_000_000_000_000_001n,
  ctimeNs: 1_700_000_000_000_000_002n,
  inode: 11n,
  filesystem: 1n,
  links: 1,
  allocatedBytes: 4096,
  device: 0,
};

const item = (path: string, facts: Partial<FileStat> = {}): Scanned => ({
  path: bytePath(path),
  absolute: bytePath(`/state/${path}`),
  stat: { ...stat, ...facts },
  target: undefined,
});

const time = fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n });
const facts = fc.record({
  type: fc.constantFrom("file", "directory", "symlink", "fifo", "socket") satisfies fc.Arbitrary<
    FileStat["type"]
  >,
  mode: fc.integer({ min: 0, max: 0o7777 }),
  uid: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  gid: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  sizeBytes: fc.maxSafeNat(),
  mtimeNs: time,
  ctimeNs: time,
  inode: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
});
const path = fc.stringMatching(/^[a-z\u0080-\u00ff]{1,8}(\/[a-z]{1,4})?$/);
const walk = fc
  .array(fc.tuple(path, facts), { maxLength: 6 })
  .map((all) => all.map(([name, own]) => item(name, own)));

describe("the digest of a walk", () => {
  it("is the same exactly for the same names and facts", () => {
    const text = (items: readonly Scanned[]) =>
      JSON.stringify(items, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
    fc.assert(
      fc.property(walk, walk, (one, other) => {
        expect(scanDigest(one).digest === scanDigest(other).digest).toBe(text(one) === text(other));
        expect(scanDigest(structuredClone(one)).digest).toBe(scanDigest(one).digest);
      }),
    );
  });

  it("tells every single fact", () => {
    fc.assert(
      fc.property(facts, facts, (before, after) => {
        for (const name of Object.keys(before) as (keyof typeof before)[]) {
          const changed = { ...before, [name]: after[name] };
          expect(scanDigest([item("a", changed)]).digest === scanDigest([item("a", before)]).digest).toBe(
            before[name] === after[name],
          );
        }
      }),
    );
  });

  it("tells names longer than a block, and many of them", () => {
    const long = "x".repeat(70_000);
    expect(scanDigest([item(long), item("b")]).digest).not.toBe(
      scanDigest([item(`${long}x`), item("b")]).digest,
    );
    const many = Array.from({ length: 3_000 }, (_, at) => item(`file-${at}`));
    expect(scanDigest(many).digest).not.toBe(
      scanDigest(many.with(2_999, item("file-2999", { mode: 0o644 }))).digest,
    );
    expect(scanDigest(many).digest).not.toBe(scanDigest(many.slice(0, -1)).digest);
  });

  it("knows of what stands beside a database only that it is there", () => {
    const state = (mtimeNs: bigint) => [
      item("db"),
      item("db-shm", { mtimeNs }),
      item("db-wal"),
      item("e-shm"),
    ];
    expect(scanDigest(state(1n)).digest).toBe(scanDigest(state(2n)).digest);
    expect(scanDigest(state(1n)).digest).not.toBe(scanDigest(state(1n).toSpliced(1, 1)).digest);
    expect(state(1n).map((_, at) => isBesideAnother(state(1n), at))).toEqual([false, true, false, false]);
    const directory = [item("db", { type: "directory" }), item("db-shm")];
    expect(isBesideAnother(directory, 1)).toBe(false);
  });
});

describe("a walk is at rest", () => {
  it("when nothing was touched in the instant before the earlier look", () => {
    const touchedNs = stat.ctimeNs;
    expect(isAtRest([item("a")], touchedNs + 50_000_000n)).toBe(true);
    expect(isAtRest([item("a")], touchedNs + 49_000_000n)).toBe(false);
    const shared = [item("db"), item("db-shm", { mtimeNs: touchedNs * 2n })];
    expect(isAtRest(shared, touchedNs + 50_000_000n)).toBe(true);
  });
});
