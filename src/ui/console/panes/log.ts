import type { Texts } from "../language/index.ts";
import { gatewayHere } from "../lists/gateways.ts";
import { errorList, incidentLogList, logList, troubleList, type LogRow } from "../lists/log-lines.ts";
import type { List } from "../state/list.ts";
import type { ConsoleModel } from "../state/model.ts";
import type { Look } from "../theme/index.ts";
import { nameColumns } from "./name-columns.ts";
import type { Pane, Size } from "./pane.ts";
import { levelRole } from "./signs.ts";
import { tablePane, type Column } from "./table.ts";

type Manner = {
  readonly id: string;
  readonly list: List<LogRow>;
  readonly title: (texts: Texts) => readonly string[];
  readonly whenEmpty: (texts: Texts) => string;
  readonly names: boolean;
  readonly gateway?: Pane["gateway"];
};

const columnsOf =
  ({ names }: Manner) =>
  (model: ConsoleModel, _look: Look, size: Size): readonly Column<LogRow>[] => [
    {
      id: "time",
      title: "",
      width: 8,
      dispensable: 0,
      cell: ({ line }) => ({ text: model.setting.time.clock(line.at), role: "text.dim" }),
    },
    ...(names ? [nameColumn(model)] : []),
    {
      id: "level",
      title: "",
      width: 5,
      dispensable: 0,
      cell: ({ line }) => ({ text: line.level.toUpperCase(), role: levelRole[line.level] }),
    },
    {
      id: "subsystem",
      title: "",
      width: Math.min(26, Math.max(14, Math.floor(size.columns / 6))),
      dispensable: 1,
      cell: ({ line }) => ({ text: line.subsystem, role: "text.secondary" }),
    },
    {
      id: "message",
      title: "",
      width: 34,
      dispensable: 0,
      grows: true,
      slides: true,
      cell: ({ line }) => ({ text: line.message }),
    },
    {
      id: "session",
      title: "",
      width: 28,
      dispensable: 2,
      cell: ({ line }) => ({ text: line.sessionKey ?? line.channel ?? "", role: "text.dim" }),
    },
  ];

const nameColumn = (model: ConsoleModel): Column<LogRow> => ({
  id: "gateway",
  title: "",
  width: nameColumns(model, 6, 14),
  dispensable: 0,
  cell: ({ gateway }) => ({ text: gateway }),
});

const logPane = (manner: Manner): Pane =>
  tablePane<LogRow>({
    id: manner.id,
    title: ({ setting }) => manner.title(setting.texts),
    list: manner.list,
    columns: columnsOf(manner),
    reads: ({ setting, watch }) => (manner.names ? [setting, watch.places] : [setting]),
    whenEmpty: ({ setting }) => manner.whenEmpty(setting.texts),
    heads: false,
    ...(manner.gateway === undefined ? {} : { gateway: manner.gateway }),
  });

export const troubleLog = logPane({
  id: "trouble",
  list: troubleList,
  title: ({ fleet }) => [fleet.log, fleet.warningsAndErrors, fleet.allGateways],
  whenEmpty: ({ fleet }) => fleet.noTrouble,
  names: true,
});

export const errorLog = logPane({
  id: "errors",
  list: errorList,
  title: ({ fleet }) => [fleet.log, fleet.errorsOnly, fleet.allGateways],
  whenEmpty: ({ fleet }) => fleet.noErrors,
  names: true,
});

export const gatewayLog = logPane({
  id: "log",
  list: logList,
  title: ({ gateway }) => [gateway.log],
  whenEmpty: ({ gateway }) => gateway.noLog,
  names: false,
  gateway: (model) => gatewayHere(model)?.identity.name,
});

export const incidentLog = logPane({
  id: "incident-log",
  list: incidentLogList,
  title: ({ gateway }) => [gateway.log],
  whenEmpty: ({ gateway }) => gateway.noLog,
  names: false,
});
