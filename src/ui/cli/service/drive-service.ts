import type { GatewaySettings, ServiceEvent, ServiceResult } from "../../../clients/index.ts";
import { age, ExitCode, Problem } from "../../../ground/index.ts";
import { english, type Operation } from "../../../watch/index.ts";
import { openFleet, serviceFor, type FleetSource } from "../../fleet-source.ts";
import { announce } from "../../tell-watchers.ts";
import { confirm } from "../confirm.ts";
import type { Context } from "../command.ts";
import { look } from "../look.ts";
import { isUnreachable } from "../verdict.ts";
import { oneGateway } from "./one-gateway.ts";

export type ServiceVerb = "stop" | "start" | "restart";

export type DriveOptions = {
  readonly drainBudgetMs: number | undefined;
  readonly killWhenOver: boolean;
  /** How long to wait after a start until it answers; 0: do not. */
  readonly readyWithinMs: number | undefined;
};

const readyWithinMs = 60_000;

/** Stops or starts one gateway through whoever supervises it, telling each step, and says what came of it. */
export const driveService = async (
  context: Context,
  verb: ServiceVerb,
  options: DriveOptions,
): Promise<ExitCode> => {
  await using fleet = await openFleet(context);
  if (fleet.banner !== undefined) context.err(`${fleet.banner}\n`);
  const settings = oneGateway(fleet, verb);
  await allow(context, settings, verb);
  const operation = begun(settings, verb, context.clock.now());
  const tellOthers = (now: Operation): Promise<void> => announce(context, fleet, now);
  await tellOthers(operation);
  try {
    const result = await asked(context, fleet, settings, verb, options);
    const ok = isDone(result);
    const answers =
      ok && verb !== "stop" && options.readyWithinMs !== 0
        ? await waitUntilItAnswers(context, fleet, settings, options.readyWithinMs ?? readyWithinMs)
        : undefined;
    await tellOthers({ ...operation, ended: { at: context.clock.now(), ok, text: result.outcome } });
    print(context, settings, verb, result, answers);
    if (!ok) return result.outcome === "refused" ? ExitCode.refused : ExitCode.needsPerson;
    return answers === false ? ExitCode.gateway : ExitCode.fine;
  } catch (error) {
    await tellOthers({ ...operation, ended: { at: context.clock.now(), ok: false, text: "left" } });
    throw error;
  }
};

const begun = ({ name }: GatewaySettings, verb: ServiceVerb, at: number): Operation => ({
  id: `service-${name}-${at}`,
  kind: "service",
  gateway: name,
  startedAt: at,
  step: verb,
  disturbs: true,
});

const allow = async (context: Context, settings: GatewaySettings, verb: ServiceVerb): Promise<void> => {
  const { name, labels, readOnly } = settings;
  if (readOnly) {
    throw new Problem("GATEWAY_READ_ONLY", `${name} is configured read-only: it was not asked to ${verb}.`, {
      hint: "Remove readOnly from this gateway's configuration to allow it. An address alone is always read-only.",
      exit: ExitCode.refused,
    });
  }
  const deed = `${verb.charAt(0).toUpperCase()}${verb.slice(1)} ${name}`;
  await confirm(context, {
    question: labels.length === 0 ? `${deed}?` : `${deed} (${labels.join(", ")})?`,
    // Starting what is down is no danger; ending what people use is.
    ...(labels.includes("prod") && verb !== "start" ? { typed: name } : {}),
  });
};

const asked = async (
  context: Context,
  fleet: FleetSource,
  settings: GatewaySettings,
  verb: ServiceVerb,
  { drainBudgetMs, killWhenOver }: DriveOptions,
): Promise<ServiceResult> => {
  const service = serviceFor(settings, fleet, context);
  return service[verb]({
    signal: context.signal,
    whenOver: killWhenOver ? "kill" : "leave",
    ...(drainBudgetMs === undefined ? {} : { drainBudgetMs }),
    onEvent: (event) => {
      context.err(`${progressText(event)}\n`);
    },
  });
};

const progressText = (event: ServiceEvent): string => {
  switch (event.kind) {
    case "asked":
      return `… ${event.words}${event.argv === undefined ? "" : `: ${event.argv.join(" ")}`}`;
    case "waiting":
      return `… ${event.for === "stop" ? "draining" : "starting"} for ${age(event.elapsedMs)} of at most ${age(event.budgetMs)}: ${event.status.evidence[0] ?? event.status.state}`;
    case "killing":
      return `… ${event.words}`;
  }
};

/** Running is not answering: a gateway takes its time between the two. */
const waitUntilItAnswers = async (
  context: Context,
  fleet: FleetSource,
  settings: GatewaySettings,
  withinMs: number,
): Promise<boolean> => {
  context.err("… waiting until it answers\n");
  const only: FleetSource = { ...fleet, gateways: [settings] };
  const model = await look(context, only, {
    withinMs,
    hasTold: ({ connection }) => connection?.state.kind === "up" || connection?.state.kind === "http-only",
  });
  return model.gateways.every(
    (gateway) => !isUnreachable(gateway) && gateway.connection?.state.kind !== "booting",
  );
};

const isDone = ({ outcome }: ServiceResult): boolean =>
  outcome === "done" || outcome === "already" || outcome === "killed";

const past: Readonly<Record<ServiceVerb, string>> = {
  stop: "Stopped",
  start: "Started",
  restart: "Restarted",
};

const print = (
  { document, flags, out }: Context,
  { name }: GatewaySettings,
  verb: ServiceVerb,
  { outcome, tookMs, evidence, advice }: ServiceResult,
  answers: boolean | undefined,
): void => {
  const hint = advice === undefined ? undefined : english(advice);
  if (flags.json) {
    document({
      gateway: name,
      action: verb,
      outcome,
      tookMs: Math.round(tookMs),
      evidence,
      hint: hint ?? null,
      answers: answers ?? null,
    });
    return;
  }
  const done = isDone({ outcome, tookMs, evidence });
  const headline =
    outcome === "already"
      ? `✅ ${name} was ${verb === "stop" ? "stopped" : "running"} already; nothing was asked`
      : outcome === "killed"
        ? `⚠️ Killed ${name}: it did not drain within its budget`
        : done
          ? `✅ ${past[verb]} ${name} in ${age(tookMs)}`
          : `❌ ${name} could not be ${past[verb].toLowerCase()}: ${outcome}`;
  out(`${headline}\n${evidence.map((line) => `     ${line}\n`).join("")}`);
  if (hint !== undefined) out(`     next: ${hint}\n`);
  if (answers === true) out(`✅ ${name} answers\n`);
  if (answers === false)
    out(`❌ ${name} runs and does not answer yet\n     next: clawback logs --gateway ${name} --level warn\n`);
};
