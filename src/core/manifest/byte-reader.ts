/** Bytes that do not say what the format promises. The store turns it into a finding or a Problem with a name. */
export class Malformed extends Error {
  override readonly name = "Malformed";
}

/** Reads what ByteWriter wrote, and believes no length that the bytes do not have. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  byte(): number {
    const value = this.#bytes[this.#at];
    if (value === undefined) throw new Malformed("ends too early");
    this.#at += 1;
    return value;
  }

  varint(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (value > Number.MAX_SAFE_INTEGER) throw new Malformed("number too large");
      if (byte < 0x80) return value;
      scale *= 0x80;
      if (scale > 2 ** 56) throw new Malformed("number too long");
    }
  }

  raw(length: number): Uint8Array {
    if (length > this.#bytes.length - this.#at) throw new Malformed("length beyond the end");
    const bytes = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return bytes;
  }

  bytes(): Uint8Array {
    return this.raw(this.varint());
  }

  latin1(): string {
    const bytes = this.bytes();
    // Short names make up almost all of a manifest; apply() on few arguments is the fastest way to a string.
    if (bytes.length < 512) return String.fromCharCode.apply(undefined, bytes as unknown as number[]);
    let text = "";
    for (const byte of bytes) text += String.fromCharCode(byte);
    return text;
  }

  time(): bigint {
    const zigzag = this.varint();
    const seconds = zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
    const rest = this.varint();
    if (rest >= 1_000_000_000) throw new Malformed("nanoseconds out of range");
    return BigInt(seconds) * 1_000_000_000n + BigInt(rest);
  }
}
