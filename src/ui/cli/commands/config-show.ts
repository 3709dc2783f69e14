import { ExitCode } from "../../../ground/index.ts";
import type { Config } from "../../config/index.ts";
import { defineCommand } from "../command.ts";

/** A secret is shown as where it comes from, never as what it is. */
const withoutSecrets = (config: Config): object => ({
  ...config,
  gateways: config.gateways.map((gateway) => ({
    ...gateway,
    ...(gateway.token?.kind === "inline" ? { token: { kind: "inline", value: "(hidden)" } } : {}),
    ...(gateway.password?.kind === "inline" ? { password: { kind: "inline", value: "(hidden)" } } : {}),
  })),
});

export const command = defineCommand({
  words: ["config", "show"],
  summary: "Show the configuration in force, with every default, and no secret.",
  options: {},
  run: async ({ config, flags, out, document }) => {
    const shown = withoutSecrets(await config());
    if (flags.json) document(shown);
    else out(`${JSON.stringify(shown, undefined, 2)}\n`);
    return ExitCode.fine;
  },
});
