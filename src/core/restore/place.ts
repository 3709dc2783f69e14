import {
  chmodSync,
  constants,
  lchownSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
} from "node:fs";
import { join } from "node:path";
import { errnoOf } from "../../ground/index.ts";
import type { Finding } from "../findings.ts";
import { bytePath, bytesOfPath, pathOfText, pathText, type BytePath } from "../manifest/byte-path.ts";
import type { Entry } from "../manifest/entry.ts";
import { writeAttributes } from "../source/attributes.ts";
import { Reach } from "../source/reach.ts";
import { syncAndClose, syncDirectoryAt } from "../system/files.ts";
import { childProcesses } from "../system/late.ts";
import { mayNotGive, timeOf, type Owner } from "./write-file.ts";

/** Only root may give files away; asking for one's own changes nothing. */
const ownerOf = ({ uid, gid }: Entry, mine: Owner | undefined): Owner | undefined =>
  mine === undefined || (mine.uid === uid && mine.gid === gid) ? undefined : { uid, gid };

const ownOwner = (): Owner | undefined => {
  const [uid, gid] = [process.getuid?.(), process.getgid?.()];
  return uid === undefined || gid === undefined ? undefined : { uid, gid };
};

/** Everything of a restore that is not content. */
export class Placer implements Disposable {
  readonly target: string;
  readonly findings: Finding[] = [];
  readonly #root: BytePath;
  readonly #reach = new Reach();
  readonly #mine = ownOwner();

  constructor(target: string) {
    this.target = target;
    this.#root = pathOfText(target);
  }

  at(path: BytePath): BytePath {
    return bytePath(`${this.#root}/${path}`);
  }

