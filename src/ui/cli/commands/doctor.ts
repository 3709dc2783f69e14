import { ExitCode } from "../../../ground/index.ts";
import { openFleet, serviceFor, type FleetSource } from "../../fleet-source.ts";
import { toldByOthers } from "../../history.ts";
import { defineCommand, type Context } from "../command.ts";
import { isOn, type Check } from "../doctor/check.ts";
import { ownChecks } from "../doctor/own-checks.ts";
import { serviceCheck } from "../doctor/service-check.ts";
import { stateChecks } from "../doctor/state-checks.ts";
import { secretChecks, wireChecks } from "../doctor/wire-checks.ts";
import { look } from "../look.ts";
import { fleetStatus } from "../status/fleet-status.ts";

export const command = defineCommand({
  words: ["doctor"],
  summary: "Check everything around the gateways, with evidence and a next step for each.",
  details: [
    "Connection, alerts, versions, configuration, token and bind, file modes, service, disk, restarts, memory, clock; then",
    "clawback itself: its configuration, history, who watches, the vault and its key. It only looks. A gateway that does",
    "not answer is checked from its state directory.",
    "",
    "  --checklist daily    does it run, does anything fire, is there room, is there a snapshot of today",
    "  --checklist weekly   daily, and: can everything be read, restarts, memory, are snapshots verified",
    "  --checklist monthly  everything, as without the option",
    "",
    "Exits 1 when a check is not ✅, with ⚠️ as with ❌: what is in doubt is not well.",
  ].join("\n"),
  options: {
    checklist: { kind: ["daily", "weekly", "monthly"], help: "only what belongs to this list" },
    wait: { kind: "duration", value: "TIME", help: "how long to wait for answers (7s)" },
  },
  run: async (context, { options }) => {
    await using fleet = await openFleet(context);
    const checks = (await Promise.all([gatewayChecks(context, fleet, options.wait), ownChecks(context)]))
      .flat()
      .filter((check) => isOn(options.checklist, check));
    const bad = checks.filter(({ verdict }) => verdict !== "ok");
    if (context.flags.json) {
      context.document({
        demo: fleet.demo !== undefined,
        checklist: options.checklist ?? "monthly",
        ok: bad.length === 0,
        checks,
      });
    } else {
      if (fleet.banner !== undefined) context.out(`${fleet.banner}\n\n`);
      context.out(textOf(checks));
    }
    return bad.length === 0 ? ExitCode.fine : ExitCode.notFine;
  },
});

const gatewayChecks = async (
  context: Context,
  fleet: FleetSource,
  withinMs: number | undefined,
): Promise<readonly Check[]> => {
  const { clock, signal } = context;
  const model = await look(context, fleet, { withinMs });
  const { gateways } = fleetStatus(model, await toldByOthers(context, fleet));
  const perGateway = fleet.gateways.map(async (settings, at): Promise<readonly Check[]> => {
    const status = gateways[at];
    const { name, stateDir } = settings;
    return [
      ...(status === undefined ? [] : wireChecks(status, model.gateways, model.now)),
      // The demo's secrets are made up and die with it.
      ...(fleet.demo === undefined ? secretChecks(settings) : []),
      ...(stateDir === undefined
        ? []
        : [
            await serviceCheck(name, serviceFor(settings, fleet, context), signal),
            ...(await stateChecks(name, stateDir, clock.now(), signal)),
          ]),
    ];
  });
  return (await Promise.all(perGateway)).flat();
};

const signs = { ok: "✅", warning: "⚠️", failed: "❌" } as const;

/** As grave as the gravest of what was found. */
const closing = (checks: readonly Check[]): string => {
  const bad = checks.filter(({ verdict }) => verdict !== "ok").length;
  const failed = checks.filter(({ verdict }) => verdict === "failed").length;
  if (bad === 0) return `${signs.ok} ${checks.length} checks, all well`;
  return failed === 0
    ? `${signs.warning} ${bad} of ${checks.length} checks need attention; none failed`
    : `${signs.failed} ${bad} of ${checks.length} checks need attention; ${failed} failed`;
};

const textOf = (checks: readonly Check[]): string => {
  const subjects = [...new Set(checks.map(({ about }) => about))];
  const width = Math.max(...checks.map(({ id }) => id.length));
  return `${[
    ...subjects.flatMap((about) => [
      about,
      ...checks
        .filter((check) => check.about === about)
        .flatMap(({ id, verdict, evidence, next }) => [
          `  ${signs[verdict]} ${id.padEnd(width)}  ${evidence}`,
          ...(next === undefined ? [] : [`     next: ${next}`]),
        ]),
      "",
    ]),
    closing(checks),
  ].join("\n")}\n`;
};
