/**
 * How the fleet screen divides the rows of a terminal. Pure, because paging needs it as much as drawing. What is
 * dropped first on a small screen is what can be had elsewhere: the chart, then the log, never the table.
 */
export type FleetLayout = {
  /** Below this the screen is one line of summary. */
  readonly tiny: boolean;
  /** Rows of each part, its own title line included; 0: not shown. */
  readonly table: number;
  readonly chart: number;
  readonly axis: number;
  readonly log: number;
};

export const smallest = { columns: 60, rows: 15 } as const;

const axisRows = 3;

export const fleetLayout = (
  { columns, rows }: { readonly columns: number; readonly rows: number },
  gateways: number,
): FleetLayout => {
  if (columns < smallest.columns || rows < smallest.rows) {
    return { tiny: true, table: 0, chart: 0, axis: 0, log: 0 };
  }
  // The header, the footer, and what every screen of this size has.
  const free = rows - 2 - axisRows;
  const table = Math.min(gateways + 1, Math.max(5, Math.floor(free * 0.6)));
  const rest = free - table;
  const chart = rest >= 9 ? Math.min(9, Math.max(5, Math.floor(rest * 0.4))) : rest >= 8 ? 4 : 0;
  return { tiny: false, table, chart, axis: axisRows, log: rest - chart };
};
