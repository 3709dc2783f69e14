/**
 * The inner loop of FastCDC as a WebAssembly module, put together here byte by byte: three times as fast as the same
 * loop in JavaScript, and small enough to read. In words, with `gear` the 256 words at address 0 of the memory:
 *
 *   cut(at, middle, end, strict, loose):
 *     hash = 0
 *     while at < middle: hash = hash * 2 + gear[byte at]; at += 1; if (hash & strict) == 0 return at
 *     while at < end:    hash = hash * 2 + gear[byte at]; at += 1; if (hash & loose)  == 0 return at
 *     return at
 *
 * Before the middle (the wanted size) a cut must satisfy more bits than after it, which keeps sizes close together.
 */
const i32 = 0x7f;
const empty = 0x40;

const op = {
  block: [0x02, empty],
  loop: [0x03, empty],
  end: [0x0b],
  branch: (depth: number) => [0x0c, depth],
  branchIf: (depth: number) => [0x0d, depth],
  get: (local: number) => [0x20, local],
  set: (local: number) => [0x21, local],
  /** Alignment 2^2, offset 0. */
  loadWord: [0x28, 0x02, 0x00],
  loadByte: [0x2d, 0x00, 0x00],
  constant: (value: number) => [0x41, value],
  isZero: [0x45],
  atLeast: [0x4f],
  add: [0x6a],
  and: [0x71],
  shiftLeft: [0x74],
} as const;

const [at, middle, end, strict, loose, hash] = [0, 1, 2, 3, 4, 5] as const;

/** hash = (hash << 1) + gear[byte at]; at += 1 */
const step = [
  ...op.get(hash),
  ...op.constant(1),
  ...op.shiftLeft,
  ...op.get(at),
  ...op.loadByte,
  ...op.constant(2),
  ...op.shiftLeft,
  ...op.loadWord,
  ...op.add,
  ...op.set(hash),
  ...op.get(at),
  ...op.constant(1),
  ...op.add,
  ...op.set(at),
];

/** `out` is how many blocks to leave when the loop is over or a cut is found. */
const search = (limit: number, mask: number, over: number, found: number) => [
  ...op.loop,
  ...op.get(at),
  ...op.get(limit),
  ...op.atLeast,
  ...op.branchIf(over),
  ...step,
  ...op.get(hash),
  ...op.get(mask),
  ...op.and,
  ...op.isZero,
  ...op.branchIf(found),
  ...op.branch(0),
  ...op.end,
];

const body = [
  ...op.block,
  ...op.block,
  ...search(middle, strict, 1, 2),
  ...op.end,
  ...search(end, loose, 1, 1),
  ...op.end,
  ...op.get(at),
  ...op.end,
];

/** LEB128, as all numbers of the module. */
const number = (value: number): number[] =>
  value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...number(value >>> 7)];
const sized = (bytes: readonly number[]) => [...number(bytes.length), ...bytes];
const section = (id: number, bytes: readonly number[]) => [id, ...sized(bytes)];
const name = (text: string) => sized([...new TextEncoder().encode(text)]);

/** `\0asm`, version 1. */
const header = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

export const cutModule = (memoryPages: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from([
    ...header,
    // One type: five words in, one out.
    ...section(1, [1, 0x60, ...sized([i32, i32, i32, i32, i32]), ...sized([i32])]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0x00, ...number(memoryPages)]),
    ...section(7, [2, ...name("memory"), 0x02, 0, ...name("cut"), 0x00, 0]),
    // One local of our own besides the parameters: the hash.
    ...section(10, [1, ...sized([1, 1, i32, ...body])]),
  ]);
