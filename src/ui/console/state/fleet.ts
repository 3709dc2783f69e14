import type { ConsoleModel } from "./model.ts";
import { fleetRows, isFiring, type FleetRow } from "../../../watch/index.ts";
import { matchesFilter } from "./filter.ts";

/** What `/` searches in a row: everything that is written in it. */
const textOf = (row: FleetRow): string =>
  [
    row.name,
    row.condition.word,
    row.condition.severity,
    ...row.gateway.identity.labels,
    row.version ?? "",
    ...row.gateway.alerts.filter(isFiring).map(({ rule }) => rule),
  ].join(" ");

/** The rows of the fleet screen, filtered, in the order of the configuration. */
export const visibleFleet = ({ watch, view }: ConsoleModel): readonly FleetRow[] =>
  fleetRows(watch).filter((row) => matchesFilter(view.filter, textOf(row)));

/** The place of the selected row: by name, so that rows may move under it; the first one when its name is gone. */
export const selectedIndex = (rows: readonly FleetRow[], name: string | undefined): number =>
  Math.max(
    0,
    rows.findIndex((row) => row.name === name),
  );
