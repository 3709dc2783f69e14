import { harmlessLine } from "../../../ground/index.ts";
import { probeGateway, type ProbeReport } from "../../../clients/index.ts";
import { conditionOf, type GatewayModel } from "../../../watch/index.ts";
import { openFleet } from "../../fleet-source.ts";
import { defineCommand } from "../command.ts";
import { look, toldConnection } from "../look.ts";
import { exitFor, isUnreachable, signs, type Verdict } from "../verdict.ts";

type Health = {
  readonly gateway: GatewayModel;
  readonly probe: ProbeReport | undefined;
  readonly verdict: Verdict;
};

export const command = defineCommand({
  words: ["health"],
  summary: "Say quickly whether each gateway answers and is ready.",
  details: [
    "Asks only for the connection and for what the gateway's own HTTP probes say (ready, starting, draining, and what",
    "fails), so that it answers in a fraction of a second: for load balancers, cron and a first glance. Exits 0, 1 or 3",
    "as `status` does; `status` also looks at sessions, channels and alerts.",
  ].join("\n"),
  options: { wait: { kind: "duration", value: "TIME", help: "how long to wait for answers (7s)" } },
  run: async (context, { options }) => {
    await using fleet = await openFleet(context);
    const [model, probes] = await Promise.all([
      look(context, fleet, { withinMs: options.wait, hasTold: toldConnection }),
      Promise.all(fleet.gateways.map((settings) => probeGateway(settings, context, context))),
    ]);
    const all = model.gateways.map((gateway, at): Health => {
      const probe = probes[at];
      return { gateway, probe, verdict: verdictOf(gateway, probe, model.now) };
    });
    if (context.flags.json) {
      const demo = fleet.demo !== undefined;
      context.document({ demo, gateways: all.map((each) => documentOf(each, model.now)) });
    } else {
      if (fleet.banner !== undefined) context.out(`${fleet.banner}\n\n`);
      context.out(`${all.flatMap((each) => linesOf(each, model.now)).join("\n")}\n`);
    }
    return exitFor(all.map(({ verdict }) => verdict));
  },
});

const verdictOf = (gateway: GatewayModel, probe: ProbeReport | undefined, now: number): Verdict => {
  if (isUnreachable(gateway)) return "unreachable";
  const notReady = probe?.ready?.ready === false || probe?.health?.healthy === false;
  return notReady || conditionOf(gateway, now).severity !== "ok" ? "attention" : "fine";
};

const readiness = (probe: ProbeReport | undefined): readonly string[] => {
  if (probe === undefined || probe.contact.kind !== "answers") return [];
  const { ready, health, contact } = probe;
  const failing = [...(ready?.failing ?? []), ...(health?.failing ?? [])];
  return [
    `answers in ${Math.max(1, Math.round(contact.roundTripMs))} ms`,
    ...(ready === undefined ? [] : [ready.ready ? "ready" : "NOT READY"]),
    ...(failing.length === 0 ? [] : [`failing: ${failing.join(", ")}`]),
  ];
};

const linesOf = ({ gateway, probe, verdict }: Health, now: number): readonly string[] => {
  const { connection, identity } = gateway;
  const facts = [conditionOf(gateway, now).word, ...readiness(probe)];
  return [
    `${signs[verdict]} ${identity.name.padEnd(12)} ${facts.join(" · ")}`,
    ...(verdict === "fine" || connection === undefined || connection.state.kind === "up"
      ? []
      : [`     ${harmlessLine(connection.evidence)}`]),
    ...(connection?.next === undefined || verdict === "fine" ? [] : [`     next: ${connection.next}`]),
  ];
};

const documentOf = ({ gateway, probe, verdict }: Health, now: number): object => ({
  name: gateway.identity.name,
  url: gateway.identity.url,
  state: gateway.connection?.state.kind ?? "unknown",
  verdict,
  condition: conditionOf(gateway, now).word,
  healthy: verdict === "fine",
  evidence: gateway.connection?.evidence ?? null,
  next: gateway.connection?.next ?? null,
  version: gateway.hello?.version ?? probe?.health?.version ?? null,
  roundTripMs: probe?.contact.kind === "answers" ? probe.contact.roundTripMs : null,
  ready: probe?.ready?.ready ?? null,
  failing: [...(probe?.ready?.failing ?? []), ...(probe?.health?.failing ?? [])],
  startup: probe?.startup?.phase ?? null,
});
