import type { GatewaySettings } from "../../../clients/index.ts";
import { bytes, ExitCode, harmlessLine, percent } from "../../../ground/index.ts";
import { stopsOf, type PreflightItem } from "../../../watch/index.ts";
import {
  planRestore,
  type Draining,
  type PreparedRestore,
  type RestoreResult,
} from "../../../watch/effects/index.ts";
import type { Config } from "../../config/index.ts";
import type { Context } from "../command.ts";
import { confirm, earlyEnough } from "../confirm.ts";
import { nextCommand } from "../same-world.ts";
import { findOne, noteLines } from "../vault/index.ts";
import { carryOut } from "./carry-out.ts";
import { openDesk, openOwnVault } from "./desk.ts";
import { planLines } from "./plan-lines.ts";
import { wrapped } from "../wrapped.ts";

export type LiveRestore = {
  readonly only: readonly string[];
  readonly except: readonly string[];
  readonly preserveMemory: boolean;
  readonly dryRun: boolean;
  readonly reason: string | undefined;
  readonly draining: Draining;
};

/** Takes a gateway's own state directory back: plan, question, exchange, and what came of it. */
export const restoreLive = async (context: Context, ref: string, choice: LiveRestore): Promise<ExitCode> => {
  const vault = await openOwnVault(context);
  await using desk = await openDesk(context);
  const found = await findOne(context, await vault.list(), ref, desk.settings);
  context.err(noteLines([found], context));
  const { snapshot } = found;
  const source = await desk.live();
  const { settings, service, controllable } = desk;
  const { clock, signal } = context;
  const prepared = await planRestore({
    vault,
    snapshot,
    source,
    settings,
    service,
    controllable,
    choice: {
      only: choice.only,
      except: [...choice.except, ...(choice.preserveMemory ? ["memory"] : [])],
    },
    ...originLabel(await context.config(), snapshot.gateway),
    readOnly: context.flags["read-only"],
    clock,
    signal,
  }).catch(earlyEnough(signal));
  const { plan } = prepared;
  const stops = stopsOf(plan);
  if (choice.dryRun || stops.length > 0) {
    const outcome = stops.length > 0 ? "refused" : "planned";
    if (context.flags.json) context.out(`${JSON.stringify({ plan, result: { outcome } })}\n`);
    else {
      context.out(`${planLines(plan, context.terminal).join("\n")}\n\n`);
      context.out(
        stops.length > 0
          ? `${refusalLines(stops, context.terminal).join("\n")}\n`
          : "Only planned: nothing was changed. The same command without --dry-run does it.\n",
      );
    }
    return stops.length > 0 ? ExitCode.refused : ExitCode.fine;
  }
  if (!context.flags.json) {
    const isAsked = context.terminal.interactive && !context.flags.yes;
    context.err(`${planLines(plan, context.terminal, isAsked ? "short" : "whole").join("\n")}\n\n`);
  }
  await confirm(context, {
    question: `Take ${settings.name} back to ${snapshot.id}?`,
    ...(plan.how === "hot" ? {} : { typed: settings.name }),
  });
  const result = await carryOut(context, desk, {
    vault,
    prepared,
    source,
    deed: "restore",
    signal,
    ...choice.draining,
    ...(choice.reason === undefined ? {} : { reason: choice.reason }),
  });
  if (context.flags.json) context.out(`${JSON.stringify({ plan, result })}\n`);
  else context.out(`${resultLines(prepared, result, settings, context.flags).join("\n")}\n`);
  return exitOf(result, prepared);
};

/** Last, where a small terminal still shows it: what stands in the way, and the way out of each. */
const refusalLines = (stops: readonly PreflightItem[], terminal: Context["terminal"]): readonly string[] => [
  ...stops.flatMap(({ check, evidence, wayOut }) => [
    ...wrapped("❌ ", `${check}: ${harmlessLine(evidence, 300)}`, terminal),
    ...(wayOut === undefined ? [] : wrapped("   ", wayOut, terminal)),
  ]),
  "Not restored: nothing was changed.",
];

/** How the configuration speaks of the gateway that a snapshot is of: dev, prod. */
const originLabel = ({ gateways }: Config, gateway: string | null): { readonly originLabel?: string } => {
  const label = gateways.find(({ name }) => name === gateway)?.labels[0];
  return label === undefined ? {} : { originLabel: label };
};

