import { openJournal, phaseOf } from "../../../core/index.ts";
import { ExitCode } from "../../../ground/index.ts";
import { rollBackRestore } from "../../../watch/effects/index.ts";
import { defineCommand } from "../command.ts";
import { confirm } from "../confirm.ts";
import { nextCommand } from "../same-world.ts";
import { audit } from "../takeback/audit.ts";
import { drainingOf, drainingOptions } from "../takeback/draining.ts";
import { openDesk, openOwnVault } from "../takeback/desk.ts";
import { tellRestore } from "../takeback/event-line.ts";
import { noneWaits } from "../takeback/none-waits.ts";

export const command = defineCommand({
  words: ["restore", "rollback"],
  summary: "Undo a restore that was not accepted: the state from before comes back.",
  details: [
    "What was written since the restore is saved as a snapshot first. The gateway is stopped, the old state takes its",
    "place again, and the gateway is started on it.",
  ].join("\n"),
  options: {
    ...drainingOptions,
    reason: { kind: "text", value: "TEXT", help: "why, for the audit log" },
  },
  run: async (context, { options }) => {
    await using desk = await openDesk(context);
    const journal = openJournal(desk.stateDir);
    if (journal === undefined || phaseOf(journal.records) !== "in-place")
      throw noneWaits(desk, "rolled back");
    const { snapshot } = journal.begun;
    const { settings, service, controllable, ports } = desk;
    const next = (words: string): string => nextCommand(context.flags, settings.name, words);
    await confirm(context, {
      question: `Undo the restore of ${snapshot} on ${settings.name}? What was said since is not in the state that comes back.`,
      typed: settings.name,
    });
    const result = await rollBackRestore({
      journal,
      vault: await openOwnVault(context),
      source: await desk.live(),
      settings,
      service,
      controllable,
      ports,
      reason: options.reason ?? "a person asked for it",
      clock: context.clock,
      signal: context.signal,
      onEvent: tellRestore(context),
      ...drainingOf(options),
    });
    await audit(context, {
      deed: "restore-rollback",
      gateway: settings.name,
      snapshot,
      outcome: result.outcome,
      ...(options.reason === undefined ? {} : { reason: options.reason }),
    });
    context.out(
      context.flags.json
        ? `${JSON.stringify({ result })}\n`
        : [
            `✅ Rolled back: the state from before ${snapshot} is in place.`,
            ...(result.running
              ? ["✅ The gateway runs on it."]
              : [
                  result.wasRunning
                    ? "❌ The gateway did not become ready on it."
                    : "⚠️ The gateway did not run, and was not started on it.",
                  `   Whether it runs:  ${next("service status")}`,
                  `   To start it:      ${next("service start")}`,
                ]),
            `   What was written since: snapshot ${result.safetySnapshot}`,
            "",
          ].join("\n"),
    );
    return result.running || !result.wasRunning ? ExitCode.fine : ExitCode.needsPerson;
  },
});
