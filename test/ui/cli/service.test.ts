import { describe, expect, it } from "vitest";
import { clawback } from "../../support/command-line.ts";

// Without a configuration and with an empty home the demo fleet is the fleet, and its own supervisor answers.
const demo = clawback;

describe("the service of a gateway", () => {
  it("is asked about without a gateway that answers", async () => {
    const { out, code } = await demo(["service", "status", "--gateway", "edge-1"]);
    expect(out).toMatch(/^DEMO FLEET.*\n\n✅ edge-1 +running · the demo fleet\n/);
    expect(code).toBe(0);
  });

  it("is stopped and started with --yes, each step told", async () => {
    const stopped = await demo(["service", "stop", "--gateway", "edge-1", "--yes"]);
    expect(stopped.out).toMatch(/^✅ Stopped edge-1 in \d+s\n/);
    expect(stopped.err).toContain("… asked the demo fleet to stop\n");
    expect(stopped.code).toBe(0);
    const restarted = await demo(["service", "restart", "--gateway", "edge-1", "--yes"]);
    expect(restarted.out).toMatch(/^✅ Restarted edge-1 in \d+s\n(?:.*\n)*✅ edge-1 answers\n$/);
    expect(restarted.code).toBe(0);
  });

  it("is one document with --json", async () => {
    const { out } = await demo(["service", "start", "--gateway", "staging", "--yes", "--json"]);
    expect(JSON.parse(out)).toMatchObject({
      gateway: "staging",
      action: "start",
      outcome: "already",
      answers: true,
    });
  });

  it.each([
    ["nobody says yes", undefined, "Nobody is here to say yes"],
    ["Enter is pressed", "", "Nothing was done."],
    ["y is pressed for a gateway labelled prod", "y", '"y" is not prod-eu. Nothing was done.'],
  ])("is left alone when %s", async (_what, typed, words) => {
    const questions: string[] = [];
    const { err, code } = await demo(["service", "stop", "--gateway", "prod-eu"], {
      ask: (question) => {
        questions.push(question);
        return Promise.resolve(typed);
      },
    });
    expect(questions).toEqual(["Stop prod-eu (prod, eu)?\nType prod-eu to do it: "]);
    expect(err).toContain(words);
    expect(code).toBe(5);
  });

  it("is left alone when the question is called off, and that is said", async () => {
    const interrupted = new AbortController();
    const { err, code } = await demo(["service", "stop", "--gateway", "edge-1"], {
      signal: interrupted.signal,
      ask: () => {
        interrupted.abort();
        return Promise.reject(new Error("aborted"));
      },
    });
    expect({ err, code }).toMatchObject({ code: 130, err: expect.stringContaining("Nothing was done.") });
  });

  it("is stopped when its name is typed, and y is enough where nothing is labelled prod", async () => {
    const answering = (typed: string) => ({ ask: () => Promise.resolve(typed) });
    expect((await demo(["service", "stop", "--gateway", "prod-eu"], answering("prod-eu"))).code).toBe(0);
    expect((await demo(["service", "stop", "--gateway", "edge-1"], answering("y"))).code).toBe(0);
  });

  it("is never that of whichever gateway comes first", async () => {
    const { err, code } = await demo(["service", "restart", "--yes"]);
    expect(err).toMatch(
      /clawback: Which gateway\? .*\n {2}Say --gateway NAME: prod-eu, prod-us, staging, edge-1\.\n$/,
    );
    expect(code).toBe(2);
  });

  it("is not touched of an address alone", async () => {
    const { err, code } = await demo(["service", "stop", "--gateway", "ws://127.0.0.1:9", "--yes"]);
    expect(err).toContain("configured read-only");
    expect(code).toBe(5);
  });
});