const exitOf = (result: RestoreResult, { wasRunning }: PreparedRestore): ExitCode => {
  switch (result.outcome) {
    case "restored":
      return ExitCode.fine;
    case "rolled-back":
      return result.running || !wasRunning ? ExitCode.putBack : ExitCode.needsPerson;
    case "called-off":
      return ExitCode.interrupted;
  }
};

/** What a gateway says before it has a log, only its supervisor hears. */
const whereItSpoke = (service: GatewaySettings["service"]): string =>
  service.kind === "systemd" || service.kind === "systemd-user"
    ? `journalctl ${service.kind === "systemd" ? "" : "--user "}-u ${service.unit} -n 50`
    : "what its supervisor keeps of its output";

const resultLines = (
  { plan, before, wasRunning }: PreparedRestore,
  result: RestoreResult,
  { name, service }: GatewaySettings,
  flags: Context["flags"],
): readonly string[] => {
  const next = (words: string): string => nextCommand(flags, name, words);
  const whetherItRuns = [
    `   Whether it runs:  ${next("service status")}`,
    `   To start it:      ${next("service start")}`,
  ];
  switch (result.outcome) {
    case "called-off":
      return [
        `❌ Not restored: ${result.why} Nothing was changed.`,
        ...(result.running
          ? ["✅ The gateway runs as before."]
          : ["⚠️ The gateway is not ready.", ...whetherItRuns]),
      ];
    case "rolled-back":
      return [
        `❌ Not restored: ${result.why}.`,
        "✅ All of the old state is back in its place.",
        ...(result.running
          ? ["✅ The gateway runs on it again."]
          : [
              wasRunning
                ? "❌ The gateway did not become ready on it."
                : "⚠️ The gateway did not run before, and was not started on it.",
              ...whetherItRuns,
            ]),
        // Whoever called it off knows why.
        ...(result.said.say === "was-called-off"
          ? []
          : [
              `   Why it did not work stands in its log:  ${next("logs --since 10m")}`,
              `   or, where it died before it had one, in:  ${whereItSpoke(service)}`,
            ]),
        `   The state from right before it, too, is snapshot ${result.safetySnapshot}.`,
      ];
    case "restored": {
      const size = (from: number | undefined, to: number | undefined): string =>
        `${bytes(to)}${from === undefined || to === undefined || to === from ? "" : ` (${to < from ? "reduced" : "grown"} from ${bytes(from)})`}`;
      const { vitals: now } = result;
      const { agents } = now;
      return [
        `✅ Restored snapshot: ${plan.snapshot.id}`,
        ...(plan.how === "hot"
          ? ["✅ The gateway took its configuration over without a stop."]
          : [
              `✅ Context size: ${size(before.vitals.contextBytes, now.contextBytes)}`,
              `✅ Agent count: ${agents ?? "?"}${agents === undefined || before.vitals.agents === agents ? "" : ` (${agents < (before.vitals.agents ?? 0) ? "reduced" : "grown"} from ${before.vitals.agents ?? "?"})`}`,
              `✅ Context usage: ${percent(now.contextUsage)}`,
            ]),
        ...(result.recovery?.checks ?? []).map(
          ({ what, verdict, evidence }) => `${verdict === "unknown" ? "⚠️" : "✅"} ${what}: ${evidence}`,
        ),
        ...(result.downtimeMs === null || plan.how === "hot"
          ? []
          : [`   Downtime: ${(result.downtimeMs / 1000).toFixed(1)} s`]),
        ...result.warnings.map((warning) => `⚠️ ${warning}`),
        ...(result.readiness === null && plan.how !== "hot"
          ? ["⚠️ The gateway was not started from here: start it now, as it was started before."]
          : []),
        "",
        `The state from before is kept beside it, and as snapshot ${result.safetySnapshot}.`,
        ...(plan.migration === null
          ? []
          : [`  Compare:         ${next(`status --compare ${plan.snapshot.id}`)}`]),
        `  Keep this one:   ${next("restore accept")}`,
        `  Back to before:  ${next("restore rollback")}`,
      ];
    }
  }
};
