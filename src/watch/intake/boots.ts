import type { HelloFacts } from "../../clients/index.ts";
import { limits, type GatewayModel } from "../gateway-model.ts";
import { insertByTime, push } from "../ring.ts";
import { withoutTurns } from "./turns.ts";

/** How long after its goodbye a new process still counts as the restart that somebody asked for. */
const restartTakesMs = 600_000;

/** A new bootId is a new process: the cheapest and surest sign of a restart. */
export const withHello = (gateway: GatewayModel, hello: HelloFacts, at: number): GatewayModel => {
  const before = gateway.boots.at(-1);
  const vitals =
    hello.uptimeMs === undefined
      ? gateway.vitals
      : { ...gateway.vitals, uptime: { value: hello.uptimeMs, at } };
  if (before?.bootId === hello.bootId) return { ...gateway, hello, vitals };
  const planned =
    gateway.goodbyeAt !== undefined &&
    at - gateway.goodbyeAt <= restartTakesMs &&
    gateway.goodbyeAt >= (before?.at ?? 0);
  const boot = {
    at,
    bootId: hello.bootId,
    version: hello.version,
    seenStarting: before !== undefined,
    planned,
  };
  const after: GatewayModel = {
    ...gateway,
    hello,
    vitals,
    boots: push(gateway.boots, boot, limits.boots),
  };
  if (before === undefined) return after;
  const versions = before.version === hello.version ? "" : `, version ${before.version} → ${hello.version}`;
  return {
    ...after,
    sessions: withoutTurns(gateway.sessions),
    happenings: insertByTime(
      gateway.happenings,
      {
        at,
        kind: versions === "" ? "restart" : "version",
        text: `restarted${planned ? " as announced" : ""}${versions}`,
      },
      limits.happenings,
    ),
  };
};
