import type { ExitCode } from "../../../ground/index.ts";
import type { FleetSource } from "../../fleet-source.ts";
import { alertsOfWatcher } from "../../history.ts";
import type { Context } from "../command.ts";
import { look, toldAll, toldMore } from "../look.ts";
import { fleetStatus } from "./fleet-status.ts";
import { statusDocument } from "./status-document.ts";
import { statusText, type StatusForm } from "./status-text.ts";

/** Looks until every gateway has told what it tells, or the time is over; then says what is known. */
export const printStatus = async (
  context: Context,
  fleet: FleetSource,
  form: StatusForm & { readonly withinMs?: number | undefined } = { all: false, deep: false },
): Promise<ExitCode> => {
  const model = await look(context, fleet, {
    withinMs: form.withinMs,
    hasTold: form.deep ? toldMore : toldAll,
  });
  const watcher = fleet.demo === undefined ? await alertsOfWatcher(context) : undefined;
  const status = fleetStatus(model, watcher);
  if (context.flags.json) context.document(statusDocument(status, fleet, form.deep));
  else context.out(statusText(status, fleet, form));
  return status.exit;
};
