import type { Clock } from "../../../ground/index.ts";
import { createKeyParser, type Key } from "./keys.ts";

/** The part of a tty stream that is read from; `process.stdin` is one. */
export type TerminalInput = {
  readonly isTTY?: boolean;
  setRawMode?(raw: boolean): unknown;
  on(event: "data", run: (chunk: Uint8Array | string) => void): unknown;
  on(event: "end" | "close", run: () => void): unknown;
  on(event: "error", run: (error: Error) => void): unknown;
  off(event: "data", run: (chunk: Uint8Array | string) => void): unknown;
  off(event: "end" | "close", run: () => void): unknown;
  off(event: "error", run: (error: Error) => void): unknown;
  resume(): unknown;
  pause(): unknown;
};

/** How long an escape may still be the beginning of a sequence; SSH can cut one in two. */
const escapeMs = 40;
/** How long a paste may pause before it is taken as finished: its end may have been lost with a connection. */
const pasteMs = 2_000;

/** The one door keys come in by: nothing else reads the terminal's input. */
export class Input {
  readonly #stream: TerminalInput;
  readonly #clock: Clock;
  readonly #onKeys: (keys: readonly Key[]) => void;
  #parser = createKeyParser();
  #cancel: () => void = () => undefined;
  #isOpen = false;

  constructor(stream: TerminalInput, clock: Clock, onKeys: (keys: readonly Key[]) => void) {
    this.#stream = stream;
    this.#clock = clock;
    this.#onKeys = onKeys;
  }

  open(): void {
    // Set again even when it seems set: a shell that had the terminal in between has changed it, and the stream
    // leaves out what it believes to be done.
    this.#stream.setRawMode?.(false);
    this.#stream.setRawMode?.(true);
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#stream.on("data", this.#read);
    this.#stream.resume();
  }

  /** What was begun is forgotten: the rest of it, if it comes, comes to somebody else. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#cancel();
    this.#parser = createKeyParser();
    this.#stream.off("data", this.#read);
    this.#stream.pause();
    this.#stream.setRawMode?.(false);
  }

  readonly #read = (chunk: Uint8Array | string): void => {
    this.#cancel();
    const keys = this.#parser.push(chunk);
    const pending = this.#parser.pending();
    if (pending !== "nothing") {
      this.#cancel = this.#clock.after(pending === "paste" ? pasteMs : escapeMs, () => {
        const settled = this.#parser.settle();
        if (settled.length > 0) this.#onKeys(settled);
      });
    }
    if (keys.length > 0) this.#onKeys(keys);
  };
}
