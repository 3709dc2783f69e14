import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inAscii } from "../../../../src/ui/console/panes/ascii.ts";
import { wrapped } from "../../../../src/ui/console/panes/wrap.ts";
import { width } from "../../../../src/ui/console/theme/index.ts";

const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 80 }),
  fc
    .array(fc.constantFrom("東京", "a", "restore", "👨‍👩‍👧‍👦", "·", "x".repeat(30), ""), { maxLength: 20 })
    .map((words) => words.join(" ")),
);

describe("wrapping", () => {
  it("loses no letter, and no line is wider than asked for", () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 10, max: 60 }), (words, columns) => {
        const lines = wrapped(words, columns);
        expect(lines.join("").replaceAll(" ", "")).toBe(words.replaceAll(" ", ""));
        for (const line of lines) expect(width(line)).toBeLessThanOrEqual(columns);
      }),
    );
  });

  it("breaks between words where there are any", () => {
    expect(wrapped("take it back, safely", 10)).toEqual(["take it", "back,", "safely"]);
  });
});

describe("wrapping a text of wide letters", () => {
  it("fills its lines, since there are no spaces to wait for", () => {
    expect(wrapped("最后良好 2026-12-01-03-57，在问题开始前 7s 保存；尚未校验", 30)).toEqual([
      "最后良好 2026-12-01-03-57，在",
      "问题开始前 7s 保存；尚未校验",
    ]);
  });

  it("begins no line with what closes, and breaks no name of narrow letters", () => {
    expect(wrapped("一二三四五，六", 10)).toEqual(["一二三四", "五，六"]);
    expect(wrapped("没做 (暂不可用)", 6)).toEqual(["没做", "(暂不", "可用)"]);
    expect(wrapped("在restore前", 8)).toEqual(["在", "restore", "前"]);
  });
});

describe("signs for a terminal of seven bits", () => {
  it("take the columns of what they stand for", () => {
    fc.assert(
      fc.property(text, (line) => {
        expect(width(inAscii(line))).toBe(width(line));
      }),
    );
  });

  it("are known ones where there are any, and names stay", () => {
    expect(inAscii("▲ deploy → 東京 · ✂")).toBe("^ deploy > 東京 . ?");
  });
});
