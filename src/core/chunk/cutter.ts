import { Instance, Memory, Module, wasmPageBytes } from "../system/web-assembly.ts";
import { cutModule } from "./cut-module.ts";

/** FastCDC sizes. Files up to the wanted size are one chunk. */
export const chunkSizes = { min: 16 * 1024, wanted: 64 * 1024, max: 256 * 1024 } as const;
/** Blocks of a sparse file, and of a database: the most that a recipe makes up. */
export const blockBytes = 64 * 1024;

/**
 * Normalised chunking around 2^16: one bit more before the wanted size, one fewer after it. The highest bits of the hash
 * are taken, which depend on the last 32 bytes.
 */
const strictMask = highBits(17);
const looseMask = highBits(15);

function highBits(count: number): number {
  return ~0 << (32 - count);
}

/** A fixed pseudo-random table (xorshift32). Writers that share a vault must use the same one to share chunks. */
export const gear = (() => {
  const words = new Uint32Array(256);
  let state = 0x2545f491;
  for (let at = 0; at < words.length; at += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[at] = state >>> 0;
  }
  return words;
})();

const windowAt = 4096;

/**
 * Files are read straight into the module's memory: what is cut there is hashed and copied from there. Two mebibytes, so
 * that one can be read into while the other is looked at.
 */
export type Cutter = {
  readonly window: Buffer;
  /** The end of the chunk that starts at `start`, when the data of the window ends at `end`. */
  readonly cut: (start: number, end: number) => number;
};

export const makeCutter = (windowBytes = 2 * 1024 * 1024): Cutter => {
  const module = new Module(cutModule(Math.ceil((windowAt + windowBytes) / wasmPageBytes)));
  const { memory, cut } = new Instance(module).exports;
  if (!(memory instanceof Memory) || typeof cut !== "function") {
    throw new Error("the cut module does not export what it must");
  }
  new Uint32Array(memory.buffer, 0, gear.length).set(gear);
  const window = Buffer.from(memory.buffer, windowAt, windowBytes);
  return {
    window,
    cut: (start, end) => {
      if (end - start <= chunkSizes.min) return end;
      const last = Math.min(end, start + chunkSizes.max);
      const middle = Math.min(last, start + chunkSizes.wanted);
      const found: unknown = cut(
        windowAt + start + chunkSizes.min,
        windowAt + middle,
        windowAt + last,
        strictMask,
        looseMask,
      );
      return Number(found) - windowAt;
    },
  };
};
