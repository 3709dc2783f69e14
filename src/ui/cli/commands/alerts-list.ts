import { clockTime, ExitCode, harmlessLine, moment } from "../../../ground/index.ts";
import { isFiring, type Alert } from "../../../watch/index.ts";
import { namesAsked, openFleet } from "../../fleet-source.ts";
import { openFormerHistory } from "../../history.ts";
import { defineCommand, type Context } from "../command.ts";
import { parseDuration } from "../duration.ts";
import { parseInstant } from "../instant.ts";
import { look } from "../look.ts";
import { alertLines, whose } from "../status/status-text.ts";

export const command = defineCommand({
  words: ["alerts", "list"],
  summary: "List the alerts that fire now, most urgent first, with evidence and next step.",
  details: [
    "While a guard or a console watches, this is what it knows. Without one, the gateways are looked at once: rules that",
    "need time (a silent gateway, growing memory, failing turns) cannot show then, and that is said.",
    "Exits 1 when alerts fire.",
  ].join("\n"),
  options: {
    since: {
      kind: "text",
      value: "TIME",
      help: "also those that have resolved since (24h, 02:15, 2026-11-20)",
    },
  },
  run: async (context, { options }) => {
    const { clock, flags } = context;
    const since =
      options.since === undefined
        ? undefined
        : parseInstant(options.since, "--since", clock.now(), (text) => parseDuration(text, "--since"));
    const asked = await namesAsked(context);
    const { watched, alerts } = await firingNow(context, asked?.isWatchable ?? true);
    const past = since === undefined ? [] : await resolvedSince(context, since);
    const wanted = (alert: Alert): boolean => asked === undefined || asked.names.has(alert.gateway);
    const shown = alerts.filter(wanted);
    if (flags.json) {
      context.document({ watched, alerts: shown, resolved: past.filter(wanted) });
    } else {
      if (!watched) {
        context.err("Nobody watches all the time, so this is one look: see `clawback guard --help`.\n");
      }
      context.out(listText(shown, past.filter(wanted)));
    }
    return shown.length > 0 ? ExitCode.notFine : ExitCode.fine;
  },
});

const firingNow = async (
  context: Context,
  isWatchable: boolean,
): Promise<{ readonly watched: boolean; readonly alerts: readonly Alert[] }> => {
  if (isWatchable) {
    using history = await openFormerHistory(context);
    if (history !== undefined && history.isWatched(context.clock.now())) {
      return { watched: true, alerts: history.stories.firing() };
    }
  }
  await using fleet = await openFleet(context);
  if (fleet.banner !== undefined) context.err(`${fleet.banner}\n`);
  const { gateways, vaultAlerts } = await look(context, fleet);
  const alerts = [...gateways.flatMap((gateway) => gateway.alerts), ...vaultAlerts];
  return { watched: false, alerts: alerts.filter(isFiring) };
};

const resolvedSince = async (context: Context, since: number): Promise<readonly Alert[]> => {
  using history = await openFormerHistory(context);
  return (history?.stories.alerts(since, context.clock.now()) ?? []).filter(
    ({ state, resolvedAt }) => state === "resolved" && (resolvedAt ?? 0) >= since,
  );
};

const listText = (alerts: readonly Alert[], past: readonly Alert[]): string =>
  `${[
    ...(alerts.length === 0 ? ["✅ No alert fires"] : []),
    ...alerts.flatMap((alert) => [
      `${alert.severity === "critical" ? "❌" : "⚠️"} ${alert.id}  ${whose(alert)}${alert.silencedUntil === undefined ? "" : `  silenced until ${clockTime(alert.silencedUntil)}`}`,
      ...alertLines(alert).map((line) => `     ${line}`),
    ]),
    ...(past.length === 0 ? [] : ["", "Resolved"]),
    ...past.map(
      (alert) =>
        `  ${moment(alert.firedAt ?? alert.since)} to ${clockTime(alert.resolvedAt ?? alert.since)}  ${alert.priority} ${alert.rule}  ${whose(alert)}${alert.subject === undefined ? "" : `  ${harmlessLine(alert.subject, 100)}`}`,
    ),
  ].join("\n")}\n`;
