import { isTrailName, trailNames, type TrailName } from "../../vitals/trail.ts";
import { isVitalName, vitalNames, type VitalName } from "../../vitals/vital.ts";
import { parseQuantity } from "../quantity.ts";
import { common, dimensionOf, result, type Dimension } from "./dimension.ts";
import { ExpressionError, tokens, type Token } from "./lexer.ts";
import { nearest } from "./nearest.ts";

/**
 * A small language for own rules:
 *
 *     rule       = or [ "for" duration ]
 *     or         = and { "or" and }
 *     and        = not { "and" not }
 *     not        = "not" not | comparison
 *     comparison = sum [ ("<" | "<=" | ">" | ">=" | "==" | "!=") sum ]
 *     sum        = product { ("+" | "-") product }
 *     product    = factor { ("*" | "/") factor }
 *     factor     = number [unit] | vital | function "(" vital "," duration ")" | "(" or ")" | "-" factor
 *
 * It has no names but the vitals and the functions below, no loops and no text: it cannot do anything but compare.
 */
export type Numeric =
  | { readonly kind: "number"; readonly value: number; readonly dimension: Dimension }
  | { readonly kind: "vital"; readonly name: VitalName; readonly dimension: Dimension }
  | {
      readonly kind: "over";
      readonly how: Over;
      readonly name: TrailName;
      readonly windowMs: number;
      readonly dimension: Dimension;
    }
  | {
      readonly kind: "arithmetic";
      readonly sign: "+" | "-" | "*" | "/";
      readonly left: Numeric;
      readonly right: Numeric;
      readonly dimension: Dimension;
    };

export type Condition =
  | { readonly kind: "both" | "either"; readonly left: Condition; readonly right: Condition }
  | { readonly kind: "not"; readonly of: Condition }
  | {
      readonly kind: "compare";
      readonly sign: Comparison;
      readonly left: Numeric;
      readonly right: Numeric;
    };

export type Expression = { readonly condition: Condition; readonly forMs: number };

const overs = ["avg", "min", "max", "p50", "p95", "p99", "growth"] as const;
export type Over = (typeof overs)[number];

const comparisons = ["<", "<=", ">", ">=", "==", "!="] as const;
export type Comparison = (typeof comparisons)[number];

type Parsed = Numeric | Condition;

const deepest = 32;

export const parseExpression = (text: string): Expression => new Parser(text).rule();

class Parser {
  readonly #tokens: readonly Token[];
  #place = 0;
  #depth = 0;

  constructor(text: string) {
    this.#tokens = tokens(text);
  }

  rule(): Expression {
    const start = this.#next;
    const condition = this.#condition(this.#or(), start);
    const forMs = this.#takeWord("for") ? this.#duration() : 0;
    const rest = this.#next;
    if (rest.kind !== "end") throw new ExpressionError(rest.at, `did not expect "${rest.text}" here`);
    return { condition, forMs };
  }

