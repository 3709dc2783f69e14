import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fieldsOf, findPhrase, keysOf, maxDepth, numberAt, textAt } from "../../../src/clients/wire/scan.ts";

const bytesOf = (text: string): Buffer => Buffer.from(text);
const whole = (bytes: Buffer) => ({ from: 0, to: bytes.length });
const slice = (bytes: Buffer, span: { from: number; to: number }): string =>
  new TextDecoder().decode(bytes.subarray(span.from, span.to));

describe("walking over a JSON object", () => {
  it("finds every key's value where JSON.parse finds it, whatever the values are", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ maxLength: 12 }), fc.jsonValue({ depthSize: "medium" }), { maxKeys: 8 }),
        fc.integer({ min: 0, max: 4 }),
        (object, indent) => {
          const text = JSON.stringify(object, null, indent);
          const bytes = bytesOf(text);
          // Keys that need an escape are nobody's; all others must be found.
          const plain = Object.keys(object).filter((key) => /^[ !#-[\]-~]*$/.test(key));
          const found = fieldsOf(bytes, whole(bytes), keysOf(...plain));
          expect([...(found?.keys() ?? [])].toSorted()).toEqual(plain.toSorted());
          const parsed = JSON.parse(text) as Record<string, unknown>;
          for (const [key, span] of found ?? []) {
            expect(JSON.parse(slice(bytes, span))).toEqual(parsed[key]);
          }
        },
      ),
    );
  });

  it("answers undefined for every cut of an object, and never leaves the bytes", () => {
    const text = JSON.stringify({ type: "event", payload: { a: ["x\\", '"', { b: null }] }, seq: 12 });
    for (let end = 0; end < text.length; end += 1) {
      const bytes = bytesOf(text.slice(0, end));
      expect(fieldsOf(bytes, whole(bytes), keysOf("seq"))).toBeUndefined();
    }
  });

  it("survives any bytes at all", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (any) => {
        const bytes = Buffer.from(any);
        fieldsOf(bytes, whole(bytes), keysOf("type"));
      }),
    );
  });

  it("gives up on nesting deeper than its bound instead of following it", () => {
    const nested = (depth: number): Buffer => bytesOf(`{"a":${"[".repeat(depth)}${"]".repeat(depth)},"b":1}`);
    expect(fieldsOf(nested(maxDepth), whole(nested(maxDepth)), keysOf("b"))?.size).toBe(1);
    expect(fieldsOf(nested(maxDepth + 1), whole(nested(maxDepth + 1)), keysOf("b"))).toBeUndefined();
    const abyss = bytesOf(`{"a":${"[".repeat(1_000_000)}`);
    expect(fieldsOf(abyss, whole(abyss), keysOf("a"))).toBeUndefined();
  });

  it("crosses long strings full of escapes in one pass", () => {
    const text = `${"\\".repeat(200_001)}"${"x".repeat(100)}`;
    const bytes = bytesOf(JSON.stringify({ deltaText: text, state: "delta" }));
    const found = fieldsOf(bytes, whole(bytes), keysOf("state"));
    expect(textAt(bytes, found?.get("state"), 16)).toBe("delta");
  });
});

describe("reading one value", () => {
  it("gives a string only when all of it fits: a long one is absent, never cut", () => {
    const bytes = bytesOf(`{"a":"0123456789"}`);
    const span = fieldsOf(bytes, whole(bytes), keysOf("a"))?.get("a");
    expect(textAt(bytes, span, 10)).toBe("0123456789");
    expect(textAt(bytes, span, 9)).toBeUndefined();
  });

  it("undoes escapes, and refuses what is no string or no UTF-8", () => {
    const bytes = bytesOf(`{"a":"caf\\u00e9","b":12,"c":-3.5e2,"d":truex,"e":"\\q"}`);
    const found = fieldsOf(bytes, whole(bytes), keysOf("a", "b", "c", "d", "e"));
    expect(textAt(bytes, found?.get("a"), 32)).toBe("café");
    expect(textAt(bytes, found?.get("b"), 32)).toBeUndefined();
    expect(textAt(bytes, found?.get("e"), 32)).toBeUndefined();
    expect(numberAt(bytes, found?.get("b"))).toBe(12);
    expect(numberAt(bytes, found?.get("c"))).toBe(-350);
    expect(numberAt(bytes, found?.get("d"))).toBeUndefined();
    const broken = Buffer.from([0x22, 0xff, 0xfe, 0x22]);
    expect(textAt(broken, whole(broken), 32)).toBeUndefined();
  });

  it("finds a phrase inside its span and not behind it", () => {
    const bytes = bytesOf("HTTP 500 then HTTP 401");
    expect(findPhrase(bytes, whole(bytes), "HTTP 401")).toBe(14);
    expect(findPhrase(bytes, { from: 0, to: 20 }, "HTTP 401")).toBe(-1);
    expect(findPhrase(bytes, { from: 1, to: 22 }, "HTTP")).toBe(14);
  });
});
