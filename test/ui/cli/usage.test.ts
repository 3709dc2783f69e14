import { describe, expect, it } from "vitest";
import { clawback } from "../../support/command-line.ts";

describe("a mistyped command line", () => {
  it.each([
    ["an unknown command", ["statsu"], 'Unknown command "statsu". Did you mean status?'],
    ["an unknown verb", ["config", "chek"], 'Unknown command "config chek". Did you mean check?'],
    ["a family without a verb", ["config"], '"config" needs one of: show, check, apply.'],
    [
      "a family within a family without a verb",
      ["vault", "key"],
      '"vault key" needs one of: export, rotate.',
    ],
    ["an unknown option", ["status", "--jsno"], 'Unknown option --jsno for "status". Did you mean --json?'],
    ["a short option", ["status", "-x"], "Unknown option -x."],
    ["an option without its value", ["status", "--config"], "--config needs a value: --config FILE."],
    ["a value where none belongs", ["status", "--json=yes"], '--json takes no value, and "yes" was given.'],
    [
      "a secret in an address",
      ["status", "--gateway", "ws://me:hunter2@127.0.0.1:1"],
      "An address is shown everywhere and takes no name or secret.",
    ],
    ["an unknown option of nothing", ["--bogus"], "Unknown option --bogus."],
    ["a value that is empty", ["snapshots", "list", "--vault", ""], "--vault needs a value: --vault DIR."],
    [
      "a value that is empty behind =",
      ["snapshots", "list", "--vault="],
      "--vault needs a value: --vault DIR.",
    ],
    ["a word that is empty", ["vault", "copy", ""], '"vault copy" needs DEST, and an empty text was given.'],
    ["a mark without a word", ["mark", " "], '"mark" needs TEXT, and an empty text was given.'],
    [
      "dashes that a chat has made long",
      ["snapshots", "restore", "latest", "\u2014dry-run"],
      "\u2014dry-run begins with a long dash: an option begins with two short ones. Did you mean --dry-run?",
    ],
    ["one word too many", ["status", "now"], '"now" is one word too many: clawback status'],
  ])("is told about %s in one line, with exit code 2", async (_name, argv, line) => {
    const answer = await clawback(argv);
    expect(answer.err.split("\n")[0]).toBe(`clawback: ${line}`);
    expect(answer).toMatchObject({ code: 2, out: "" });
  });

  it("is told in JSON only when that was asked of clawback", async () => {
    const answer = await clawback(["run", "--gateway", "nobody", "--", "openclaw", "status", "--json"]);
    expect(answer.err).toMatch(/^clawback: /);
  });

  it("is told in JSON when JSON was asked for", async () => {
    const answer = await clawback(["statsu", "--json"]);
    expect(JSON.parse(answer.err)).toMatchObject({ error: { code: "USAGE_COMMAND" } });
  });
});

describe("a command line", () => {
  it("may give the options of a command that is a family as well", async () => {
    const alerts = await clawback(["alerts", "--since", "24h", "--help"]);
    expect(alerts.out).toMatch(/^ {2}clawback alerts \[options\]/m);
  });

  it("may leave an explanation empty", async () => {
    const answer = await clawback([
      "snapshots",
      "restore",
      "latest",
      "--reason",
      "",
      "--target",
      "/nowhere/x",
    ]);
    expect(answer.err).toContain("There is no vault at");
  });
});

describe("help", () => {
  it("lists every command with its summary", async () => {
    const { out, code } = await clawback(["--help"]);
    expect(code).toBe(0);
    expect(out).toContain("clawback COMMAND --help");
    expect(out).toMatch(/^ {2}status +\S/m);
  });

  it.each([[["status", "--help"]], [["help", "status"]], [["status", "-h"]]])(
    "explains one command: %j",
    async (argv) => {
      const { out } = await clawback(argv);
      expect(out).toMatch(/^ {2}clawback status/m);
    },
  );

  it("says the version", async () => {
    expect(await clawback(["--version"])).toEqual({ code: 0, out: "clawback 9.9.9\n", err: "" });
  });
});
