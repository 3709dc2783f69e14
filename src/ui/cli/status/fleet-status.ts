import type { ExitCode } from "../../../ground/index.ts";
import {
  fleetRows,
  isFiring,
  theVault,
  type Alert,
  type FleetRow,
  type Model,
} from "../../../watch/index.ts";
import type { ToldByOthers } from "../../history.ts";
import { alertsOf, doubtsOf, exitFor, verdictOf, type Verdict } from "../verdict.ts";

/** One gateway as `status` sees it. */
export type GatewayStatus = {
  readonly row: FleetRow;
  readonly verdict: Verdict;
  readonly alerts: readonly Alert[];
  /** Why nothing can be said for certain of one that answers. */
  readonly doubts: readonly string[];
};

export type FleetStatus = {
  readonly model: Model;
  readonly gateways: readonly GatewayStatus[];
  readonly vaultAlerts: readonly Alert[];
  /** Whether a guard or a console watches all the time; without one, what needs time to show is not seen. */
  readonly watched: boolean;
  readonly exit: ExitCode;
};

export const fleetStatus = (seen: Model, { alerts: watcher, operations }: ToldByOthers): FleetStatus => {
  const known = new Set(seen.operations.map(({ id }) => id));
  const others = operations.filter(({ id }) => !known.has(id));
  const model = others.length === 0 ? seen : { ...seen, operations: [...seen.operations, ...others] };
  const gateways = fleetRows(model).map((row): GatewayStatus => {
    const alerts = alertsOf(row.gateway, watcher);
    const doubts = doubtsOf(model, row.gateway);
    return { row, alerts, doubts, verdict: verdictOf(row.gateway, alerts, doubts, model.now) };
  });
  const told = watcher?.filter(({ gateway }) => gateway === theVault) ?? [];
  const vaultAlerts = [
    ...told,
    ...model.vaultAlerts.filter((alert) => isFiring(alert) && !told.some(({ id }) => id === alert.id)),
  ];
  return {
    model,
    gateways,
    vaultAlerts,
    watched: watcher !== undefined,
    exit: exitFor([
      ...gateways.map(({ verdict }) => verdict),
      ...vaultAlerts.map((): Verdict => "attention"),
    ]),
  };
};
