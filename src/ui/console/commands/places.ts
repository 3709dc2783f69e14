import { gatewayHere, gatewayList } from "../lists/gateways.ts";
import { alertHere } from "../lists/alerts.ts";
import { incidentHere } from "../lists/incidents.ts";
import { gatewayNamed } from "../../../watch/index.ts";
import { tabFurther } from "../panes/tabs.ts";
import type { Action } from "../state/action.ts";
import { listKeyAt } from "../state/list.ts";
import type { ConsoleModel } from "../state/model.ts";
import type { GatewayTab, Place } from "../state/place.ts";
import { placeOf } from "../state/view.ts";
import type { ConsoleCommand } from "./command.ts";

/** The gateway that is meant: this one, that of the alert or incident one looks at, or the one selected in the fleet. */
export const gatewayMeant = (model: ConsoleModel): string | undefined => {
  const { screen } = placeOf(model.view);
  // Where gateways are chosen, what a filter has taken out of sight is not meant.
  if (screen === "fleet" || screen === "deploy") return gatewayHere(model)?.identity.name;
  const of =
    screen === "alert" || screen === "alerts"
      ? alertHere(model)?.gateway
      : screen === "incident" || screen === "incidents"
        ? incidentHere(model)?.gateways[0]
        : undefined;
  const named = of === undefined ? undefined : gatewayNamed(model.watch, of);
  return named?.identity.name ?? gatewayHere(model)?.identity.name ?? inFleet(model);
};

const inFleet = ({ view, watch }: ConsoleModel): string | undefined => {
  const state = view.lists.get(listKeyAt({ screen: "fleet" }, gatewayList.id));
  return state?.selected?.key ?? watch.gateways[0]?.identity.name;
};

const needsGateway = (model: ConsoleModel): string | undefined =>
  gatewayMeant(model) === undefined ? model.setting.texts.keys.noGateway : undefined;

const toGateway =
  (kind: "open" | "jump", tab: GatewayTab) =>
  (model: ConsoleModel): readonly Action[] => {
    const gateway = gatewayMeant(model);
    return gateway === undefined ? [] : [{ kind, place: { screen: "gateway", gateway, tab } }];
  };

const to =
  (kind: "open" | "jump", place: Place): (() => readonly Action[]) =>
  () => [{ kind, place }];

const turn =
  (by: number) =>
  ({ view }: ConsoleModel): readonly Action[] => {
    const place = placeOf(view);
    return place.screen === "gateway"
      ? [{ kind: "turn", place: { ...place, tab: tabFurther(place.tab, by) } }]
      : [];
  };

/** The ways to the screens. */
export const places: readonly ConsoleCommand[] = [
  {
    id: "open",
    keys: ["Enter"],
    risk: "none",
    where: ["fleet", "deploy", "gateway", "alerts", "incidents", "incident", "snapshots", "compare"],
    footer: 10,
    run: () => [{ kind: "open-here" }],
  },
  {
    id: "go.incident",
    keys: ["i"],
    risk: "none",
    where: ["fleet", "deploy", "gateway", "session", "alerts", "alert"],
    footer: 20,
    disabledReason: (model) =>
      incidentHere(model) === undefined ? model.setting.texts.keys.noIncident : undefined,
    run: (model) => {
      const incident = incidentHere(model);
      return incident === undefined
        ? []
        : [{ kind: "open", place: { screen: "incident", incident: incident.id } }];
    },
  },
  {
    id: "go.logs",
    keys: ["l"],
    risk: "none",
    where: ["fleet", "deploy", "alerts", "alert"],
    footer: 40,
    disabledReason: needsGateway,
    run: toGateway("open", "logs"),
  },
  {
    id: "go.deploy",
    keys: ["D"],
    risk: "none",
    where: "everywhere",
    run: to("jump", { screen: "deploy" }),
  },
  {
    id: "tab.next",
    keys: ["Right", "]", "l"],
    risk: "none",
    where: ["gateway"],
    footer: 50,
    run: turn(1),
  },
  { id: "tab.before", keys: ["Left", "[", "h"], risk: "none", where: ["gateway"], run: turn(-1) },
  {
    id: "go.fleet",
    keys: ["1"],
    risk: "none",
    where: "everywhere",
    run: to("jump", { screen: "fleet" }),
  },
  {
    id: "go.gateway",
    keys: ["2"],
    risk: "none",
    where: "everywhere",
    disabledReason: needsGateway,
    run: toGateway("jump", "overview"),
  },
  {
    id: "go.alerts",
    keys: ["3"],
    risk: "none",
    where: "everywhere",
    run: to("jump", { screen: "alerts" }),
  },
  {
    id: "go.snapshots",
    keys: ["4"],
    risk: "none",
    where: "everywhere",
    disabledReason: needsGateway,
    run: (model) => {
      const gateway = gatewayMeant(model);
      return gateway === undefined ? [] : [{ kind: "jump", place: { screen: "snapshots", gateway } }];
    },
  },
  {
    id: "go.incidents",
    keys: ["7"],
    risk: "none",
    where: "everywhere",
    run: to("jump", { screen: "incidents" }),
  },
  { id: "go.vault", keys: ["8"], risk: "none", where: "everywhere", run: to("jump", { screen: "vault" }) },
  { id: "go.perf", keys: [], risk: "none", where: "everywhere", run: to("jump", { screen: "perf" }) },
  { id: "go.audit", keys: ["A"], risk: "none", where: "everywhere", run: to("jump", { screen: "audit" }) },
];
