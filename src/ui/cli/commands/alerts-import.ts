import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { ExitCode, harmlessLine, Problem } from "../../../ground/index.ts";
import { readPrometheusRules } from "../../../watch/index.ts";
import { defineCommand } from "../command.ts";

export const command = defineCommand({
  words: ["alerts", "import"],
  summary: "Translate a file of Prometheus alert rules into rules for the configuration.",
  details: [
    "Prints what goes under `alerts.own`; nothing is changed. Rules that use the metrics of `clawback metrics` translate:",
    "comparisons, and, or, avg, min, max and quantile over time, a gateway label. What does not is refused with its line",
    "and the reason, and makes the exit code 1.",
    "",
    "  clawback alerts import rules.yml",
  ].join("\n"),
  operands: { usage: "FILE", least: 1, most: 1 },
  options: {},
  run: async ({ cwd, document, err, flags, out }, { operands: [name = ""] }) => {
    const { rules, refused } = await readPrometheusRules(await textOf(resolve(cwd, name)));
    if (flags.json) document({ rules, refused });
    else {
      if (rules.length > 0) out(`${JSON.stringify({ alerts: { own: rules } }, undefined, 2)}\n`);
      for (const { line, rule, reason } of refused) {
        err(
          `${name}:${line}: ${rule === undefined ? "" : `${harmlessLine(rule)}: `}${harmlessLine(reason)}\n`,
        );
      }
    }
    return refused.length === 0 ? ExitCode.fine : ExitCode.notFine;
  },
});

const textOf = async (file: string): Promise<string> => {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new Problem("RULES_UNREADABLE", `${file} cannot be read.`, {
      hint: "Name a file of Prometheus alert rules in YAML.",
      exit: ExitCode.usage,
      cause,
    });
  }
};
