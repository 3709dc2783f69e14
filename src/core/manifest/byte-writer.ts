/** Growing bytes with the few shapes the format needs: varints, fixed words, and byte strings with their length. */
export class ByteWriter {
  #bytes: Uint8Array;
  #length = 0;

  constructor(capacity = 1024) {
    this.#bytes = new Uint8Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length] = value;
    this.#length += 1;
  }

  /** Unsigned, seven bits a byte, lowest first; up to 2^53 - 1. */
  varint(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`no varint: ${value}`);
    this.#reserve(8);
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#length] = (rest % 0x80) + 0x80;
      this.#length += 1;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length] = rest;
    this.#length += 1;
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Length as a varint, then the bytes. */
  bytes(bytes: Uint8Array): void {
    this.varint(bytes.length);
    this.raw(bytes);
  }

  /** The characters of `text` from `start`, one byte each, behind their number. */
  latin1(text: string, start = 0): void {
    const length = text.length - start;
    this.varint(length);
    this.#reserve(length);
    for (let at = start; at < text.length; at += 1)
      this.#bytes[this.#length + at - start] = text.charCodeAt(at);
    this.#length += length;
  }

  /** Nanoseconds since the epoch: seconds (zigzag), then the rest. */
  time(ns: bigint): void {
    let seconds = ns / 1_000_000_000n;
    let rest = ns % 1_000_000_000n;
    if (rest < 0n) {
      rest += 1_000_000_000n;
      seconds -= 1n;
    }
    const whole = Number(seconds);
    this.varint(whole < 0 ? -whole * 2 - 1 : whole * 2);
    this.varint(Number(rest));
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  reset(): void {
    this.#length = 0;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + more));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}
