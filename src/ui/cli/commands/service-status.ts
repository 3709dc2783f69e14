import type { ServiceStatus } from "../../../clients/index.ts";
import { age, ExitCode } from "../../../ground/index.ts";
import { openFleet, serviceFor } from "../../fleet-source.ts";
import { defineCommand } from "../command.ts";

export const command = defineCommand({
  words: ["service", "status"],
  summary: "Say what the supervisor of each gateway knows, and who holds its state directory.",
  details: [
    "Works when the gateway does not answer: it asks systemd, launchd, OpenClaw's own command or the ones you configured,",
    "and looks at the lock in the state directory. Exits 1 when one does not run, or nobody can tell.",
  ].join("\n"),
  options: {},
  run: async (context) => {
    await using fleet = await openFleet(context);
    const all = await Promise.all(
      fleet.gateways.map(async (settings) => {
        const service = serviceFor(settings, fleet, context);
        return { name: settings.name, words: service.words, status: await service.status(context.signal) };
      }),
    );
    if (context.flags.json) {
      context.document({
        services: all.map(({ name, words, status }) => ({ gateway: name, supervisor: words, ...status })),
      });
    } else {
      if (fleet.banner !== undefined) context.out(`${fleet.banner}\n\n`);
      for (const { name, words, status } of all) {
        context.out(`${sign(status)} ${name.padEnd(12)} ${status.state} · ${words}${more(status)}\n`);
        for (const line of status.evidence) context.out(`     ${line}\n`);
      }
    }
    return all.every(({ status }) => status.state === "running") ? ExitCode.fine : ExitCode.notFine;
  },
});

const sign = ({ state }: ServiceStatus): string =>
  state === "running" ? "✅" : state === "stopped" || state === "failed" ? "❌" : "⚠️";

const more = ({ pid, restarts, supervisorKillsAfterMs }: ServiceStatus): string =>
  [
    pid === undefined ? "" : ` · process ${pid}`,
    restarts === true ? " · started again when it ends" : "",
    supervisorKillsAfterMs === undefined
      ? ""
      : ` · killed by its supervisor after ${age(supervisorKillsAfterMs)}`,
  ].join("");
