import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { alertSettings } from "../../../src/watch/index.ts";
import { mistakeIn } from "../../../src/watch/alerts/own-rule.ts";
import { hello, up, Watching } from "../../support/replay.ts";

const watching = (when: string, more: object = {}): Watching => {
  const watch = new Watching(["a", "b"], alertSettings.parse({ own: [{ name: "mine", when, ...more }] }));
  return watch.hear("a", up(watch.now), hello("1")).hear("b", up(watch.now), hello("1"));
};
const agents = (count: number) =>
  ({ kind: "agents", agents: Array.from({ length: count }, (_, place) => `a${place}`) }) as const;
const lag = (lagP99Ms: number) => ({ kind: "system", system: { lagP99Ms } }) as const;

describe("an own rule", () => {
  it("fires when all of it has held for its time, and says with which numbers", () => {
    const watch = watching("agent_count > 10 and lag_p99 > 200ms for 2m");
    const busy = () => watch.hear("a", agents(12), lag(240));
    watch.wait(119_000, busy);
    expect(watch.firing("a")).toEqual([]);
    watch.wait(2_000, busy);
    expect(watch.firing("a")).toEqual(["mine"]);
    expect(watch.gateway("a").alerts[0]).toMatchObject({
      evidence: "agent_count > 10 and lag_p99 > 200ms for 2m: agent_count 12, lag_p99 240 ms",
      next: "clawback status --deep --gateway a",
    });
    watch.wait(15_000, () => watch.hear("a", agents(12), lag(20)));
    expect(watch.firing("a")).toEqual([]);
  });

  it("begins its time anew when it does not hold for a moment", () => {
    const watch = watching("lag_p99 > 200ms for 1m");
    watch.wait(50_000, () => watch.hear("a", lag(240)));
    watch.hear("a", lag(20)).wait(1_000);
    watch.wait(50_000, () => watch.hear("a", lag(240)));
    expect(watch.firing("a")).toEqual([]);
  });

  it("says nothing of a number it does not know", () => {
    expect(watching("context_usage < 10%").wait(5_000).firing("a")).toEqual([]);
    expect(watching("not context_usage > 10%").wait(5_000).firing("a")).toEqual([]);
    expect(
      watching("context_usage > 10% or agent_count > 1").hear("a", agents(2)).wait(5_000).firing("a"),
    ).toEqual(["mine"]);
  });

  it("looks back over time, at what was the case and how it grew", () => {
    const watch = watching("avg(lag_p99, 1m) > 100ms and growth(queue, 2m) >= 20 and max(lag_p99, 5m) < 1s");
    watch.wait(120_000, (second) =>
      watch.hear("a", lag(150), {
        kind: "lanes",
        lanes: [{ lane: "main", queued: Math.floor(second / 4), active: 0 }],
      }),
    );
    expect(watch.firing("a")).toEqual(["mine"]);
  });

  it("counts: sums, products, brackets, minus", () => {
    const watch = watching("(channels_configured - channels_connected) * 2 >= 1 + 1 and -agent_count < 0");
    watch.hear("a", agents(1), {
      kind: "channels",
      channels: ["x", "y"].map((id) => ({
        id,
        account: "d",
        configured: true,
        enabled: true,
        running: true,
        connected: id === "x",
        terminal: false,
      })),
      issues: [],
    });
    expect(watch.wait(2_000).firing("a")).toEqual(["mine"]);
  });

  it("is meant for the gateways it names", () => {
    const watch = watching("agent_count > 1", { gateways: ["b"] });
    watch.hear("a", agents(3)).hear("b", agents(3)).wait(2_000);
    expect([watch.firing("a"), watch.firing("b")]).toEqual([[], ["mine"]]);
  });
});

describe("a mistake in an own rule", () => {
  it.each([
    ["context_usage > 80", undefined],
    [
      "context_usag > 80%",
      '"context_usag" is no vital; did you mean context_usage? (column 1 of "context_usag > 80%")',
    ],
    ["context_usage >", 'expected a vital or a number instead of the end (column 16 of "context_usage >")'],
    ["context_usage", "this is a number; compare it with something, as in context_usage > 80% (column 1"],
    ["context_usage > 80% for", "expected a duration like 2m instead of the end (column 24"],
    ["lag_p99 > 1GB", "a time cannot be set against a size (column 9"],
    ["rss > 5m", "a size cannot be set against a time (column 5"],
    ["lag_p99 > 5 parsecs", 'did not expect "parsecs" here (column 13'],
    ["lag_p99 > 5parsecs", '"parsecs" is no unit'],
    ["(lag_p99 > 5ms", 'expected ")" instead of the end (column 15'],
    ["lag_p99 > 5ms; drop", '";" has no meaning here (column 14'],
    ["avg(uptime, 5m) > 1h", '"uptime" has no history'],
    ["avg(lag_p99) > 1s", 'expected "," instead of ")" (column 12'],
    ["avg(lag_p99, 9w) > 1s", "longer than a day"],
    ["(lag_p99 > 1s) > 2", "expected a number here, not a comparison (column 1"],
    [`${"(".repeat(40)}lag_p99 > 1s${")".repeat(40)}`, "nested more than 32 deep"],
    [`lag_p99 > 1s ${"or lag_p99 > 1s ".repeat(40)}`, "longer than 500 characters"],
  ])("%s", (text, expected) => {
    const mistake = mistakeIn(text);
    if (expected === undefined) expect(mistake).toBeUndefined();
    else expect(mistake).toContain(expected);
  });

  it("names its place in the configuration", () => {
    const issues = alertSettings.safeParse({ own: [{ name: "mine", when: "lag_p99 >> 1s" }] }).error?.issues;
    expect(issues?.[0]?.path).toEqual(["own", 0, "when"]);
  });

  it("never breaks the parser, whatever is written", () => {
    const words = fc.constantFrom(
      "lag_p99",
      "rss",
      "and",
      "or",
      "not",
      "for",
      "(",
      ")",
      ",",
      ">",
      "<=",
      "5m",
      "80%",
      "1GB",
      "3",
      "avg",
      "-",
      "*",
      "/",
      "x",
      "$",
      "\u0000",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ maxLength: 80 }),
          fc.array(words, { maxLength: 20 }).map((all) => all.join(" ")),
        ),
        (text) => {
          const mistake = mistakeIn(text);
          expect(mistake === undefined || mistake.includes("(column ")).toBe(true);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("cannot take the name of a built-in rule", () => {
    expect(
      alertSettings.safeParse({ own: [{ name: "silent", when: "rss > 1GB" }] }).error?.issues[0]?.message,
    ).toContain("already");
  });
});
