import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { errnoOf, ExitCode } from "../../../ground/index.ts";
import { openAlertDeskFor } from "../../alert-desk.ts";
import type { Config } from "../../config/index.ts";
import { differences, shownConfig, type Difference } from "../config-shown.ts";
import { refuseReadOnly } from "../confirm.ts";
import { defineCommand, type Context } from "../command.ts";

export const command = defineCommand({
  words: ["config", "apply"],
  summary: "Put a changed configuration in force: whoever watches reads it again, without a restart.",
  details: [
    "Checks the file first, and shows what has changed since the last time it was applied. A running guard and every open",
    "console take over rules, thresholds, outputs and policies within a second; which gateways they watch, the vault and",
    "the looks of the console are read when they start. --dry-run only checks and shows.",
  ].join("\n"),
  options: { "dry-run": { kind: "flag", help: "check, show what would change, and change nothing" } },
  run: async (context, { options }) => {
    const config = await context.config();
    const before = await lastApplied(config);
    const changes = differences(before, shownConfig(config));
    const isDry = options["dry-run"];
    const heard = isDry ? undefined : await apply(context, config);
    if (context.flags.json) {
      context.document({ file: config.file ?? null, dryRun: isDry, changes, heard: heard ?? null });
      return ExitCode.fine;
    }
    context.out(`${config.file ?? "No configuration file"}: no mistakes.\n`);
    for (const warning of config.warnings) context.out(`! ${warning}\n`);
    context.out(textOf(changes, before !== undefined));
    if (heard !== undefined) {
      context.out(
        heard
          ? "✅ Applied: whoever watches has it within a second.\n"
          : "✅ Applied. Nobody watches just now; the next guard or console begins with it.\n",
      );
      if (heard && changes.some(({ path }) => /^(?:gateways|vault)\b/.test(path))) {
        context.out("   Other gateways or another vault: end guard and consoles and start them again.\n");
      }
    }
    return ExitCode.fine;
  },
});

const apply = async (context: Context, config: Config): Promise<boolean> => {
  refuseReadOnly(context, "Running guards and consoles would change what they do.");
  await mkdir(config.stateHome, { recursive: true, mode: 0o700 });
  await writeFile(appliedFile(config), `${JSON.stringify(shownConfig(config))}\n`, { mode: 0o600 });
  using desk = await openAlertDeskFor(context);
  return desk.reload();
};

const appliedFile = ({ stateHome }: Config): string => join(stateHome, "applied-config.json");

/** As it was shown then, without secrets; absent before the first time. */
const lastApplied = async (config: Config): Promise<unknown> => {
  try {
    return JSON.parse(await readFile(appliedFile(config), "utf8")) as unknown;
  } catch (error) {
    // Not there yet, or cut off by a crash: then there is nothing to compare with.
    if (error instanceof SyntaxError || errnoOf(error) === "ENOENT") return undefined;
    throw error;
  }
};

const textOf = (changes: readonly Difference[], isKnown: boolean): string => {
  if (!isKnown) return "It is applied for the first time: nothing to compare with.\n";
  if (changes.length === 0) return "Nothing has changed since it was last applied.\n";
  return changes
    .map(({ path, before, after }) => {
      if (before === undefined) return `+ ${path}: ${after ?? ""}\n`;
      return after === undefined ? `- ${path}: ${before}\n` : `~ ${path}: ${before} → ${after}\n`;
    })
    .join("");
};
