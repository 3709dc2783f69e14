import {
  gatewayNamed,
  isFiring,
  liveAlerts,
  theVault,
  type Alert,
  type GatewayModel,
  type Model,
} from "../../../watch/index.ts";
import { sayIn } from "../language/index.ts";
import { defineList, type ListSource } from "../state/list.ts";
import { remembered } from "../state/memo.ts";
import type { ConsoleModel } from "../state/model.ts";
import { placeOf } from "../state/view.ts";
import { gatewayHere, gatewayList } from "./gateways.ts";

const priorities = ["P0", "P1", "P2", "P3"];
const levels = { critical: "error", warning: "warn", info: "info" } as const;

const shared: Omit<ListSource<Alert>, "id" | "rows"> = {
  keyOf: ({ id }) => id,
  textOf: ({ id, priority, rule, gateway, subject, state, severity, evidence, said }, { setting }) =>
    [priority, rule, gateway, subject ?? "", state, severity, id, sayIn(setting.texts, said, evidence)].join(
      " ",
    ),
  levelOf: ({ severity }) => levels[severity],
  opens: ({ id }) => ({ screen: "alert", alert: id }),
  copies: ({ id, priority, rule, gateway, subject, evidence, said }, { setting }) =>
    `${priority} ${rule} ${gateway}${subject === undefined ? "" : ` ${subject}`}: ${sayIn(setting.texts, said, evidence)} (${id})`,
  sorts: {
    priority: ({ priority }) => -priorities.indexOf(priority),
    rule: ({ rule }) => rule,
    gateway: ({ gateway }) => gateway,
    since: ({ firedAt, since }) => firedAt ?? since,
  },
};

const stages = ["firing", "acknowledged", "pending", "resolved"];

/** What needs somebody first: firing before acknowledged before what may yet fire; then the most urgent, the oldest. */
export const byNeed = (a: Alert, b: Alert): number =>
  stages.indexOf(a.state) - stages.indexOf(b.state) ||
  priorities.indexOf(a.priority) - priorities.indexOf(b.priority) ||
  a.since - b.since;

const rowsOf = remembered((watch: Model): readonly Alert[] => {
  const live = liveAlerts(watch);
  const known = new Set(live.map(({ id }) => id));
  const past = watch.alertHistory.filter(({ id }) => !known.has(id)).slice(-50);
  return [...live, ...past.toReversed()].toSorted(byNeed);
});

/** Every alert that lives, and the last ones that did. */
export const alertList = defineList<Alert>({ ...shared, id: "alerts", rows: ({ watch }) => rowsOf(watch) });

const ofGateway = remembered((gateway: GatewayModel): readonly Alert[] => gateway.alerts.toSorted(byNeed));
const nothing: readonly Alert[] = [];

/** Those of the gateway this place is about. */
export const gatewayAlertList = defineList<Alert>({
  ...shared,
  id: "gateway-alerts",
  rows: (model) => {
    const gateway = gatewayHere(model);
    return gateway === undefined ? nothing : ofGateway(gateway);
  },
});

export const alertNamed = (watch: Model, id: string): Alert | undefined =>
  liveAlerts(watch).find((alert) => alert.id === id) ??
  watch.alertHistory.findLast((alert) => alert.id === id);

/** The alert that is meant: this one, the selected one, or the most urgent one of the selected gateway. */
export const alertHere = (model: ConsoleModel): Alert | undefined => {
  const place = placeOf(model.view);
  if (place.screen === "alert") return alertNamed(model.watch, place.alert);
  if (place.screen === "alerts") return alertList.selected(model);
  if (place.screen === "gateway") return gatewayAlertList.selected(model);
  return place.screen === "fleet" ? gatewayList.selected(model)?.topAlert : undefined;
};

export const whereOf = ({ gateway }: Pick<Alert, "gateway">): string =>
  gateway === theVault ? "vault" : gateway;

/** Earlier times this rule fired here, newest first. */
export const pastOf = (watch: Model, alert: Alert): readonly Alert[] =>
  watch.alertHistory
    .filter(({ rule, gateway }) => rule === alert.rule && gateway === alert.gateway)
    .toReversed();

export const firingAt = (watch: Model, gateway: string, at: number): readonly Alert[] => [
  ...watch.alertHistory.filter(
    (alert) =>
      alert.gateway === gateway &&
      (alert.firedAt ?? alert.since) <= at &&
      (alert.resolvedAt ?? watch.now) > at,
  ),
  ...(gatewayNamed(watch, gateway)?.alerts ?? []).filter(
    (alert) => isFiring(alert) && (alert.firedAt ?? alert.since) <= at,
  ),
];
