import { age, bytes, count, percent } from "../../../ground/index.ts";
import { gatewayList, type GatewayLine } from "../lists/gateways.ts";
import type { ConsoleModel } from "../state/model.ts";
import { width, type Look } from "../theme/index.ts";
import type { Size } from "./pane.ts";
import { channelWords, conditionState, conditionWord, contextRole, withoutTime, workWords } from "./signs.ts";
import { tablePane, type Cell, type Column } from "./table.ts";

/** Numbers of a gateway that is not heard any more are shown, and are dimmed: they may no longer be so. */
const isHeard = ({ stale, connection }: GatewayLine): boolean => stale === undefined && connection === "up";

/** It is known that it does not run: nothing is unknown about numbers it does not have. */
const isGone = ({ connection }: GatewayLine): boolean =>
  connection === "down" || connection === "crashed" || connection === "booting";

const dimmed = (row: GatewayLine, text: string): Cell =>
  isHeard(row) ? { text } : { text, role: "text.dim" };

/** The name, with `prod` said in words: nobody should restart the wrong one by its colour. */
const nameOf = ({ name, labels }: GatewayLine, { setting }: ConsoleModel): string => {
  const isProd = labels.some((label) => label.toLowerCase() === "prod");
  return isProd && !/prod/iu.test(name) ? `${name} ${setting.texts.words.prod}` : name;
};

/** In the five columns there are: a loop that stood still for seconds is told in seconds. */
const lagWords = (ms: number): string => (ms < 999.5 ? `${Math.round(ms)}ms` : age(ms));

/** The longest word for a state behind its sign, and most words with a time. */
const stateColumns = 14;

/** A time that does not fit is left out whole: `frozen`, not `frozen 1…` for twelve seconds. */
const whole = (words: string, columns: number): string =>
  width(words) <= columns ? words : withoutTime(words);

const columnsOf = (model: ConsoleModel, look: Look, size: Size): readonly Column<GatewayLine>[] => {
  const { texts } = model.setting;
  const heads = texts.fleet.columns;
  // A bar says as much in five columns; a state, a time or an alert that is cut off says little.
  const barColumns = size.columns < 130 ? 5 : 8;
  const none = look.symbol("none");
  const longest = gatewayList
    .view(model)
    .rows.reduce((most, row) => Math.max(most, width(nameOf(row, model))), 10);
  return [
    {
      id: "name",
      title: heads.name,
      width: Math.min(longest, Math.max(10, Math.floor(size.columns / 5))),
      dispensable: 0,
      cell: (row) => ({ text: nameOf(row, model), role: "text.strong" }),
    },
    {
      id: "state",
      title: heads.state,
      width: stateColumns,
      dispensable: 0,
      cell: ({ word, severity, stale, work }) => {
        // That it is gone is known as of now, whoever made it go.
        const isKnown = stale === undefined || severity === "critical" || work !== undefined;
        const words = isKnown ? conditionWord(word, texts) : `${texts.words.stale} ${stale}`;
        return {
          text: `${look.symbol(conditionState[severity])} ${whole(words, stateColumns - 2)}`,
          role: `state.${conditionState[severity]}`,
        };
      },
    },
    {
      id: "version",
      title: heads.version,
      width: 9,
      dispensable: 6,
      cell: (row) => dimmed(row, row.version ?? none),
    },
    {
      id: "up",
      title: heads.up,
      width: 6,
      dispensable: 3,
      cell: (row) => dimmed(row, row.up ?? none),
    },
    {
      id: "lag",
      title: heads.lag,
      width: 5,
      align: "right",
      dispensable: 2,
      cell: (row) => dimmed(row, row.lagMs === undefined ? (isGone(row) ? none : "?") : lagWords(row.lagMs)),
    },
    {
      id: "memory",
      title: heads.memory,
      width: 7,
      align: "right",
      dispensable: 5,
      cell: (row) => dimmed(row, row.rssBytes === undefined && isGone(row) ? none : bytes(row.rssBytes)),
    },
    {
      id: "trend",
      title: heads.trend,
      width: 8,
      dispensable: 7,
      cell: ({ rssTrend }) => ({ text: look.spark(rssTrend, 8), role: "chart.line" }),
    },
    {
      id: "context",
      title: heads.context,
      width: barColumns + 5,
      dispensable: 0,
      cell: (row) => {
        const fraction = row.context;
        if (fraction === undefined) return { text: "?", role: "text.dim" };
        const text = `${look.bar(fraction, barColumns)} ${percent(fraction).padStart(4)}`;
        return isHeard(row) ? { text, role: contextRole(fraction) } : dimmed(row, text);
      },
    },
    {
      id: "sessions",
      title: heads.sessions,
      width: 4,
      align: "right",
      dispensable: 8,
      cell: (row) => dimmed(row, count(row.sessions)),
    },
    {
      id: "channels",
      title: heads.channels,
      width: 4,
      align: "right",
      dispensable: 1,
      cell: (row) => {
        const text = channelWords(row);
        if (text === undefined) return { text: "?", role: "text.dim" };
        return isHeard(row) && (row.connected ?? 0) < (row.configured ?? 0)
          ? { text, role: "state.bad" }
          : dimmed(row, text);
      },
    },
    {
      id: "snapshot",
      title: heads.snapshot,
      width: 8,
      dispensable: 4,
      cell: ({ snapshotAge }) =>
        snapshotAge === undefined ? { text: none, role: "text.dim" } : { text: texts.words.ago(snapshotAge) },
    },
    {
      id: "alerts",
      title: heads.alerts,
      width: 14,
      dispensable: 0,
      grows: true,
      cell: ({ topAlert, moreAlerts, work }, width) => {
        if (topAlert === undefined)
          return work === undefined ? { text: "" } : { text: workWords(work, texts), role: "state.busy" };
        // How many more there are must not be what is cut off.
        const more = `${moreAlerts > 0 ? ` +${moreAlerts}` : ""}${topAlert.state === "acknowledged" ? ` ${look.symbol("yes")}` : ""}`;
        return {
          text: `${look.fit(topAlert.rule, Math.min(topAlert.rule.length, width - more.length))}${more}`,
          role: topAlert.severity === "critical" ? "state.bad" : "state.warn",
        };
      },
    },
  ];
};

/** "Which one is sick?": every gateway on one line. */
export const fleetTable = tablePane<GatewayLine>({
  id: "gateways",
  list: gatewayList,
  columns: columnsOf,
  reads: ({ setting }) => [setting],
  whenEmpty: ({ setting, isStarting }) =>
    isStarting ? setting.texts.fleet.starting : setting.texts.fleet.noGateways,
});
