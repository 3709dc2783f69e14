import { age, ExitCode } from "../../../ground/index.ts";
import { ruleRows, type RuleRow } from "../../../watch/index.ts";
import { defineCommand } from "../command.ts";

export const command = defineCommand({
  words: ["alerts", "rules"],
  summary: "List every rule with its thresholds as they are set, and what each is for.",
  details: [
    "A threshold that the configuration changes is marked with *. All are set under `alerts.rules.NAME` in the",
    "configuration, for all gateways or, under `alerts.overrides`, for some; rules of your own go under `alerts.own`.",
  ].join("\n"),
  options: {},
  run: async ({ config, document, flags, out }) => {
    const rows = ruleRows((await config()).alerts);
    if (flags.json) document({ rules: rows });
    else out(`${rows.flatMap(linesOf).join("\n")}\n`);
    return ExitCode.fine;
  },
});

const linesOf = (rule: RuleRow): readonly string[] => {
  const settings = [
    ...rule.thresholds.map(({ name, words, changed }) => `${name} ${words}${changed ? "*" : ""}`),
    ...(rule.forMs > 0 ? [`for ${age(rule.forMs)}`] : []),
  ];
  return [
    `${rule.priority} ${rule.id.padEnd(24)} ${rule.severity.padEnd(8)} ${rule.enabled ? "" : "OFF  "}${rule.own ? "own  " : ""}${settings.join(" · ")}`.trimEnd(),
    `     ${rule.explains}`,
  ];
};
