import { spawnSync } from "node:child_process";
import {
  chmodSync,
  ftruncateSync,
  closeSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import fc from "fast-check";

/**
 * Trees as people and programs leave them behind: names in no encoding, empty things, links that lead nowhere or in
 * circles, files with holes. Made for real and looked at for real.
 */
export type Tree = readonly Item[];

export type Item =
  | {
      readonly kind: "file";
      readonly name: Buffer;
      readonly content: Buffer;
      readonly mode: number;
      readonly mtimeMs: number;
    }
  | { readonly kind: "sparse"; readonly name: Buffer; readonly size: number; readonly at: number }
  | { readonly kind: "directory"; readonly name: Buffer; readonly mode: number; readonly items: Tree }
  | { readonly kind: "symlink"; readonly name: Buffer; readonly target: string }
  | { readonly kind: "fifo"; readonly name: Buffer }
  /** Another name of the first file made so far, when there is one. */
  | { readonly kind: "hardlink"; readonly name: Buffer };

const awkward = [
  "a",
  "A",
  "näme",
  "with space",
  "line\nbreak",
  "quote\"'",
  "-rf",
  "*",
  "🦞",
  "e\u0301",
  "back\\slash",
  "tab\t",
  "\u202egnp.exe",
  "x".repeat(255),
];

const name = fc.oneof(
  fc.constantFrom(...awkward).map((text) => Buffer.from(text)),
  // Any bytes but NUL and the separator.
  fc
    .uint8Array({ minLength: 1, maxLength: 12 })
    .map((bytes) => Buffer.from(bytes.map((byte) => (byte === 0 || byte === 47 ? 95 : byte))))
    .filter((bytes) => !bytes.equals(Buffer.from(".")) && !bytes.equals(Buffer.from(".."))),
);

const content = fc.oneof(
  { weight: 3, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
  // Sizes around the borders of chunks and blocks.
  fc
    .tuple(fc.constantFrom(0, 1, 16_384, 65_535, 65_536, 65_537, 262_144, 700_001), fc.integer())
    .map(([size, seed]) => noise(size, seed)),
);

/** Incompressible and reproducible. */
export const noise = (size: number, seed: number): Buffer => {
  const bytes = Buffer.alloc(size);
  let state = (seed | 0) === 0 ? 1 : seed | 0;
  for (let at = 0; at < size; at += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[at] = state;
  }
  return bytes;
};

/** What nobody may read is only saved by root, who reads it all the same. */
const closed = process.geteuid?.() === 0 ? [0o000] : [];
const mode = fc.constantFrom(0o600, 0o644, 0o755, 0o400, 0o4755, 0o1777, ...closed);
const mtimeMs = fc.integer({ min: -1_000_000, max: 4_000_000_000_000 });

const leaf: fc.Arbitrary<Item> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("file" as const), name, content, mode, mtimeMs }) },
  fc.record({
    kind: fc.constant("sparse" as const),
    name,
    size: fc.integer({ min: 300_000, max: 900_000 }),
    at: fc.integer({ min: 0, max: 290_000 }),
  }),
  fc.record({
    kind: fc.constant("symlink" as const),
    name,
    target: fc.constantFrom("nowhere", ".", "..", "/etc/passwd", "a", "loop", "ünï", "x".repeat(300)),
  }),
  fc.record({ kind: fc.constant("fifo" as const), name }),
  fc.record({ kind: fc.constant("hardlink" as const), name }),
);

export const tree: fc.Arbitrary<Tree> = fc.letrec<{ items: Tree; directory: Item }>((tie) => ({
  items: fc.array(fc.oneof({ weight: 4, arbitrary: leaf }, tie("directory")), { maxLength: 6 }),
  directory: fc.record({
    kind: fc.constant("directory" as const),
    name,
    mode: fc.constantFrom(0o700, 0o755, 0o1777),
    items: tie("items"),
  }),
})).items;

const within = (directory: Buffer, name: Buffer): Buffer =>
  Buffer.concat([directory, Buffer.from("/"), name]);

export const makeTree = (at: string, items: Tree): void => {
  mkdirSync(at, { recursive: true });
  makeItems(Buffer.from(at), items, { first: undefined, plain: `${at}.fifo` });
};

type Seen = {
  first: Buffer | undefined;
  /** A name beside the tree, for what is made under plain text first. */
  readonly plain: string;
};

const makeItems = (directory: Buffer, items: Tree, seen: Seen): void => {
  for (const item of items) {
    const path = within(directory, item.name);
    if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) continue;
    switch (item.kind) {
      case "file":
        writeFileSync(path, item.content);
        seen.first ??= path;
        utimesSync(path, new Date(item.mtimeMs), new Date(item.mtimeMs));
        chmodSync(path, item.mode);
        break;
      case "sparse": {
        const file = openSync(path, "wx");
        writeSync(file, "in the middle", item.at);
        ftruncateSync(file, item.size);
        closeSync(file);
        break;
      }
      case "directory":
        mkdirSync(path);
        makeItems(path, item.items, seen);
        utimesSync(path, 1_600_000_000.25, 1_600_000_000.25);
        chmodSync(path, item.mode);
        break;
      case "symlink":
        symlinkSync(item.target, path);
        lutimesSync(path, 1_500_000_000.5, 1_500_000_000.5);
        break;
      case "fifo":
        // A program's arguments are text, and names are not.
        spawnSync("mkfifo", ["--", seen.plain]);
        renameSync(seen.plain, path);
        utimesSync(path, 1_400_000_000.75, 1_400_000_000.75);
        break;
      case "hardlink":
        if (seen.first !== undefined) linkSync(seen.first, path);
        break;
    }
  }
};

/** As the system counts them: forward, also before 1970. */
export const microsecondOf = (ns: bigint): bigint => (ns < 0n ? ns - 999n : ns) / 1_000n;

/** Everything that can be seen of a tree, in a form that compares. Times to the microsecond. */
export const lookAt = (at: string): readonly string[] => {
  const inodes = new Map<bigint, number>();
  const lines: string[] = [];
  const walk = (directory: Buffer, below: Buffer) => {
    for (const name of readdirSync(directory, { encoding: "buffer" }).toSorted((a, b) =>
      Buffer.compare(a, b),
    )) {
      const path = within(directory, name);
      const shown = within(below, name);
      const stat = lstatSync(path, { bigint: true });
      const common = `${shown.toString("hex")} ${stat.mode.toString(8)} ${stat.uid}:${stat.gid}`;
      const time = `${microsecondOf(stat.mtimeNs)}`;
      if (stat.isSymbolicLink())
        lines.push(`${common} ${time} -> ${readlinkSync(path, { encoding: "buffer" }).toString("hex")}`);
      else if (stat.isFile()) {
        if (!inodes.has(stat.ino)) inodes.set(stat.ino, inodes.size);
        const sparse = stat.blocks * 512n + 65_536n < stat.size;
        lines.push(
          `${common} ${time} ${stat.size} inode ${inodes.get(stat.ino)} ${sparse ? "sparse" : ""} ${readFileSync(path).toString("base64")}`,
        );
      } else lines.push(`${common} ${time}`);
      if (stat.isDirectory()) walk(path, shown);
    }
  };
  walk(Buffer.from(at), Buffer.alloc(0));
  return lines;
};
