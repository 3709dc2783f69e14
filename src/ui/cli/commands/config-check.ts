import { ExitCode } from "../../../ground/index.ts";
import { defineCommand } from "../command.ts";

export const command = defineCommand({
  words: ["config", "check"],
  summary: "Check the configuration and say where the first mistake is.",
  options: {},
  run: async ({ config, flags, out, document }) => {
    const { file, gateways, warnings } = await config();
    if (flags.json) {
      document({ file: file ?? null, gateways: gateways.map(({ name }) => name), warnings });
      return ExitCode.fine;
    }
    out(
      file === undefined
        ? "No configuration file: every key is at its default.\n"
        : `${file}: no mistakes.\n`,
    );
    for (const warning of warnings) out(`! ${warning}\n`);
    return ExitCode.fine;
  },
});
