import { basename, dirname } from "node:path";
import type { Files } from "../../../src/core/system/files.ts";

/**
 * A disk that remembers what was synced and what was not. After a crash each directory holds what was synced of it plus
 * any part of what came later, in any combination; a file that was not synced holds its beginning, something else of the
 * right length, or nothing. That is what file systems allow themselves.
 */
type Inode = { content: Buffer; synced: Buffer };
type Change = { readonly name: string; readonly inode: Inode | undefined };
type Directory = { now: Map<string, Inode>; synced: Map<string, Inode>; changes: Change[] };

export class Crash extends Error {
  override readonly name = "Crash";
}

export type Fault = "EIO" | "ENOSPC" | "short write" | "crash";

export class SimulatedDisk {
  readonly #directories = new Map<string, Directory>();
  readonly #open = new Map<number, Inode>();
  #nextFile = 100;
  #steps = 0;
  #fault: { readonly at: number; readonly kind: Fault } | undefined;
  #crashed = false;

  get steps(): number {
    return this.#steps;
  }

  failAt(step: number, kind: Fault): void {
    this.#steps = 0;
    this.#fault = { at: step, kind };
  }

  mend(): void {
    this.#fault = undefined;
    this.#steps = 0;
  }

  /** The disk as it may be found after the power came back. */
  afterCrash(random: () => number): SimulatedDisk {
    const disk = new SimulatedDisk();
    const inodes = new Map<Inode, Inode>();
    const survived = (inode: Inode): Inode => {
      const known = inodes.get(inode);
      if (known !== undefined) return known;
      const content = this.#survivingContent(inode, random);
      const copy = { content, synced: content };
      inodes.set(inode, copy);
      return copy;
    };
    for (const [path, { synced, changes }] of this.#directories) {
      const entries = new Map(synced);
      for (const { name, inode } of changes) {
        if (random() < 0.5) continue;
        if (inode === undefined) entries.delete(name);
        else entries.set(name, inode);
      }
      const now = new Map([...entries].map(([name, inode]) => [name, survived(inode)]));
      disk.#directories.set(path, { now, synced: new Map(now), changes: [] });
    }
    return disk;
  }

  /** An independent copy, everything on it synced. */
  copy(): SimulatedDisk {
    const disk = new SimulatedDisk();
    for (const [path, { now }] of this.#directories) {
      const entries = new Map(
        [...now].map(([name, { content }]) => [
          name,
          { content: Buffer.from(content), synced: Buffer.from(content) },
        ]),
      );
      disk.#directories.set(path, { now: entries, synced: new Map(entries), changes: [] });
    }
    return disk;
  }

