import { age, minuteMs, percent } from "../../../ground/index.ts";
import { series, type Model, type Trail } from "../../../watch/index.ts";
import { gatewayHere } from "../lists/gateways.ts";
import { kept, remembered } from "../state/memo.ts";
import type { ConsoleModel } from "../state/model.ts";
import { paintChart } from "./chart.ts";
import type { Look } from "../theme/index.ts";
import type { Pane } from "./pane.ts";
import { contextRole, tightContext } from "./signs.ts";
import { axisGutter, axisPainter, endOfWindow } from "./time-axis.ts";

/** The windows of the time axis; the smallest that holds all we know is shown, so that a young watch is not a dot. */
const longestWindowMs = 60 * minuteMs;
const windowsMs = [5 * minuteMs, 15 * minuteMs, longestWindowMs] as const;

export const windowOf = remembered((watch: Model): number => {
  let oldest = watch.startedAt;
  for (const { at } of watch.marks) oldest = Math.min(oldest, at);
  for (const { trail, snapshots } of watch.gateways) {
    // Asked for each frame, and where there are snapshots the first gateway has the answer.
    if (watch.now - oldest > longestWindowMs) break;
    oldest = Math.min(oldest, trail.fine[0]?.at ?? watch.now, snapshots.at(-1)?.at ?? watch.now);
  }
  return windowsMs.find((window) => watch.now - oldest <= window) ?? longestWindowMs;
});

const pointsOf = kept((trail: Trail, from: number) => {
  const pressure = series(trail, "context_pressure", from);
  const points = pressure.length > 0 ? pressure : series(trail, "context_usage", from);
  return { points, isPressure: pressure.length > 0 || points.length === 0 };
});

/** Painted again when there is a new sample or its window has gone on: in between no chart moves. */
const paintContext = kept(
  (trail: Trail, from: number, until: number, columns: number, rows: number, look: Look) => {
    const { points } = pointsOf(trail, from);
    return paintChart(
      {
        points,
        from,
        until,
        top: Math.max(1.2, ...points.map(({ value }) => value)),
        threshold: tightContext,
        label: percent,
        roleOf: contextRole,
      },
      { columns, rows },
      look,
    );
  },
);

/** Context of the selected gateway over the window, from its own samples. */
export const contextChart: Pane = {
  id: "context",
  title: (model) => {
    const gateway = gatewayHere(model);
    const { fleet, words } = model.setting.texts;
    const { comma } = words;
    if (gateway === undefined) return [fleet.pressure];
    const { identity, vitals, tightest, trail } = gateway;
    const window = windowOf(model.watch);
    const what = pointsOf(trail, endOfWindow(model.watch.now, window) - window).isPressure
      ? fleet.pressure
      : fleet.usage;
    const ofPressure = vitals.context_pressure === undefined ? undefined : tightest?.pressure;
    const ofUsage = vitals.context_usage === undefined ? undefined : tightest?.usage;
    const session = ofPressure ?? ofUsage;
    return [
      identity.name,
      `${what}${comma}${fleet.last(age(window))}`,
      ...(session === undefined ? [] : [session]),
    ];
  },
  gateway: (model) => gatewayHere(model)?.identity.name,
  body: {
    kind: "picture",
    paint: (model, size, look) => {
      const trail = gatewayHere(model)?.trail;
      if (trail === undefined) return [];
      const window = windowOf(model.watch);
      const until = endOfWindow(model.watch.now, window);
      return paintContext(trail, until - window, until, size.columns, size.rows, look);
    },
  },
};

const paintAxis = axisPainter();

const aboutHere = (model: ConsoleModel): { readonly about?: string } => {
  const about = gatewayHere(model)?.identity.name;
  return about === undefined ? {} : { about };
};

/** The time axis of the whole fleet. */
export const fleetAxis: Pane = {
  id: "axis",
  body: {
    kind: "picture",
    paint: (model: ConsoleModel, size, look) =>
      paintAxis(
        model.watch,
        {
          columns: Math.max(1, size.columns - axisGutter),
          windowMs: windowOf(model.watch),
          ...aboutHere(model),
        },
        { ...model.setting, cursor: undefined },
        size,
        look,
      ),
  },
};
