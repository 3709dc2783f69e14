import type { ExitCode } from "../../../ground/index.ts";
import type { FleetSource } from "../../fleet-source.ts";
import { toldByOthers } from "../../history.ts";
import type { Context } from "../command.ts";
import { look, toldAll, toldMore } from "../look.ts";
import { inSameWorld } from "../same-world.ts";
import { fleetStatus } from "./fleet-status.ts";
import { statusDocument } from "./status-document.ts";
import { statusText, type StatusForm } from "./status-text.ts";

/** Of each list; `clawback snapshots compare` has the rest. */
const comparedLines = 10;

type PrintOptions = {
  readonly withinMs?: number | undefined;
  /** A snapshot to compare the state directory with. */
  readonly compare?: string | undefined;
};

/** Looks until every gateway has told what it tells, or the time is over; then says what is known. */
export const printStatus = async (
  context: Context,
  fleet: FleetSource,
  form: StatusForm & PrintOptions = { all: false, deep: false },
): Promise<ExitCode> => {
  const model = await look(context, fleet, {
    withinMs: form.withinMs,
    hasTold: form.deep ? toldMore : toldAll,
  });
  const status = fleetStatus(model, await toldByOthers(context, fleet));
  const { compare } = form;
  const compared =
    compare === undefined
      ? undefined
      : await import("./compared.ts").then(({ comparedWith }) => comparedWith(context, compare));
  if (context.flags.json) {
    const document = statusDocument(status, fleet, form.deep);
    context.document(compared === undefined ? document : { ...document, compared });
    return status.exit;
  }
  const text = statusText(status, fleet, form, context.terminal);
  context.out(text.replaceAll(/^ *next: .*$/gm, (line) => inSameWorld(line, context.flags)));
  if (compared !== undefined) {
    const { comparisonText } = await import("../vault/index.ts");
    context.out(`\nCompared with ${compare}:\n${comparisonText(compared, comparedLines)}`);
  }
  return status.exit;
};
