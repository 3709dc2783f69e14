import { ExitCode } from "../../../ground/index.ts";
import { shownConfig } from "../config-shown.ts";
import { defineCommand } from "../command.ts";

export const command = defineCommand({
  words: ["config", "show"],
  summary: "Show the configuration in force, with every default, and no secret.",
  options: {},
  run: async ({ config, flags, out, document }) => {
    const shown = shownConfig(await config());
    if (flags.json) document(shown);
    else out(`${JSON.stringify(shown, undefined, 2)}\n`);
    return ExitCode.fine;
  },
});
