/**
 * Styles as small numbers. Every distinct combination of attributes and colours gets an id, 0 being the terminal's
 * own; cells hold ids, and two cells look alike exactly when their ids are equal.
 */

/** A bit of `attributes`, the SGR code that sets it and the one that clears it (bold and dim share theirs). */
const attributes = [
  { bit: 1, on: 1, off: 22 },
  { bit: 2, on: 2, off: 22 },
  { bit: 4, on: 3, off: 23 },
  { bit: 8, on: 4, off: 24 },
  { bit: 16, on: 5, off: 25 },
  { bit: 32, on: 7, off: 27 },
  { bit: 64, on: 8, off: 28 },
  { bit: 128, on: 9, off: 29 },
] as const;

type Style = {
  readonly attributes: number;
  /** SGR parameters as they are written, "" for the terminal's own. */
  readonly text: string;
  readonly ground: string;
};

const plain: Style = { attributes: 0, text: "", ground: "" };

/** Ids fit 16 bits; a theme needs some dozens, a truecolour gradient some hundreds. */
const styleLimit = 16_384;

export class Styles {
  #styles: Style[] = [plain];
  #ids = new Map<string, number>([["0;;", 0]]);
  /** By id: the ids that parameter strings lead to from there. */
  #next: Map<string, number>[] = [new Map()];
  #changes = new Map<number, string>();

  /** True when so many styles have been met that it is time to forget them all and paint anew. */
  get isFull(): boolean {
    return this.#styles.length >= styleLimit;
  }

  clear(): void {
    this.#styles = [plain];
    this.#ids = new Map([["0;;", 0]]);
    this.#next = [new Map()];
    this.#changes.clear();
  }

  /** The style after an SGR sequence with these parameters, starting from style `id`. */
  after(id: number, parameters: string): number {
    if (parameters === "" || parameters === "0") return 0;
    const known = this.#next[id]?.get(parameters);
    if (known !== undefined) return known;
    const found = this.#idOf(applied(this.#styles[id] ?? plain, parameters));
    this.#next[id]?.set(parameters, found);
    return found;
  }

  /** The shortest sequence that turns one style into another. */
  change(from: number, to: number): string {
    if (from === to) return "";
    if (to === 0) return "\u001b[m";
    const pair = from * 0x1_0000 + to;
    const known = this.#changes.get(pair);
    if (known !== undefined) return known;
    if (this.#changes.size >= styleLimit) this.#changes.clear();
    const found = changeBetween(this.#styles[from] ?? plain, this.#styles[to] ?? plain);
    this.#changes.set(pair, found);
    return found;
  }

  #idOf(style: Style): number {
    const key = `${style.attributes};${style.text};${style.ground}`;
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    // Full until the next `clear`: what is new looks plain for one frame.
    if (this.isFull) return 0;
    const id = this.#styles.push(style) - 1;
    this.#ids.set(key, id);
    this.#next.push(new Map());
    return id;
  }
}

const applied = (style: Style, parameters: string): Style => {
  let { attributes: bits, text, ground } = style;
  const codes = parameters.split(/[;:]/);
  for (let at = 0; at < codes.length; at += 1) {
    const code = Number(codes[at]);
    if (code === 0) {
      bits = 0;
      text = "";
      ground = "";
    } else if (code === 38 || code === 48 || code === 58) {
      const length = codes[at + 1] === "5" ? 3 : 5;
      const colour = codes.slice(at, at + length).join(";");
      if (code === 38) text = colour;
      if (code === 48) ground = colour;
      at += length - 1;
    } else if (code === 39) text = "";
    else if (code === 49) ground = "";
    else if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) text = String(code);
    else if ((code >= 40 && code <= 47) || (code >= 100 && code <= 107)) ground = String(code);
    else {
      for (const attribute of attributes) {
        if (attribute.on === code) bits |= attribute.bit;
        if (attribute.off === code) bits &= ~attribute.bit;
      }
    }
  }
  return { attributes: bits, text, ground };
};

const changeBetween = (from: Style, to: Style): string => {
  const bitsOn = (bits: number): string[] =>
    attributes.filter(({ bit }) => (bits & bit) !== 0).map(({ on }) => String(on));
  const fromNothing = ["0", ...bitsOn(to.attributes), to.text, to.ground]
    .filter((each) => each !== "")
    .join(";");
  // Clearing single attributes is where old terminals differ: those changes go by way of a full reset.
  if ((from.attributes & ~to.attributes) !== 0) return `\u001b[${fromNothing}m`;
  const step = bitsOn(to.attributes & ~from.attributes);
  if (from.text !== to.text) step.push(to.text === "" ? "39" : to.text);
  if (from.ground !== to.ground) step.push(to.ground === "" ? "49" : to.ground);
  const small = step.join(";");
  return `\u001b[${small.length <= fromNothing.length ? small : fromNothing}m`;
};
