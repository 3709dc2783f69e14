import type { ExitCode } from "../../../ground/index.ts";
import { fleetRows, type Alert, type FleetRow, type Model } from "../../../watch/index.ts";
import { alertsOf, exitFor, verdictOf, type Verdict } from "../verdict.ts";

/** One gateway as `status` sees it. */
export type GatewayStatus = {
  readonly row: FleetRow;
  readonly verdict: Verdict;
  readonly alerts: readonly Alert[];
};

export type FleetStatus = {
  readonly model: Model;
  readonly gateways: readonly GatewayStatus[];
  /** Whether a guard or a console watches all the time; without one, what needs time to show is not seen. */
  readonly watched: boolean;
  readonly exit: ExitCode;
};

export const fleetStatus = (model: Model, watcher: readonly Alert[] | undefined): FleetStatus => {
  const gateways = fleetRows(model).map((row): GatewayStatus => {
    const alerts = alertsOf(row.gateway, watcher);
    return { row, alerts, verdict: verdictOf(row.gateway, alerts, model.now) };
  });
  return {
    model,
    gateways,
    watched: watcher !== undefined,
    exit: exitFor(gateways.map(({ verdict }) => verdict)),
  };
};
