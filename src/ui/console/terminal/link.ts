import { constants } from "node:os";
import { writeSync } from "node:fs";
import type { Clock } from "../../../ground/index.ts";

/** The part of a tty stream that the link needs; `process.stdout` is one. */
export type TerminalOutput = {
  readonly fd?: number;
  readonly columns?: number;
  readonly rows?: number;
  readonly isTTY?: boolean;
  write(chunk: string, written: (error?: Error | null) => void): boolean;
  on(event: "resize", run: () => void): unknown;
  on(event: "error", run: (error: Error) => void): unknown;
  off(event: "resize", run: () => void): unknown;
};

/** A link that takes longer than this to take one frame is slow; whoever publishes should publish less. */
const slowMs = 120;

/**
 * The way to the terminal: at most one chunk is under way at any time. Node writes to a tty synchronously, so that a
 * frozen SSH connection freezes the whole process with it; the link makes the tty non-blocking and says when it is
 * free again, and whoever draws keeps only the newest frame until then.
 */
export class Link {
  bytesWritten = 0;
  /** How long the last chunk that had to wait took to go out; decays with every chunk that did not. */
  #delayMs = 0;
  #sentAt: number | undefined;
  readonly #output: TerminalOutput;
  readonly #clock: Clock;
  #onFree: () => void = () => undefined;
  #waiting: (() => void)[] = [];
  #isClosed = false;

  constructor(output: TerminalOutput, clock: Clock) {
    this.#output = output;
    this.#clock = clock;
  }

  /** The tty is ours: it must never hold us up. */
  take(): void {
    setBlocking(this.#output, false);
  }

  /** The tty is somebody else's, who expects it as ttys are: a pager that is told "try again" loses lines. */
  lend(): void {
    setBlocking(this.#output, true);
  }

  get isBusy(): boolean {
    return this.#sentAt !== undefined;
  }

  get delayMs(): number {
    return this.#sentAt === undefined
      ? this.#delayMs
      : Math.max(this.#delayMs, this.#clock.steady() - this.#sentAt);
  }

  get isSlow(): boolean {
    return this.delayMs > slowMs;
  }

  whenFree(run: () => void): void {
    this.#onFree = run;
  }

  /** Only when not busy. */
  send(chunk: string): void {
    if (this.#isClosed) return;
    this.bytesWritten += Buffer.byteLength(chunk);
    const sentAt = this.#clock.steady();
    this.#sentAt = sentAt;
    this.#output.write(chunk, () => {
      const tookMs = this.#clock.steady() - sentAt;
      this.#delayMs = tookMs > slowMs ? tookMs : this.#delayMs * 0.8;
      this.#sentAt = undefined;
      for (const each of this.#waiting.splice(0)) each();
      if (!this.#isClosed) this.#onFree();
    });
  }

  /** Whether the last chunk went out within this time. */
  async drained(limitMs: number): Promise<boolean> {
    if (!this.isBusy) return true;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const cancel = this.#clock.after(limitMs, () => {
      resolve(false);
    });
    this.#waiting.push(() => {
      cancel();
      resolve(true);
    });
    return promise;
  }

  /**
   * Writes past the stream, at once, for the way out: the process may be gone in the next moment. Gives up after
   * `limitMs` when the terminal takes nothing. A chunk that is half out is cut short by the escape that begins `text`.
   */
  writeNow(text: string, limitMs: number): boolean {
    const { fd } = this.#output;
    if (fd === undefined) return false;
    const bytes = Buffer.from(text);
    const until = performance.now() + limitMs;
    let written = 0;
    while (written < bytes.length) {
      try {
        written += writeSync(fd, bytes, written);
      } catch (error) {
        if (!isBusyError(error) || performance.now() >= until) return false;
        pause(10);
      }
    }
    this.bytesWritten += written;
    return true;
  }

  /** Nothing is sent any more, and what is still queued is thrown away so that it cannot hold the process. */
  abandon(): void {
    this.#isClosed = true;
    closeHandle(this.#output);
  }
}

const isBusyError = (error: unknown): boolean =>
  error instanceof Error && "errno" in error && error.errno === -constants.errno.EAGAIN;

const pause = (ms: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
};

/**
 * Node has no public way to make a tty non-blocking: the handle behind the stream has one, and a test with a real pty
 * watches that it goes on having it.
 */
const handleOf = (output: TerminalOutput): object | undefined =>
  "_handle" in output && typeof output._handle === "object" && output._handle !== null
    ? output._handle
    : undefined;

const setBlocking = (output: TerminalOutput, blocking: boolean): void => {
  const handle = handleOf(output);
  if (handle !== undefined && "setBlocking" in handle && typeof handle.setBlocking === "function") {
    handle.setBlocking(blocking);
  }
};

const closeHandle = (output: TerminalOutput): void => {
  const handle = handleOf(output);
  if (handle !== undefined && "close" in handle && typeof handle.close === "function") handle.close();
};
