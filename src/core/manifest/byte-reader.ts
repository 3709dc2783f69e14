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

  /** Where it stands. Who knows what lies between there and somewhere else may move it. */
  get at(): number {
    return this.#at;
  }

  moveTo(at: number): void {
    this.#at = at;
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

  /** Goes over so many varints, whatever they say. */
  passVarints(count: number): void {
    for (let left = count; left > 0; left -= 1) while (this.byte() >= 0x80);
  }

  pass(length: number): void {
    if (length > this.#bytes.length - this.#at) throw new Malformed("length beyond the end");
    this.#at += length;
  }

  raw(length: number): Uint8Array {
    const from = this.#at;
    this.pass(length);
    return this.#bytes.subarray(from, this.#at);
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