  #reached(path: BytePath): string | Buffer {
    return this.#reach.at(this.at(path));
  }

  /** Whom it has to be given to. */
  ownerOf(entry: Entry): Owner | undefined {
    return ownerOf(entry, this.#mine);
  }

  directories(chosen: readonly Entry[]): void {
    for (const { path, node } of chosen) {
      if (node.type !== "directory") continue;
      try {
        mkdirSync(this.#reached(path), { mode: 0o700 });
      } catch (error) {
        if (errnoOf(error) !== "EEXIST") throw error;
      }
    }
  }

  /** Links, fifos, and what cannot be made by a program like this; says how many second names of files it made. */
  links(chosen: readonly Entry[], missing: ReadonlySet<BytePath>): number {
    let secondNames = 0;
    const written = new Set<BytePath>();
    for (const { path, node } of chosen) if (node.type === "file" && !missing.has(path)) written.add(path);
    for (const entry of chosen) {
      try {
        if (this.#link(entry, written) === "second name") secondNames += 1;
      } catch (error) {
        const code = errnoOf(error);
        // What has no room ends the restore, as it does for content.
        if (code === "ENOSPC" || code === "EDQUOT") throw error;
        this.#notRestored(entry, code ?? String(error));
      }
    }
    return secondNames;
  }

  #link(entry: Entry, written: ReadonlySet<BytePath>): "second name" | undefined {
    const { path, node } = entry;
    switch (node.type) {
      case "symlink":
        this.#clear(path);
        symlinkSync(Buffer.from(bytesOfPath(node.target)), this.#reached(path));
        this.#own(entry);
        lutimesSync(this.#reached(path), timeOf(entry.mtimeNs), timeOf(entry.mtimeNs));
        return;
      case "hardlink":
        if (!written.has(node.target)) {
          this.#notRestored(
            entry,
            `${pathText(node.target)}, which it is a second name of, could not be restored`,
          );
          return;
        }
        this.#clear(path);
        linkSync(this.#reached(node.target), this.#reached(path));
        return "second name";
      case "fifo":
        this.#clear(path);
        this.#makeFifo(entry);
        return;
      case "character-device":
      case "block-device":
        this.#notRestored(entry, "devices are not made again");
        return;
      // A socket comes to life with the program that listens on it.
      case "socket":
      case "file":
      case "directory":
        return;
    }
  }

  /** Under a name that a program's argument can be, whatever bytes its own is made of and however deep it lies. */
  #makeFifo(entry: Entry): void {
    const plain = join(this.target, `.clawback-fifo-${process.pid}`);
    rmSync(plain, { force: true });
    const made = childProcesses().spawnSync("mkfifo", ["-m", entry.mode.toString(8), "--", plain]);
    if (made.status !== 0) {
      this.#notRestored(entry, "fifos cannot be made here");
      return;
    }
    renameSync(plain, this.#reached(entry.path));
    this.#own(entry);
    // A change of owner takes setuid bits away.
    chmodSync(this.#reached(entry.path), entry.mode);
    lutimesSync(this.#reached(entry.path), timeOf(entry.mtimeNs), timeOf(entry.mtimeNs));
  }

  #clear(path: BytePath): void {
    rmSync(this.#reached(path), { force: true });
  }

  #own(entry: Entry): void {
    const owner = this.ownerOf(entry);
    if (owner === undefined) return;
    try {
      lchownSync(this.#reached(entry.path), owner.uid, owner.gid);
    } catch (error) {
      if (!mayNotGive(error)) throw error;
      this.ownerLost(entry);
    }
  }

  ownerLost({ path, uid, gid }: Entry): void {
    this.findings.push({
      code: "OWNER_NOT_RESTORED",
      path: pathText(path),
      message: `${pathText(path)} belonged to ${uid}:${gid} and now belongs to whoever ran the restore.`,
      hint: "Only root can give files away.",
    });
  }

  #notRestored({ path, node }: Entry, reason: string): void {
    this.findings.push({
      code: "NOT_RESTORED",
      path: pathText(path),
      message: `${pathText(path)} (${node.type}) could not be restored: ${reason}.`,
    });
  }

  /** Attributes, then directories from the deepest up. */
  async finish(chosen: readonly Entry[], sync: boolean, signal: AbortSignal): Promise<void> {
    const described = chosen.filter(
      ({ attributes, node }) => attributes.length > 0 && node.type !== "hardlink",
    );
    const wanted = described.map(({ path, attributes }) => ({ path: this.at(path), attributes }));
    for (const path of await writeAttributes(wanted, signal)) {
      const relative = pathText(bytePath(path.slice(this.#root.length + 1)));
      this.findings.push({
        code: "ATTRIBUTES_NOT_RESTORED",
        path: relative,
        message: `The extended attributes of ${relative} could not be set.`,
        hint: "The file system may not support them, or they need root.",
      });
    }
    // Files were synced before they had theirs.
    if (sync) for (const { path, node } of described) if (node.type === "file") this.#syncFile(path);
    for (const entry of chosen.toReversed()) {
      if (entry.node.type !== "directory") continue;
      // Opened while it still may be: its own mode may not allow it.
      const directory = sync ? openSync(this.#reached(entry.path), constants.O_RDONLY) : undefined;
      this.#own(entry);
      chmodSync(this.#reached(entry.path), entry.mode);
      utimesSync(this.#reached(entry.path), timeOf(entry.mtimeNs), timeOf(entry.mtimeNs));
      if (directory === undefined) continue;
      syncAndClose(directory);
    }
    if (sync) syncDirectoryAt(this.target);
  }

  #syncFile(path: BytePath): void {
    let file: number;
    try {
      file = openSync(this.#reached(path), constants.O_RDONLY | constants.O_NOFOLLOW);
    } catch (error) {
      // Its own mode may not let it be read, or it could not be restored: its directory is synced all the same.
      if (errnoOf(error) === undefined) throw error;
      return;
    }
    syncAndClose(file);
  }

  [Symbol.dispose](): void {
    this.#reach[Symbol.dispose]();
  }
}
