import type { SessionFacts } from "../../../clients/index.ts";
import { isFiring, pressureOf, usageOf, type GatewayModel, type SessionModel } from "../../../watch/index.ts";
import { defineList } from "../state/list.ts";
import { remembered } from "../state/memo.ts";
import type { ConsoleModel } from "../state/model.ts";
import { placeOf } from "../state/view.ts";
import { gatewayHere } from "./gateways.ts";

/** How a session is, in the order of how much it needs somebody. */
export type SessionState = "dead" | "squeezed" | "failing" | "running" | "idle";

export type SessionRow = {
  readonly key: string;
  readonly gateway: string;
  readonly session: SessionModel;
  readonly facts: SessionFacts;
  readonly state: SessionState;
  readonly pressure: number | undefined;
  readonly usage: number | undefined;
};

const order: readonly SessionState[] = ["dead", "squeezed", "failing", "running", "idle"];

/** The sessions of a gateway, those in need first. */
export const sessionsOf = remembered((gateway: GatewayModel): readonly SessionRow[] => {
  const dead = new Set(
    gateway.alerts
      .filter((alert) => alert.rule === "session-dead" && isFiring(alert))
      .map(({ subject }) => subject),
  );
  return [...gateway.sessions.values()]
    .map((session) => rowOf(session, gateway.identity.name, dead))
    .toSorted(byNeed);
});

const rowOf = (
  session: SessionModel,
  gateway: string,
  dead: ReadonlySet<string | undefined>,
): SessionRow => ({
  key: session.facts.key,
  gateway,
  session,
  facts: session.facts,
  state: dead.has(session.facts.key)
    ? "dead"
    : session.squeezedSince !== undefined
      ? "squeezed"
      : session.failures > 0
        ? "failing"
        : session.facts.running || session.turn !== undefined
          ? "running"
          : "idle",
  pressure: pressureOf(session.facts),
  usage: usageOf(session.facts),
});

/** The fullest first; where that is not known, the most recently active. */
const byNeed = (a: SessionRow, b: SessionRow): number =>
  Number(b.state === "dead") - Number(a.state === "dead") ||
  (b.pressure ?? b.usage ?? -1) - (a.pressure ?? a.usage ?? -1) ||
  (b.facts.lastActivityAt ?? 0) - (a.facts.lastActivityAt ?? 0);

const nothing: readonly SessionRow[] = [];

/** The sessions of one gateway. */
export const sessionList = defineList<SessionRow>({
  id: "sessions",
  rows: (model) => {
    const gateway = gatewayHere(model);
    return gateway === undefined ? nothing : sessionsOf(gateway);
  },
  keyOf: ({ key }) => key,
  textOf: ({ key, facts, state }) =>
    [key, facts.agentId, state, facts.status ?? "", facts.model ?? "", facts.provider ?? ""].join(" "),
  opens: ({ gateway, key }) => ({ screen: "session", gateway, session: key }),
  copies: ({ key }) => key,
  sorts: {
    session: ({ key }) => key,
    agent: ({ facts }) => facts.agentId,
    pressure: ({ pressure }) => pressure,
    usage: ({ usage }) => usage,
    last: ({ facts }) => facts.lastActivityAt,
    state: ({ state }) => order.length - order.indexOf(state),
  },
});

/** The session this place is about, or the selected one. */
export const sessionHere = (model: ConsoleModel): SessionRow | undefined => {
  const place = placeOf(model.view);
  const gateway = gatewayHere(model);
  if (place.screen !== "session" && place.screen !== "rollback") return sessionList.selected(model);
  return gateway === undefined ? undefined : sessionsOf(gateway).find(({ key }) => key === place.session);
};
