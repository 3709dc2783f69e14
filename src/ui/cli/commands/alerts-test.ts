import { ExitCode } from "../../../ground/index.ts";
import { tryOutputs } from "../../../watch/effects/index.ts";
import { defineCommand } from "../command.ts";

export const command = defineCommand({
  words: ["alerts", "test"],
  summary: "Send a test message through every output, and say what became of each.",
  details: [
    "Outputs are the programs and webhooks under `alerts.outputs` in the configuration. The message says that it is a",
    "test. Exits 1 when one did not get through.",
  ].join("\n"),
  options: {},
  run: async ({ clock, config, document, env, flags, out, signal }) => {
    const { alerts } = await config();
    const trials = await tryOutputs(alerts.outputs, { clock, env }, signal);
    if (flags.json) {
      document({
        outputs: trials.map(({ output, problem }) => ({
          output,
          ok: problem === undefined,
          ...(problem === undefined
            ? {}
            : { error: { code: problem.code, message: problem.message, hint: problem.hint } }),
        })),
      });
    } else if (trials.length === 0) {
      out("No output is configured: add programs or webhooks under alerts.outputs.\n");
    } else {
      for (const { output, problem } of trials) {
        out(
          problem === undefined
            ? `✅ ${output}: delivered\n`
            : `❌ ${output}: ${problem.message}\n${problem.hint === undefined ? "" : `     ${problem.hint}\n`}`,
        );
      }
    }
    return trials.some(({ problem }) => problem !== undefined) ? ExitCode.notFine : ExitCode.fine;
  },
});