  get #next(): Token {
    return (
      this.#tokens[Math.min(this.#place, this.#tokens.length - 1)] ?? { kind: "end", at: 0, text: "the end" }
    );
  }

  #takeWord(word: string): boolean {
    const { kind, text } = this.#next;
    if (kind !== "name" || text !== word) return false;
    this.#place += 1;
    return true;
  }

  #takeSign<Text extends string>(...wanted: readonly Text[]): Text | undefined {
    const { kind, text } = this.#next;
    if (kind !== "sign") return undefined;
    const found = wanted.find((each) => each === text);
    if (found !== undefined) this.#place += 1;
    return found;
  }

  #expect(sign: string): void {
    const { at, text } = this.#next;
    if (this.#takeSign(sign) === undefined)
      throw new ExpressionError(at, `expected "${sign}" instead of ${quoted(text)}`);
  }

  #or(): Parsed {
    return this.#joined("or", "either", () => this.#and());
  }

  #and(): Parsed {
    return this.#joined("and", "both", () => this.#not());
  }

  #joined(word: string, kind: "both" | "either", part: () => Parsed): Parsed {
    const start = this.#next;
    let left = part();
    while (this.#takeWord(word)) {
      const second = this.#next;
      left = { kind, left: this.#condition(left, start), right: this.#condition(part(), second) };
    }
    return left;
  }

  #not(): Parsed {
    if (!this.#takeWord("not")) return this.#comparison();
    const start = this.#next;
    return {
      kind: "not",
      of: this.#condition(
        this.#deeper(() => this.#not()),
        start,
      ),
    };
  }

  #comparison(): Parsed {
    const start = this.#next;
    const left = this.#sum();
    const { at } = this.#next;
    const sign = this.#takeSign(...comparisons);
    if (sign === undefined) return left;
    const second = this.#next;
    const numbers = { left: this.#number(left, start), right: this.#number(this.#sum(), second) };
    common(numbers.left.dimension, numbers.right.dimension, at);
    return { kind: "compare", sign, ...numbers };
  }

  #sum(): Parsed {
    return this.#arithmetic(["+", "-"] as const, () => this.#product());
  }

  #product(): Parsed {
    return this.#arithmetic(["*", "/"] as const, () => this.#factor());
  }

  #arithmetic(signs: readonly ("+" | "-" | "*" | "/")[], part: () => Parsed): Parsed {
    const start = this.#next;
    let left = part();
    for (;;) {
      const { at } = this.#next;
      const sign = this.#takeSign(...signs);
      if (sign === undefined) return left;
      const second = this.#next;
      const numbers = { left: this.#number(left, start), right: this.#number(part(), second) };
      left = {
        kind: "arithmetic",
        sign,
        ...numbers,
        dimension: result(sign, numbers.left.dimension, numbers.right.dimension, at),
      };
    }
  }

  #factor(): Parsed {
    const token = this.#next;
    if (this.#takeSign("-") !== undefined) {
      const of = this.#number(
        this.#deeper(() => this.#factor()),
        token,
      );
      const zero: Numeric = { kind: "number", value: 0, dimension: "any" };
      return { kind: "arithmetic", sign: "-", left: zero, right: of, dimension: of.dimension };
    }
    if (this.#takeSign("(") !== undefined) {
      const inner = this.#deeper(() => this.#or());
      this.#expect(")");
      return inner;
    }
    this.#place += 1;
    if (token.kind === "number") return literal(token);
    if (token.kind === "name") return this.#named(token);
    throw new ExpressionError(token.at, `expected a vital or a number instead of ${quoted(token.text)}`);
  }

  #named(token: Token): Numeric {
    const how = overs.find((each) => each === token.text);
    if (how !== undefined) return this.#over(how);
    if (isVitalName(token.text)) {
      return { kind: "vital", name: token.text, dimension: dimensionOf(token.text) };
    }
    throw new ExpressionError(
      token.at,
      `${quoted(token.text)} is no vital${nearest(token.text, [...vitalNames, ...overs])}`,
    );
  }

  #over(how: Over): Numeric {
    this.#expect("(");
    const token = this.#next;
    this.#place += 1;
    if (token.kind !== "name" || !isTrailName(token.text)) {
      throw new ExpressionError(
        token.at,
        `${quoted(token.text)} has no history${nearest(token.text, trailNames)}`,
      );
    }
    this.#expect(",");
    const windowMs = this.#duration();
    this.#expect(")");
    return { kind: "over", how, name: token.text, windowMs, dimension: dimensionOf(token.text) };
  }

  #duration(): number {
    const token = this.#next;
    this.#place += 1;
    const ms =
      token.kind === "number" && token.unit !== ""
        ? parseQuantity("duration", `${token.text}${token.unit}`)
        : undefined;
    if (ms === undefined)
      throw new ExpressionError(token.at, `expected a duration like 2m instead of ${quoted(token.text)}`);
    if (ms > 86_400_000)
      throw new ExpressionError(token.at, "longer than a day: so far back nothing is kept here");
    return ms;
  }

  #condition(parsed: Parsed, start: Token): Condition {
    if ("dimension" in parsed) {
      throw new ExpressionError(
        start.at,
        "this is a number; compare it with something, as in context_usage > 80%",
      );
    }
    return parsed;
  }

  #number(parsed: Parsed, start: Token): Numeric {
    if (!("dimension" in parsed))
      throw new ExpressionError(start.at, "expected a number here, not a comparison");
    return parsed;
  }

  #deeper<Result>(parse: () => Result): Result {
    this.#depth += 1;
    if (this.#depth > deepest) throw new ExpressionError(this.#next.at, `nested more than ${deepest} deep`);
    const result = parse();
    this.#depth -= 1;
    return result;
  }
}

const literal = (token: Extract<Token, { kind: "number" }>): Numeric => {
  const written = `${token.text}${token.unit}`;
  if (token.unit === "") return { kind: "number", value: Number(token.text), dimension: "any" };
  const share = parseQuantity("ratio", written);
  if (share !== undefined) return { kind: "number", value: share, dimension: "plain" };
  const time = parseQuantity("duration", written);
  if (time !== undefined) return { kind: "number", value: time, dimension: "time" };
  const size = parseQuantity("size", written);
  if (size !== undefined) return { kind: "number", value: size, dimension: "size" };
  throw new ExpressionError(
    token.at,
    `${quoted(token.unit)} is no unit; known are %, ms, s, m, h, d, kB, MB, GB, KiB, MiB, GiB`,
  );
};

const quoted = (text: string): string => (text === "the end" ? text : `"${text}"`);
