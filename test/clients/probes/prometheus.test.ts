import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { metricNews } from "../../../src/clients/probes/prometheus/openclaw-metrics.ts";
import { parseExposition } from "../../../src/clients/probes/prometheus/parse.ts";
import { anyText } from "../../support/any-text.ts";

const read = (text: string): readonly (readonly [string, Readonly<Record<string, string>>, number])[] =>
  parseExposition(text).samples.map(({ name, labels, value }) => [name, Object.fromEntries(labels), value]);

describe("Prometheus text", () => {
  it.each([
    ["a bare sample", "up 1", [["up", {}, 1]]],
    ["labels", 'a{b="c",d="e"} 2', [["a", { b: "c", d: "e" }, 2]]],
    ["a comma after the last label", 'a{b="c",} 2', [["a", { b: "c" }, 2]]],
    ["braces without labels", "a{} 2", [["a", {}, 2]]],
    [
      "blanks and tabs anywhere they are allowed",
      '\t a \t{ b = "c" , d\t="e" } \t 2 ',
      [["a", { b: "c", d: "e" }, 2]],
    ],
    ["a timestamp in milliseconds", "a 1 1395066363000", [["a", {}, 1]]],
    ["a negative timestamp", "a 1 -3982045", [["a", {}, 1]]],
    ["a timestamp in seconds", "a 1 1520879607.789", [["a", {}, 1]]],
    ["escapes in a label", 'a{b="C:\\\\DIR\\"q\\"\\nx"} 1', [["a", { b: 'C:\\DIR"q"\nx' }, 1]]],
    ["a label that looks like the end", 'a{b="} 7 # {",c=","} 1', [["a", { b: "} 7 # {", c: "," }, 1]]],
    ["an empty label", 'a{b=""} 1', [["a", { b: "" }, 1]]],
    ["Unicode in a label", 'a{b="Zürich 🦞"} 1', [["a", { b: "Zürich 🦞" }, 1]]],
    ["a colon in a name", "job:requests:rate5m 0.5", [["job:requests:rate5m", {}, 0.5]]],
    ["a quoted name", '{"my.metric.name",b="c"} 1', [["my.metric.name", { b: "c" }, 1]]],
    ["a quoted label name", 'a{"my.label"="c"} 1', [["a", { "my.label": "c" }, 1]]],
    [
      "exponents and signs",
      "a 1.7560473e+07\nb -1.5E-3\nc +2\nd .5\ne 5.",
      [
        ["a", {}, 17560473],
        ["b", {}, -0.0015],
        ["c", {}, 2],
        ["d", {}, 0.5],
        ["e", {}, 5],
      ],
    ],
    [
      "not a number",
      "a NaN\nb nan",
      [
        ["a", {}, Number.NaN],
        ["b", {}, Number.NaN],
      ],
    ],
    [
      "infinities",
      "a +Inf\nb -Inf\nc inf\nd Infinity",
      [
        ["a", {}, Infinity],
        ["b", {}, -Infinity],
        ["c", {}, Infinity],
        ["d", {}, Infinity],
      ],
    ],
    ["an exemplar", 'h_bucket{le="1"} 9 # {trace_id="KOO5S4vxi0o"} 0.67', [["h_bucket", { le: "1" }, 9]]],
    [
      "an exemplar after a timestamp",
      'h_bucket{le="1"} 9 15.5 # {trace_id="x"} 0.67 15.4',
      [["h_bucket", { le: "1" }, 9]],
    ],
    ["comments and blank lines", "# a comment\n\n#nothing\n  \nup 1\n", [["up", {}, 1]]],
    [
      "Windows line ends",
      "up 1\r\ndown 0\r\n",
      [
        ["up", {}, 1],
        ["down", {}, 0],
      ],
    ],
    ["what stands before the end mark only", "up 1\n# EOF\ndown 0", [["up", {}, 1]]],
  ] as const)("may hold %s", (_, text, expected) => {
    expect(parseExposition(text).refused).toBe(0);
    expect(read(text)).toEqual(expected);
  });

  it("tells the type of a family", () => {
    const text = "# HELP a What \\\\ it is.\\nReally.\n# TYPE a counter\n# TYPE h histogram\na 1";
    expect(Object.fromEntries(parseExposition(text).types)).toEqual({ a: "counter", h: "histogram" });
  });

  it("keeps a histogram's buckets, sum and count", () => {
    const text = 'h_bucket{le="0.05"} 24054\nh_bucket{le="+Inf"} 144320\nh_sum 53423\nh_count 144320';
    expect(read(text)).toEqual([
      ["h_bucket", { le: "0.05" }, 24054],
      ["h_bucket", { le: "+Inf" }, 144320],
      ["h_sum", {}, 53423],
      ["h_count", {}, 144320],
    ]);
  });

  it.each([
    ["no value", "a"],
    ["a word for a value", "a fast"],
    ["an open label", 'a{b="c} 1'],
    ["an escape that does not exist", 'a{b="\\q"} 1'],
    ["a label twice", 'a{b="1",b="2"} 1'],
    ["a label without a value", "a{b} 1"],
    ["a name that begins with a digit", "9a 1"],
    ["two names", 'a{"b"} 1'],
    ["something after the timestamp", "a 1 2 3"],
    ["HTML", "<!doctype html>"],
    ["a line longer than any sample", `a{b="${"x".repeat(20_000)}"} 1`],
  ])("is counted and left out where a line has %s", (_, line) => {
    const { samples, refused } = parseExposition(`before 1\n${line}\nafter 2`);
    expect(samples.map((sample) => sample.name)).toEqual(["before", "after"]);
    expect(refused).toBe(1);
  });

  it("comes back as it was written", () => {
    const name = fc.stringMatching(/^[a-zA-Z_:][a-zA-Z0-9_:]{0,20}$/);
    const label = fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,10}$/);
    const value = fc.oneof(fc.double(), fc.integer());
    const sample = fc.tuple(
      name,
      fc.dictionary(label, fc.string({ unit: "grapheme" }), { maxKeys: 5, noNullPrototype: true }),
      value,
    );
    const escaped = (text: string): string =>
      text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
    const written = (number: number): string =>
      Number.isFinite(number) ? String(number) : String(number).replace("Infinity", "Inf");
    fc.assert(
      fc.property(fc.array(sample), (samples) => {
        const text = samples
          .map(
            ([n, labels, v]) =>
              `${n}{${Object.entries(labels)
                .map(([k, l]) => `${k}="${escaped(l)}"`)
                .join(",")}} ${written(v)}`,
          )
          .join("\n");
        expect(read(text)).toEqual(
          samples.map(([n, labels, v]) => [n, labels, v === 0 ? Number(String(v)) : v]),
        );
      }),
    );
  });

  it("never throws, and never takes long, whatever it is given", () => {
    fc.assert(
      fc.property(anyText(500), (text) => {
        parseExposition(text);
        parseExposition(`a{b="${text}"} 1 # {${text}`);
      }),
    );
    expect(parseExposition(`a{b="${"\\".repeat(16_000)}`).refused).toBe(1);
  });
});