  #survivingContent({ content, synced }: Inode, random: () => number): Buffer {
    if (content.equals(synced)) return content;
    const choice = random();
    if (choice < 0.25) return synced;
    if (choice < 0.5) return content;
    const kept = Buffer.from(content.subarray(0, Math.floor(random() * content.length)));
    return choice < 0.75 ? kept : Buffer.concat([kept, Buffer.alloc(content.length - kept.length)]);
  }

  /** Every operation that changes something is a step, and may be the one that fails. */
  #step(undo: (kind: Fault) => void = () => undefined): void {
    if (this.#crashed) throw new Crash("the machine is off");
    this.#steps += 1;
    if (this.#fault?.at !== this.#steps) return;
    const { kind } = this.#fault;
    undo(kind);
    if (kind === "crash") {
      this.#crashed = true;
      throw new Crash("the power failed");
    }
    throw systemError(kind === "short write" ? "ENOSPC" : kind);
  }

  #alive(): void {
    if (this.#crashed) throw new Crash("the machine is off");
  }

  #directory(path: string): Directory {
    const found = this.#directories.get(path.replace(/(?<=.)\/$/, ""));
    if (found === undefined) throw systemError("ENOENT");
    return found;
  }

  #inode(file: number): Inode {
    const inode = this.#open.get(file);
    if (inode === undefined) throw systemError("EBADF");
    return inode;
  }

  #set(path: string, inode: Inode | undefined): void {
    const directory = this.#directory(dirname(path));
    const name = basename(path);
    if (inode === undefined) directory.now.delete(name);
    else directory.now.set(name, inode);
    directory.changes.push({ name, inode });
  }

  #get(path: string): Inode {
    const inode = this.#directory(dirname(path)).now.get(basename(path));
    if (inode === undefined) throw systemError("ENOENT");
    return inode;
  }

  #writeAt(inode: Inode, bytes: Uint8Array, position: number): void {
    const put = (length: number): void => {
      const size = Math.max(inode.content.length, position + length);
      const content = Buffer.alloc(size);
      inode.content.copy(content);
      content.set(bytes.subarray(0, length), position);
      inode.content = content;
    };
    this.#step((kind) => {
      if (kind === "short write" || kind === "crash") put(Math.floor(bytes.length / 2));
    });
    put(bytes.length);
  }

  readonly files: Files = {
    create: (path) => {
      this.#step();
      if (this.#directory(dirname(path)).now.has(basename(path))) throw systemError("EEXIST");
      const inode = { content: Buffer.alloc(0), synced: Buffer.alloc(0) };
      this.#set(path, inode);
      this.#nextFile += 1;
      this.#open.set(this.#nextFile, inode);
      return this.#nextFile;
    },
    openForReading: (path) => {
      this.#alive();
      const inode = this.#get(path);
      this.#nextFile += 1;
      this.#open.set(this.#nextFile, inode);
      return this.#nextFile;
    },
    write: (file, parts) => {
      const inode = this.#inode(file);
      const all = Buffer.concat(parts);
      this.#step((kind) => {
        const part = kind === "short write" || kind === "crash" ? Math.floor(all.length / 2) : 0;
        inode.content = Buffer.concat([inode.content, all.subarray(0, part)]);
      });
      inode.content = Buffer.concat([inode.content, all]);
    },
    openPast: (path) => {
      this.#alive();
      this.#nextFile += 1;
      this.#open.set(this.#nextFile, this.#get(path));
      return this.#nextFile;
    },
    // Late, as a disk is: what its writer does meanwhile is done before it.
    writeBeside: async (file, bytes, position) => {
      const inode = this.#inode(file);
      await Promise.resolve();
      this.#writeAt(inode, bytes, position);
    },
    writeAt: (file, bytes, position) => {
      this.#writeAt(this.#inode(file), bytes, position);
    },
    read: (file, into, position) => {
      this.#alive();
      return this.#inode(file).content.copy(into, 0, position);
    },
    size: (file) => {
      this.#alive();
      return this.#inode(file).content.length;
    },
    sync: (file) => {
      this.#step();
      const inode = this.#inode(file);
      inode.synced = inode.content;
    },
    syncBeside: async (file) => {
      const inode = this.#inode(file);
      await Promise.resolve();
      this.#step();
      inode.synced = inode.content;
    },
    // It promises nothing, and here it does nothing: what only it had written is lost in a crash.
    hurry: () => {
      this.#alive();
    },
    close: (file) => {
      this.#alive();
      this.#open.delete(file);
    },
    link: (from, to) => {
      this.#step();
      if (this.#directory(dirname(to)).now.has(basename(to))) throw systemError("EEXIST");
      this.#set(to, this.#get(from));
    },
    rename: (from, to) => {
      this.#step();
      const inode = this.#get(from);
      this.#directory(dirname(to));
      this.#set(to, inode);
      this.#set(from, undefined);
    },
    remove: (path) => {
      this.#step();
      this.#get(path);
      this.#set(path, undefined);
    },
    makeDirectory: (path) => {
      this.#step();
      for (let at = path; !this.#directories.has(at); at = dirname(at)) {
        this.#directories.set(at, { now: new Map(), synced: new Map(), changes: [] });
      }
    },
    names: (path) => {
      this.#alive();
      return [...this.#directory(path).now.keys()];
    },
    stat: (path) => {
      this.#alive();
      const inode = this.#directories.get(dirname(path))?.now.get(basename(path));
      return inode === undefined ? undefined : { sizeBytes: inode.content.length, modifiedAt: 0 };
    },
    syncDirectory: (path) => {
      this.#step();
      const directory = this.#directory(path);
      directory.synced = new Map(directory.now);
      directory.changes = [];
    },
  };
}

const systemError = (code: string): Error => Object.assign(new Error(`${code}: simulated`), { code });
