import type { BootFacts, HelloFacts } from "../../clients/index.ts";
import { type Boot, limits, type GatewayModel } from "../gateway-model.ts";
import { insertByTime, push } from "../ring.ts";
import { told } from "../sentences/index.ts";
import { withoutTurns } from "./turns.ts";

/** How long after its goodbye a new process still counts as the restart that somebody asked for. */
const restartTakesMs = 600_000;

/** A new bootId is a new process: the cheapest and surest sign of a restart. */
export const withHello = (gateway: GatewayModel, hello: HelloFacts, at: number): GatewayModel => {
  const before = gateway.hello;
  const vitals =
    hello.uptimeMs === undefined
      ? gateway.vitals
      : { ...gateway.vitals, uptime: { value: hello.uptimeMs, at } };
  const after = { ...gateway, hello, vitals };
  if (before?.bootId === hello.bootId) return after;
  const boot = bootOf(gateway, hello, at);
  const boots = gateway.boots.some(({ bootId }) => bootId === boot.bootId)
    ? gateway.boots.map((each) => (each.bootId === boot.bootId ? boot : each))
    : push(gateway.boots, boot, limits.boots);
  if (before === undefined) return { ...after, boots };
  const versions = before.version === hello.version ? undefined : { from: before.version, to: hello.version };
  return {
    ...after,
    boots,
    sessions: withoutTurns(gateway.sessions),
    happenings: insertByTime(
      gateway.happenings,
      {
        at,
        kind: versions === undefined ? "restart" : "version",
        ...told({ say: "restarted", announced: boot.planned, ...versions }),
      },
      limits.happenings,
    ),
  };
};

const bootOf = (gateway: GatewayModel, { bootId, version }: HelloFacts, at: number): Boot => {
  // Its state directory may have told of it before it could speak.
  const read = gateway.boots.find((each) => each.bootId === bootId);
  const last = gateway.boots.findLast((each) => each.bootId !== bootId);
  const announced =
    gateway.goodbyeAt !== undefined &&
    at - gateway.goodbyeAt <= restartTakesMs &&
    gateway.goodbyeAt >= (last?.at ?? 0);
  return {
    at: read?.at ?? at,
    bootId,
    version,
    seenStarting: read !== undefined || gateway.hello !== undefined,
    planned: announced || read?.planned === true,
  };
};

/** The starts that the state directory remembers, also those that nobody was there to see. */
export const withBoots = (gateway: GatewayModel, facts: readonly BootFacts[]): GatewayModel => {
  const read = facts.map(({ bootId, startedAt, end, reason }, index): Boot => {
    const met = gateway.boots.find((each) => each.bootId === bootId);
    const before = facts[index - 1];
    return {
      at: startedAt,
      bootId,
      ...(met?.version === undefined ? {} : { version: met.version }),
      seenStarting: true,
      planned: before === undefined || before.end === "clean" || met?.planned === true,
      ...(end === "startup-failed" ? { failure: reason ?? "no reason given" } : {}),
    };
  });
  const others = gateway.boots.filter((each) => !read.some(({ bootId }) => bootId === each.bootId));
  return { ...gateway, boots: [...others, ...read].toSorted((a, b) => a.at - b.at).slice(-limits.boots) };
};