describe("the metrics of a gateway", () => {
  const scrape = (lines: readonly string[]) => parseExposition(lines.join("\n"));

  it("become facts about the process and its lanes", () => {
    const text = scrape([
      'openclaw_memory_bytes{kind="rss"} 812000000',
      'openclaw_memory_bytes{kind="heap_used"} 90000000',
      'openclaw_queue_lane_size{lane="main"} 3',
      "process_resident_memory_bytes 1",
      "process_start_time_seconds 100",
    ]);
    expect(metricNews(text, undefined, 160_000)).toEqual([
      { kind: "system", system: { rssBytes: 812_000_000, heapUsedBytes: 90_000_000, uptimeMs: 60_000 } },
      { kind: "lanes", lanes: [{ lane: "main", queued: 3 }] },
    ]);
  });

  it("count what happened between two readings, also across a restart", () => {
    const call = (outcome: string, count: number, unit = "request"): string =>
      `openclaw_model_call_total{observation_unit="${unit}",outcome="${outcome}",provider="mock"} ${count}`;
    const first = scrape([call("completed", 10), call("error", 2), call("completed", 5, "turn")]);
    const second = scrape([call("completed", 14), call("error", 5), call("completed", 9, "turn")]);
    const restarted = scrape([call("completed", 1)]);
    const calls = (completed: number, failed: number) => [
      { kind: "model-calls", calls: { completed, failed, durationsMs: [] } },
    ];
    expect(metricNews(first, undefined, 0)).toEqual([]);
    expect(metricNews(second, first, 0)).toEqual(calls(4, 3));
    expect(metricNews(restarted, second, 0)).toEqual(calls(1, 0));
  });

  it("leave out what is not a number", () => {
    expect(metricNews(scrape(['openclaw_memory_bytes{kind="rss"} NaN']), undefined, 0)).toEqual([]);
  });
});
