import { describe, expect, it } from "vitest";
import { isRacy } from "../../../src/core/source/file-stat.ts";

const second = 1_000_000_000n;
const at = 1_772_448_960n * second;
const touched = (ns: bigint) => ({ mtimeNs: ns, ctimeNs: ns });

describe("a file that was touched shortly before it was looked at", () => {
  it("may have been written again without a trace within the tick of the clock", () => {
    expect(isRacy(touched(at + 1n), at + 40_000_000n)).toBe(true);
    expect(isRacy(touched(at + 1n), at + 60_000_000n)).toBe(false);
  });

  it("may have been so for two seconds where only whole ones are kept", () => {
    expect(isRacy(touched(at), at + second)).toBe(true);
    expect(isRacy({ mtimeNs: at - 100n, ctimeNs: at }, at + second)).toBe(true);
    expect(isRacy(touched(at), at + 3n * second)).toBe(false);
    // A time that somebody set tells nothing about the clock of the file system.
    expect(isRacy({ mtimeNs: at, ctimeNs: at + 1n }, at + second)).toBe(false);
  });
});
