import { age } from "../../../ground/index.ts";
import {
  fleetRow,
  gatewayNamed,
  isFiring,
  type Alert,
  type Condition,
  type FleetRow,
  type GatewayModel,
  type Model,
  type Operation,
} from "../../../watch/index.ts";
import { conditionWord } from "../panes/signs.ts";
import { defineList } from "../state/list.ts";
import { remembered } from "../state/memo.ts";
import type { ConsoleModel } from "../state/model.ts";
import { gatewayOf } from "../state/place.ts";
import { placeOf } from "../state/view.ts";

const severities = ["critical", "warning", "unknown", "maintenance", "ok"];

/**
 * The line of a gateway in the fleet: what is told of it, times in words, and nothing that moves without being seen to.
 * So most lines stay the same objects from one frame to the next, and are neither sorted nor painted again.
 */
export type GatewayLine = {
  readonly name: string;
  readonly labels: readonly string[];
  readonly connection: string | undefined;
  readonly word: Condition["word"];
  readonly severity: Condition["severity"];
  /** How old its numbers are, where they are too old to be called live. */
  readonly stale: string | undefined;
  readonly version: string | undefined;
  readonly up: string | undefined;
  /** By its own word, in seconds. */
  readonly startedAt: number | undefined;
  readonly lagMs: number | undefined;
  readonly rssBytes: number | undefined;
  readonly rssTrend: readonly number[];
  readonly context: number | undefined;
  readonly sessions: number | undefined;
  readonly connected: number | undefined;
  readonly configured: number | undefined;
  readonly snapshotAge: string | undefined;
  readonly snapshotAt: number | undefined;
  readonly work: Operation | undefined;
  readonly topAlert: Alert | undefined;
  readonly moreAlerts: number;
};

const inWords = (ms: number | undefined): string | undefined => (ms === undefined ? undefined : age(ms));

const lineOf = (watch: Model, gateway: GatewayModel): GatewayLine => {
  const row = fleetRow(watch, gateway);
  const { now } = watch;
  return {
    name: row.name,
    labels: gateway.identity.labels,
    connection: gateway.connection?.state.kind,
    word: row.condition.word,
    severity: row.condition.severity,
    stale: inWords(row.staleMs),
    version: row.version,
    up: inWords(row.uptimeMs),
    startedAt: row.uptimeMs === undefined ? undefined : Math.round((now - row.uptimeMs) / 1_000),
    lagMs: row.lagMs,
    rssBytes: row.rssBytes,
    rssTrend: row.rssTrend,
    context: row.pressure?.value ?? row.usage?.value,
    sessions: row.sessions,
    connected: row.channels?.connected,
    configured: row.channels?.configured,
    snapshotAge: row.lastSnapshot && age(now - row.lastSnapshot.at),
    snapshotAt: row.lastSnapshot?.at,
    work: row.work,
    topAlert: row.topAlert,
    moreAlerts: row.moreAlerts,
  };
};

const isSame = (one: GatewayLine, other: GatewayLine): boolean => {
  let name: keyof GatewayLine;
  for (name in one) if (one[name] !== other[name]) return false;
  return true;
};

type Told = Pick<Model, "gateways" | "now" | "operations"> & { readonly lines: readonly GatewayLine[] };

let last: Told = { gateways: [], now: 0, operations: [], lines: [] };

/** Ten times a second there is news of some gateways, and little of it shows: what looks as before is what it was. */
export const gatewayLines = remembered((watch: Model): readonly GatewayLine[] => {
  const { gateways, now, operations } = watch;
  const isNow = now === last.now && operations === last.operations;
  const lines = gateways.map((gateway, place) => {
    const before = last.lines[place];
    if (before !== undefined && isNow && gateway === last.gateways[place]) return before;
    const line = lineOf(watch, gateway);
    return before !== undefined && isSame(before, line) ? before : line;
  });
  const isAll =
    lines.length === last.lines.length && lines.every((line, place) => line === last.lines[place]);
  last = { gateways, now, operations, lines: isAll ? last.lines : lines };
  return last.lines;
});

/** All gateways, in the order of the configuration. */
export const gatewayList = defineList<GatewayLine>({
  id: "gateways",
  rows: ({ watch }) => gatewayLines(watch),
  keyOf: ({ name }) => name,
  textOf: (line, { watch, setting }) =>
    [
      line.name,
      line.word,
      conditionWord(line.word, setting.texts),
      line.severity,
      ...line.labels,
      line.version ?? "",
      ...(gatewayNamed(watch, line.name)?.alerts.filter(isFiring) ?? []).map(({ rule }) => rule),
    ].join(" "),
  opens: ({ name }) => ({ screen: "gateway", gateway: name, tab: "overview" }),
  copies: ({ name }) => name,
  sorts: {
    name: ({ name }) => name,
    // The worst first, as with numbers the largest.
    state: ({ severity }) => -severities.indexOf(severity),
    up: ({ startedAt }) => startedAt && -startedAt,
    lag: ({ lagMs }) => lagMs,
    memory: ({ rssBytes }) => rssBytes,
    context: ({ context }) => context,
    sessions: ({ sessions }) => sessions,
    snapshot: ({ snapshotAt }) => snapshotAt,
  },
});

/** All that is known of a gateway at a glance. */
export const fleetRowOf = (watch: Model, name: string): FleetRow | undefined => {
  const gateway = gatewayNamed(watch, name);
  return gateway === undefined ? undefined : fleetRow(watch, gateway);
};

/** The gateway this place is about; where it is about none, the one selected in the fleet. */
export const gatewayHere = (model: ConsoleModel): GatewayModel | undefined => {
  const place = placeOf(model.view);
  const about = gatewayOf(place);
  const isOfFleet = place.screen === "fleet" || place.screen === "deploy";
  const name = about ?? (isOfFleet ? gatewayList.selected(model)?.name : undefined);
  return name === undefined ? undefined : gatewayNamed(model.watch, name);
};

export const nameHere = (model: ConsoleModel): string | undefined => gatewayHere(model)?.identity.name;
