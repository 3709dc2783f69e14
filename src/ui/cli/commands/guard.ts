import { counted, ExitCode, isProblem, problemOf, sleep } from "../../../ground/index.ts";
import type { Effect, Event, Model } from "../../../watch/index.ts";
import { openFleet } from "../../fleet-source.ts";
import { guardDeeds } from "../../guard-deeds.ts";
import { historyOrProblem, toldByNobody } from "../../history.ts";
import { recoveredEvents, recoverRestores, sayRecovered } from "../../recover-restores.ts";
import { watchFleet } from "../../watch-fleet.ts";
import { defineCommand, type Context } from "../command.ts";
import { fleetStatus } from "../status/fleet-status.ts";
import { alertLines, whose } from "../status/status-text.ts";
import { lookWithinMs, toldMore } from "../look.ts";
import { untilInterrupted } from "../until-interrupted.ts";

export const command = defineCommand({
  words: ["guard"],
  summary: "Watch without a screen: judge, remember and tell, until interrupted.",
  details: [
    "The same brain as the console's. It writes the history that consoles and commands read, sends alerts to the programs",
    "and webhooks under `alerts.outputs`, and prints a line for each alert that fires or resolves (with --json a document).",
    "Marks, silences and acknowledgements made elsewhere reach it within a second.",
    "",
    "Where there is a vault it takes snapshots of the gateways of this machine, as `snapshots` in the configuration says:",
    "every hour, when a P0 or P1 alert fires, at a mark that names a deploy and five minutes after it; of those it deletes",
    "what vault.retention lets go. It restarts a gateway only where `recovery.restart` allows it. Never with --read-only.",
    "",
    "Of several guards and consoles one leads: it alone writes the history, tells people and takes snapshots. When it",
    "ends or is killed, another takes its place within half a minute, and tells what was left untold. To have it started",
    "with the machine: clawback guard install. With --once it looks once, writes what it saw, and exits as status does.",
  ].join("\n"),
  options: { once: { kind: "flag", help: "look once, remember it, and end" } },
  run: async (context, { options }) => {
    await using fleet = await openFleet(context);
    if (fleet.banner !== undefined) context.err(`${fleet.banner}\n`);
    // What happens to a fleet that is made up and ends with this command has no place in anybody's history.
    const opened = fleet.demo === undefined ? await historyOrProblem(context) : undefined;
    using history = isProblem(opened) ? undefined : opened;
    if (history?.isWatched(context.clock.now()) === true) {
      context.err(
        "Another guard or console watches already; of the two, one writes the history and tells people.\n",
      );
    }

    const told = Promise.withResolvers<void>();
    let last: Model | undefined;
    await using watching = await watchFleet(context, fleet, {
      onChange: (model) => {
        last = tellTroubles(context, last, model);
        if (model.gateways.every(toldMore)) told.resolve();
      },
      staying: {
        ...(opened === undefined ? {} : { history: opened }),
        ...(context.flags["read-only"] || options.once || fleet.demo !== undefined
          ? {}
          : guardDeeds(context, fleet)),
        onEffect: (effect) => {
          if (effect.kind === "announce") announce(context, effect);
        },
      },
    });
    if (options.once) {
      const stop = context.clock.after(lookWithinMs, told.resolve);
      context.signal.addEventListener("abort", () => {
        told.resolve();
      });
      await told.promise;
      stop();
      watching.dispatch(tick(context));
      await sleep(context.clock, 0);
      if (context.signal.aborted) return ExitCode.interrupted;
      const status = fleetStatus(watching.model(), toldByNobody);
      const sick = [
        ...status.gateways.filter(({ verdict }) => verdict !== "fine").map(({ row }) => row.name),
        ...(status.vaultAlerts.length === 0 ? [] : ["the vault"]),
      ];
      if (context.flags.json) context.document({ looked: status.gateways.length, needAttention: sick });
      else
        context.out(
          sick.length === 0
            ? `✅ Looked at ${counted(status.gateways.length, "gateway")}: all well\n`
            : `❌ ${sick.join(", ")}: see clawback status\n`,
        );
      return status.exit;
    }
    watching.pace("background");
    context.err(`Guarding ${fleet.gateways.map(({ name }) => name).join(", ")}. ctrl-c ends it.\n`);
    await using _sweeping = fleet.demo === undefined ? sweepHourly(context, watching.dispatch) : undefined;
    return await untilInterrupted(context);
  },
});

/** A guard runs for weeks: what a restart would bring to an end or sweep away, it does itself. */
const sweepHourly = (context: Context, dispatch: (event: Event) => void): AsyncDisposable => {
  let working: Promise<void> = Promise.resolve();
  let callOff: () => void = () => undefined;
  const sweep = async (): Promise<void> => {
    const now = context.clock.now;
    try {
      const recovered = await recoverRestores(context);
      for (const event of recoveredEvents(recovered, [], now())) dispatch(event);
      sayRecovered(recovered, context);
    } catch (error) {
      // A configuration that is just being edited, a disk that is full: no reason for a guard to end.
      const { code, message } = problemOf(error);
      dispatch({ kind: "trouble", at: now(), trouble: { at: now(), effect: "restores", code, message } });
    }
    later();
  };
  const later = (): void => {
    callOff = context.clock.after(3_600_000, () => {
      working = sweep();
    });
  };
  later();
  return {
    [Symbol.asyncDispose]: async () => {
      callOff();
      await working;
    },
  };
};

const tick = ({ clock }: Context): Event => ({ kind: "tick", at: clock.now() });

const announce = (
  { clock, document, flags, out }: Context,
  { change, alert }: Extract<Effect, { kind: "announce" }>,
): void => {
  const at = new Date(clock.now()).toISOString();
  if (flags.json) {
    document({ at, change, alert });
    return;
  }
  const [first = "", ...rest] = alertLines(alert);
  const sign = change === "resolved" ? "✅" : alert.severity === "critical" ? "❌" : "⚠️";
  const lines = change === "resolved" ? [] : rest.map((line) => `     ${line}\n`);
  out(`${at.slice(0, 19).replace("T", " ")} ${sign} ${change} ${whose(alert)} ${first}\n${lines.join("")}`);
};

/** What the guard itself could not do: it must not be silent about that. */
const tellTroubles = ({ err }: Context, before: Model | undefined, after: Model): Model => {
  const known = new Set(before?.troubles);
  for (const trouble of after.troubles) {
    if (!known.has(trouble)) err(`${trouble.effect}: ${trouble.message}\n`);
  }
  return after;
};
