import { closeSync, constants, openSync } from "node:fs";
import { bytePath, bytesOfPath, pathOfShown, pathOfText, type BytePath } from "../manifest/byte-path.ts";

/**
 * What to hand to the file system for a path of bytes. The kernel takes no path above 4,096 bytes; deeper ones are
 * reached, where there is /proc, through the open descriptor of a directory on the way.
 */
const longestPath = 3_900;
/** Where long paths are cut; with the longest name on top that is still short enough. */
const stride = 3_600;
const maxHeld = 8;

// oxlint-disable-next-line no-control-regex -- "is it plain ASCII" is exactly this range
const ascii = /^[\u0000-\u007f]*$/;

export const nativePath = (path: string): string | Buffer =>
  ascii.test(path) ? path : Buffer.from(bytesOfPath(bytePath(path)));

/** What to hand to the file system for a path as it is shown. */
export const nativeOfShown = (shown: string): string | Buffer => nativePath(pathOfShown(shown));

/** What stands below a directory under the path that is shown as this text. */
export const placeOfShown = (directory: string, shown: string): Buffer =>
  Buffer.from(bytesOfPath(bytePath(`${pathOfText(directory)}/${pathOfShown(shown)}`)));

export class Reach implements Disposable {
  readonly #held = new Map<string, number>();

  at(path: BytePath): string | Buffer {
    if (path.length <= longestPath) return nativePath(path);
    // Always cut at the same places, so that neighbours share a descriptor.
    const cut = path.lastIndexOf("/", Math.floor((path.length - 1) / stride) * stride);
    if (cut <= 0) return nativePath(path);
    return nativePath(`/proc/self/fd/${this.#directory(bytePath(path.slice(0, cut)))}${path.slice(cut)}`);
  }

  #directory(path: BytePath): number {
    const held = this.#held.get(path);
    if (held !== undefined) return held;
    const opened = openSync(this.at(path), constants.O_RDONLY | constants.O_DIRECTORY);
    this.#held.set(path, opened);
    for (const [oldest, file] of this.#held) {
      if (this.#held.size <= maxHeld) break;
      // A deeper one was opened through it and does not need it any more.
      this.#held.delete(oldest);
      closeSync(file);
    }
    return opened;
  }

  [Symbol.dispose](): void {
    for (const file of this.#held.values()) closeSync(file);
    this.#held.clear();
  }
}
