import { Readable, Writable } from "node:stream";
import type { Size } from "./rectangle.ts";

/**
 * What Ink is given for a terminal. There is one owner of the real one, and it is not Ink: two programs that both
 * enter the alternate screen, hide the cursor, switch raw mode and listen to signals undo each other's work on the
 * way out. So Ink is told that it draws live, on something that is no tty: all it then ever writes is whole frames.
 */
export class FrameSink extends Writable {
  readonly #size: () => Size;
  readonly #onFrame: (lines: readonly string[]) => void;

  constructor(size: () => Size, onFrame: (lines: readonly string[]) => void) {
    super({ decodeStrings: false });
    this.#size = size;
    this.#onFrame = onFrame;
  }

  readonly isTTY = false;

  get columns(): number {
    return this.#size().columns;
  }

  get rows(): number {
    return this.#size().rows;
  }

  override _write(chunk: Buffer | string, _encoding: BufferEncoding, done: () => void): void {
    const body = String(chunk).replace(cursorMoves, "");
    if (body !== "") this.#onFrame((body.endsWith("\n") ? body.slice(0, -1) : body).split("\n"));
    done();
  }
}

/** Ink begins a frame by erasing the last one, line by line. */
const cursorMoves = /^(?:\u001b\[[\d;]*[A-HJK])+/;

/** Never has anything to read: keys come in through the console's own door. */
export class SilentInput extends Readable {
  readonly isTTY = false;

  override _read(): void {
    // Nothing will ever come, and nothing ends.
  }
}
