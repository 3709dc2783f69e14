import {
  fleetRow,
  gatewayNamed,
  isFiring,
  type FleetRow,
  type GatewayModel,
  type Model,
} from "../../../watch/index.ts";
import { conditionWord } from "../panes/signs.ts";
import { defineList } from "../state/list.ts";
import { remembered } from "../state/memo.ts";
import type { ConsoleModel } from "../state/model.ts";
import { gatewayOf } from "../state/place.ts";
import { placeOf } from "../state/view.ts";

const severities = ["critical", "warning", "unknown", "maintenance", "ok"];

const rowsAt = new WeakMap<GatewayModel, { readonly now: number; readonly row: FleetRow }>();

/** Ten times a second there is news of some gateways; the lines of all others stay the same ones until the next tick. */
const rowOf = (watch: Model, gateway: GatewayModel): FleetRow => {
  const { now } = watch;
  const known = rowsAt.get(gateway);
  if (known?.now === now) return known.row;
  const row = fleetRow(watch, gateway);
  rowsAt.set(gateway, { now, row });
  return row;
};

const rowsOf = remembered((watch: Model): readonly FleetRow[] =>
  watch.gateways.map((gateway) => rowOf(watch, gateway)),
);

/** All gateways, in the order of the configuration. */
export const gatewayList = defineList<FleetRow>({
  id: "gateways",
  rows: ({ watch }) => rowsOf(watch),
  keyOf: ({ name }) => name,
  textOf: (row, { setting }) =>
    [
      row.name,
      row.condition.word,
      conditionWord(row.condition.word, setting.texts),
      row.condition.severity,
      ...row.gateway.identity.labels,
      row.version ?? "",
      ...row.gateway.alerts.filter(isFiring).map(({ rule }) => rule),
    ].join(" "),
  opens: ({ name }) => ({ screen: "gateway", gateway: name, tab: "overview" }),
  copies: ({ name }) => name,
  sorts: {
    name: ({ name }) => name,
    // The worst first, as with numbers the largest.
    state: ({ condition }) => -severities.indexOf(condition.severity),
    up: ({ uptimeMs }) => uptimeMs,
    lag: ({ lagMs }) => lagMs,
    memory: ({ rssBytes }) => rssBytes,
    context: ({ pressure, usage }) => pressure?.value ?? usage?.value,
    sessions: ({ sessions }) => sessions,
    snapshot: ({ lastSnapshot }) => lastSnapshot?.at,
  },
});

/** The line of a gateway in the fleet, from anywhere. */
export const fleetRowOf = (watch: Model, name: string): FleetRow | undefined => {
  const gateway = gatewayNamed(watch, name);
  return gateway === undefined ? undefined : rowOf(watch, gateway);
};

/** The gateway this place is about; where it is about none, the one selected in the fleet. */
export const gatewayHere = (model: ConsoleModel): GatewayModel | undefined => {
  const place = placeOf(model.view);
  const name = gatewayOf(place);
  if (name !== undefined) return gatewayNamed(model.watch, name);
  return place.screen === "fleet" || place.screen === "deploy"
    ? gatewayList.selected(model)?.gateway
    : undefined;
};

export const nameHere = (model: ConsoleModel): string | undefined => gatewayHere(model)?.identity.name;
