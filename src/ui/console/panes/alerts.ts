import { age } from "../../../ground/index.ts";
import type { Alert } from "../../../watch/index.ts";
import { sayIn } from "../language/index.ts";
import { alertList, gatewayAlertList, whereOf } from "../lists/alerts.ts";
import { gatewayHere } from "../lists/gateways.ts";
import type { List } from "../state/list.ts";
import type { ConsoleModel } from "../state/model.ts";
import type { Look, Role } from "../theme/index.ts";
import { isAllWell } from "./header.ts";
import { nameColumns } from "./name-columns.ts";
import type { Pane } from "./pane.ts";
import { severityState } from "./signs.ts";
import { tablePane, type Column } from "./table.ts";

/** What is over or not yet sure is quiet; what fires has the colour of how bad it is. */
export const alertRole = ({ state, severity }: Alert): Role =>
  state === "firing"
    ? `state.${severityState[severity]}`
    : state === "acknowledged"
      ? "text.primary"
      : "text.dim";

export const alertStateWord = ({ setting }: ConsoleModel, alert: Alert): string => {
  const { alerts } = setting.texts;
  const word = alerts.states[alert.state];
  return alert.state === "acknowledged" && alert.acknowledged !== undefined
    ? alerts.acknowledgedBy(alert.acknowledged.by)
    : word;
};

const columnsOf =
  (names: boolean) =>
  (model: ConsoleModel, look: Look): readonly Column<Alert>[] => {
    const { setting, watch } = model;
    const heads = setting.texts.alerts.columns;
    return [
      {
        id: "priority",
        title: heads.priority,
        width: 4,
        dispensable: 0,
        cell: (alert) => ({
          text: `${look.symbol(severityState[alert.severity])} ${alert.priority}`,
          role: alertRole(alert),
        }),
      },
      {
        id: "rule",
        title: heads.rule,
        width: 20,
        dispensable: 0,
        cell: (alert) => ({ text: alert.rule, role: alertRole(alert) }),
      },
      ...(names ? [gatewayColumn(model)] : []),
      {
        id: "since",
        title: heads.since,
        width: 6,
        dispensable: 1,
        cell: ({ since, firedAt, resolvedAt }) => ({
          text: age(Math.max(0, watch.now - (resolvedAt ?? firedAt ?? since))),
        }),
      },
      {
        id: "state",
        title: heads.state,
        width: 11,
        dispensable: 0,
        cell: (alert) => ({ text: alertStateWord(model, alert), role: alertRole(alert) }),
      },
      {
        id: "evidence",
        title: heads.evidence,
        width: 20,
        dispensable: 0,
        grows: true,
        slides: true,
        // What is about it comes last: at 80 columns the name of a session would be all that there is room for.
        cell: ({ subject, evidence, said }) => {
          const why = sayIn(setting.texts, said, evidence);
          return { text: subject === undefined ? why : `${why} ${look.symbol("dot")} ${subject}` };
        },
      },
    ];
  };

const gatewayColumn = (model: ConsoleModel): Column<Alert> => ({
  id: "gateway",
  title: model.setting.texts.alerts.columns.gateway,
  width: nameColumns(model, 7, 16),
  dispensable: 0,
  cell: (alert) => ({ text: whereOf(alert) }),
});

const alertTable = (id: string, list: List<Alert>, names: boolean, gateway?: Pane["gateway"]): Pane =>
  tablePane<Alert>({
    id,
    first: true,
    title: ({ setting }) => [setting.texts.alerts.place],
    list,
    columns: columnsOf(names),
    whenEmpty: (model) => {
      const { none, noneHere, noneYet } = model.setting.texts.alerts;
      // A gateway that is down is down before the alert of it fires.
      return names ? (isAllWell(model) ? none : noneYet) : noneHere;
    },
    ...(gateway === undefined ? {} : { gateway }),
  });

/** Every alert of the fleet. */
export const allAlerts = alertTable("alerts", alertList, true);

/** Those of one gateway. */
export const gatewayAlerts = alertTable(
  "gateway-alerts",
  gatewayAlertList,
  false,
  (model) => gatewayHere(model)?.identity.name,
);
