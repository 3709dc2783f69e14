import { age } from "../../../ground/index.ts";
import { series, writeVital, type GatewayModel, type TrailName } from "../../../watch/index.ts";
import type { ConsoleModel } from "../state/model.ts";
import type { Look, Role } from "../theme/index.ts";
import { paintChart } from "./chart.ts";
import { windowOf } from "./fleet-panes.ts";
import type { Pane, Size } from "./pane.ts";

export type VitalChart = {
  readonly gateway: GatewayModel;
  readonly name: TrailName;
  readonly threshold?: number;
  readonly until?: number;
};

const roleOver =
  (threshold: number | undefined) =>
  (value: number): Role =>
    threshold !== undefined && value > threshold ? "state.warn" : "chart.line";

/** One vital over the window of the axis, with its threshold where it has one. */
export const paintVital = (
  model: ConsoleModel,
  { gateway, name, threshold, until = model.watch.now }: VitalChart,
  size: Size,
  look: Look,
): readonly string[] => {
  const from = until - windowOf(model.watch);
  const points = series(gateway.trail, name, from).filter(({ at }) => at <= until);
  const highest = points.reduce((most, { value }) => Math.max(most, value), 0);
  const top = Math.max(highest * 1.1, (threshold ?? 0) * 1.2) || 1;
  return paintChart(
    {
      points,
      from,
      until,
      top,
      threshold: threshold ?? top * 2,
      label: (value) => writeVital(name, value),
      roleOf: roleOver(threshold),
    },
    size,
    look,
  );
};

/** A chart of one vital of the gateway that is meant. */
export const vitalPane = (
  id: string,
  name: TrailName,
  meant: (model: ConsoleModel) => GatewayModel | undefined,
  titleOf: (model: ConsoleModel) => string,
): Pane => ({
  id,
  title: (model) => [titleOf(model), model.setting.texts.fleet.last(age(windowOf(model.watch)))],
  body: {
    kind: "picture",
    paint: (model, size, look) => {
      const gateway = meant(model);
      return gateway === undefined ? [] : paintVital(model, { gateway, name }, size, look);
    },
  },
});
