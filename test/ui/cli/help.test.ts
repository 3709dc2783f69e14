import { describe, expect, it } from "vitest";
import { entries } from "../../../src/ui/cli/commands/index.ts";
import { clawback } from "../../support/command-line.ts";

const commands = entries.filter(({ words }) => words.length > 0);

describe("the help of every command", () => {
  it.each(commands.map(({ words }) => [words.join(" "), words] as const))(
    "%s says what it does and takes",
    async (name, words) => {
      const { command } =
        (await (entries.find((entry) => entry.words === words) ?? entries[0])?.load()) ?? {};
      expect(command?.words).toEqual(words);
      expect(command?.summary).toMatch(/^[A-Z].*\.$/);
      expect(command?.summary.length).toBeLessThan(100);
      const { out, code } = await clawback([...words, "--help"]);
      expect(out).toContain(`clawback ${name}`);
      for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(125);
      expect(code).toBe(0);
    },
  );

  it("is ASCII with --ascii", async () => {
    for (const argv of [["--help"], ["alerts", "ack", "--help"]]) {
      expect((await clawback([...argv, "--ascii"])).out).toMatch(/^[\n\x20-\x7e]*$/);
    }
  });

  it("of a family lists its commands", async () => {
    const { out } = await clawback(["alerts", "--help"]);
    for (const verb of ["list", "rules", "ack", "silence", "test"]) expect(out).toContain(`  alerts ${verb}`);
  });

  it("a wrong verb of a family that is a command too is told as such", async () => {
    expect(await clawback(["alerts", "lst"])).toMatchObject({
      code: 2,
      err: 'clawback: Unknown command "alerts lst". Did you mean list?\n  clawback alerts --help lists them.\n',
    });
  });
});
