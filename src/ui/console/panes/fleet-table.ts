import { age, bytes, count, percent } from "../../../ground/index.ts";
import type { ConditionSeverity, FleetRow } from "../../../watch/index.ts";
import type { Look, Role, State } from "../theme/index.ts";
import { paintTable, type Cell, type Column, type TableView } from "./table.ts";

const signs: Readonly<Record<ConditionSeverity, State>> = {
  ok: "good",
  warning: "warn",
  critical: "bad",
  unknown: "unknown",
  maintenance: "busy",
};

/** Context above this is a warning, above the whole it is critical: the next turn may not fit. */
const tight = 0.8;

export const contextRole = (fraction: number): Role =>
  fraction > 1 ? "state.bad" : fraction > tight ? "state.warn" : "state.good";

/** Numbers of a gateway that is not heard any more are shown, and are dimmed: they may no longer be so. */
const isHeard = (row: FleetRow): boolean =>
  row.staleMs === undefined && row.gateway.connection?.state.kind === "up";

const dimmed = (row: FleetRow, text: string): Cell => (isHeard(row) ? { text } : { text, role: "text.dim" });

const columnsOf = (look: Look, now: number): readonly Column<FleetRow>[] => [
  {
    title: "NAME",
    width: 10,
    dispensable: 0,
    cell: ({ name }) => ({ text: name, role: "text.strong" }),
  },
  {
    title: "STATE",
    width: 11,
    dispensable: 0,
    cell: ({ condition, staleMs }) => ({
      text: `${look.symbol(signs[condition.severity])} ${staleMs === undefined || condition.severity === "critical" ? condition.word : `STALE ${age(staleMs)}`}`,
      role: `state.${signs[condition.severity]}`,
    }),
  },
  {
    title: "VERSION",
    width: 9,
    dispensable: 6,
    cell: (row) => dimmed(row, row.version ?? look.symbol("none")),
  },
  {
    title: "UP",
    width: 6,
    dispensable: 3,
    cell: (row) => dimmed(row, row.uptimeMs === undefined ? look.symbol("none") : age(row.uptimeMs)),
  },
  {
    title: "LAG",
    width: 5,
    align: "right",
    dispensable: 2,
    cell: (row) => dimmed(row, row.lagMs === undefined ? "?" : `${Math.round(row.lagMs)}ms`),
  },
  {
    title: "MEMORY",
    width: 7,
    align: "right",
    dispensable: 5,
    cell: (row) => dimmed(row, bytes(row.rssBytes)),
  },
  {
    title: "1H",
    width: 8,
    dispensable: 7,
    cell: ({ rssTrend }) => ({ text: look.spark(rssTrend, 8), role: "chart.line" }),
  },
  {
    title: "CONTEXT",
    width: 13,
    dispensable: 0,
    cell: (row) => {
      const fraction = row.pressure?.value ?? row.usage?.value;
      const text = `${look.bar(fraction, 8)} ${percent(fraction).padStart(4)}`;
      if (fraction === undefined) return { text: "?", role: "text.dim" };
      return isHeard(row) ? { text, role: contextRole(fraction) } : dimmed(row, text);
    },
  },
  {
    title: "SESS",
    width: 4,
    align: "right",
    dispensable: 8,
    cell: (row) => dimmed(row, count(row.sessions)),
  },
  {
    title: "CH",
    width: 4,
    align: "right",
    dispensable: 1,
    cell: (row) => {
      if (row.channels === undefined) return { text: "?", role: "text.dim" };
      const { connected, configured } = row.channels;
      const text = `${connected}/${configured}`;
      return isHeard(row) && connected < configured ? { text, role: "state.bad" } : dimmed(row, text);
    },
  },
  {
    title: "SNAPSHOT",
    width: 8,
    dispensable: 4,
    cell: ({ lastSnapshot }) =>
      lastSnapshot === undefined
        ? { text: look.symbol("none"), role: "text.dim" }
        : { text: `${age(now - lastSnapshot.at)} ago` },
  },
  {
    title: "ALERTS",
    width: 14,
    dispensable: 0,
    grows: true,
    cell: ({ topAlert, moreAlerts }, width) => {
      if (topAlert === undefined) return { text: "" };
      // How many more there are must not be what is cut off.
      const more = `${moreAlerts > 0 ? ` +${moreAlerts}` : ""}${topAlert.state === "acknowledged" ? ` ${look.symbol("yes")}` : ""}`;
      return {
        text: `${look.fit(topAlert.rule, Math.min(topAlert.rule.length, width - more.length))}${more}`,
        role: topAlert.severity === "critical" ? "state.bad" : "state.warn",
      };
    },
  },
];

export const paintFleetTable = (
  view: TableView<FleetRow> & { readonly now: number },
  size: { readonly columns: number; readonly rows: number },
  look: Look,
): readonly string[] => {
  const longest = view.rows.reduce((most, { name }) => Math.max(most, name.length), 10);
  const nameWidth = Math.min(longest, Math.max(10, Math.floor(size.columns / 6)));
  const columns = columnsOf(look, view.now).map((column) =>
    column.title === "NAME" ? { ...column, width: nameWidth } : column,
  );
  return paintTable(columns, view, size, look);
};
