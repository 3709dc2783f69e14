import { age, percent } from "../../../ground/index.ts";
import { mergedLog, series, timeAxis } from "../../../watch/index.ts";
import { paintChart } from "../panes/chart.ts";
import { paintFleetLog } from "../panes/fleet-log.ts";
import { contextRole, paintFleetTable } from "../panes/fleet-table.ts";
import { paintFooter } from "../panes/footer.ts";
import { paintHeader } from "../panes/header.ts";
import { axisGutter, paintTimeAxis } from "../panes/time-axis.ts";
import { selectedIndex, visibleFleet } from "../state/fleet.ts";
import type { ConsoleModel } from "../state/model.ts";
import { placeOf } from "../state/view.ts";
import type { PanePainter } from "../terminal/index.ts";

/** From the console's model to what each pane of the fleet screen wants to know. */
type Painter = PanePainter<ConsoleModel>;

const minuteMs = 60_000;
/** The windows of the time axis; the smallest that holds all we know is shown, so that a young watch is not a dot. */
const windowsMs = [5 * minuteMs, 15 * minuteMs, 60 * minuteMs] as const;

const windowOf = ({ watch }: ConsoleModel): number => {
  const oldest = Math.min(
    watch.startedAt,
    ...watch.marks.map(({ at }) => at),
    ...watch.gateways.flatMap(({ trail, snapshots }) => [
      trail.fine[0]?.at ?? watch.now,
      snapshots.at(-1)?.at ?? watch.now,
    ]),
  );
  return windowsMs.find((window) => watch.now - oldest <= window) ?? 60 * minuteMs;
};

/** Above this a warning; drawn into the chart as a line. */
const pressureThreshold = 0.8;

export const paintHeaderPane: Painter = (model, { columns }, look) => [
  paintHeader({ place: placeOf(model.view).screen, watch: model.watch, banner: model.banner }, columns, look),
];

export const paintFooterPane: Painter = (model, { columns }, look) => [paintFooter(model, columns, look)];

export const paintTablePane: Painter = (model, size, look) => {
  const rows = visibleFleet(model);
  const whenEmpty =
    model.view.filter === ""
      ? "no gateway is configured"
      : `nothing here matches /${model.view.filter} · Esc shows all`;
  return paintFleetTable(
    { rows, selected: selectedIndex(rows, model.view.selectedGateway), whenEmpty, now: model.watch.now },
    size,
    look,
  );
};

/** Context pressure of the selected gateway over the last hour, from its own samples. */
export const paintContextPane: Painter = (model, size, look) => {
  const rows = visibleFleet(model);
  const row = rows[selectedIndex(rows, model.view.selectedGateway)];
  if (row === undefined) return Array.from({ length: size.rows }, () => "");
  const windowMs = windowOf(model);
  const from = model.watch.now - windowMs;
  const pressure = series(row.gateway.trail, "context_pressure", from);
  const points = pressure.length > 0 ? pressure : series(row.gateway.trail, "context_usage", from);
  const what = pressure.length > 0 || points.length === 0 ? "context pressure" : "context usage";
  const session = row.pressure?.session ?? row.usage?.session;
  const top = Math.max(1.2, ...points.map(({ value }) => value));
  const title = [
    row.name,
    `${what}, last ${age(windowMs)}`,
    ...(session === undefined ? [] : [session]),
  ].join(` ${look.symbol("dot")} `);
  const chart = paintChart(
    {
      points,
      from,
      until: model.watch.now,
      top,
      threshold: pressureThreshold,
      label: percent,
      roleOf: contextRole,
    },
    { columns: size.columns, rows: size.rows - 1 },
    look,
  );
  return [look.rule(size.columns, title), ...chart];
};

export const paintAxisPane: Painter = (model, size, look) =>
  paintTimeAxis(
    timeAxis(model.watch, { columns: Math.max(1, size.columns - axisGutter), windowMs: windowOf(model) }),
    size,
    look,
  );

export const paintLogPane: Painter = (model, size, look) =>
  paintFleetLog(mergedLog(model.watch, { from: "warn", limit: size.rows - 1 }), size, look);
