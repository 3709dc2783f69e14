import { age, bytes, ExitCode, percent } from "../../ground/index.ts";
import {
  fleetRows,
  freshValue,
  isFiring,
  startWatching,
  vitalNames,
  type FleetRow,
  type Model,
} from "../../watch/index.ts";
import type { FleetSource } from "../fleet-source.ts";
import { gatewayPorts } from "../gateway-ports.ts";
import type { Context } from "./command.ts";

const waitMs = 3_000;

/** Connection states in which nothing can be asked: what `status` exits 3 for. */
const unreachable: ReadonlySet<string> = new Set([
  "down",
  "frozen",
  "crashed",
  "crash-loop",
  "half-open",
  "unauthorised",
  "incompatible",
  "pairing",
  "under-scoped",
]);

/** Looks until every gateway has told what it tells, or the time is over; then says what is known. */
export const printStatus = async (context: Context, fleet: FleetSource, wait = waitMs): Promise<ExitCode> => {
  const model = await look(context, fleet, wait);
  const rows = fleetRows(model);
  if (context.flags.json) context.out(`${JSON.stringify(statusDocument(rows, model, fleet))}\n`);
  else context.out(statusText(rows, model, fleet));
  return exitOf(rows);
};

const look = async (context: Context, fleet: FleetSource, wait: number): Promise<Model> => {
  const done = Promise.withResolvers<void>();
  await using watching = startWatching({
    gateways: fleet.gateways,
    ports: gatewayPorts(context),
    onChange: (model) => {
      if (model.gateways.every(hasTold)) done.resolve();
    },
  });
  const callOff = context.clock.after(wait, done.resolve);
  context.signal.addEventListener("abort", () => {
    done.resolve();
  });
  await done.promise;
  callOff();
  // One more tick, so that the rules have judged the newest numbers.
  watching.dispatch({ kind: "tick", at: context.clock.now() });
  await new Promise<void>((resolve) => {
    context.clock.after(0, resolve);
  });
  return watching.model();
};

/** Either all that one look can tell, or a state in which no more will come. */
const hasTold = (gateway: Model["gateways"][number]): boolean => {
  const state = gateway.connection?.state.kind;
  if (state === undefined || state === "connecting") return false;
  if (state !== "up") return true;
  return (
    gateway.system !== undefined &&
    gateway.sessionsAt !== undefined &&
    gateway.channelsAt !== undefined &&
    gateway.configAt !== undefined
  );
};

const exitOf = (rows: readonly FleetRow[]): ExitCode => {
  if (rows.some(({ gateway }) => unreachable.has(gateway.connection?.state.kind ?? "down")))
    return ExitCode.gateway;
  return rows.some(({ gateway }) => gateway.alerts.some(isFiring)) ? ExitCode.notFine : ExitCode.fine;
};

const statusText = (rows: readonly FleetRow[], model: Model, fleet: FleetSource): string => {
  const lines = rows.map((row) => {
    const context = row.pressure ?? row.usage;
    const facts = [
      row.condition.word,
      row.version === undefined ? "" : `version ${row.version}`,
      row.uptimeMs === undefined ? "" : `up ${age(row.uptimeMs)}`,
      `context ${percent(context?.value)}`,
      row.channels === undefined ? "" : `channels ${row.channels.connected}/${row.channels.configured}`,
      row.rssBytes === undefined ? "" : `memory ${bytes(row.rssBytes)}`,
    ].filter((fact) => fact !== "");
    const why = row.condition.severity === "ok" ? [] : row.condition.reasons;
    const next = row.gateway.connection?.next;
    return [
      `${row.name.padEnd(12)} ${facts.join(" · ")}`,
      ...why.map((reason) => `             ${reason}`),
      ...(next === undefined || row.condition.severity === "ok" ? [] : [`             next: ${next}`]),
    ].join("\n");
  });
  const well = rows.length > 0 && exitOf(rows) === ExitCode.fine;
  return [
    ...(fleet.banner === undefined ? [] : [fleet.banner, ""]),
    ...lines,
    "",
    well ? "Status: ✅ All gateways answer, nothing fires" : `Status: ❌ ${counted(model)}`,
    "",
  ].join("\n");
};

const counted = (model: Model): string => {
  const sick = fleetRows(model).filter(({ condition }) => condition.severity !== "ok");
  return `${sick.length} of ${model.gateways.length} gateways need attention`;
};

/** The shape scripts rely on: fields are added, never renamed. */
const statusDocument = (rows: readonly FleetRow[], model: Model, fleet: FleetSource): object => {
  const alerts = rows.flatMap(({ gateway }) => gateway.alerts.filter(isFiring));
  return {
    demo: fleet.demo !== undefined,
    gateways: rows.map((row) => ({
      name: row.name,
      url: row.gateway.identity.url,
      state: row.gateway.connection?.state.kind ?? "unknown",
      condition: row.condition.word,
      evidence: row.condition.reasons,
      next: row.gateway.connection?.next ?? null,
      version: row.version ?? null,
      uptimeMs: row.uptimeMs ?? null,
      vitals: Object.fromEntries(
        vitalNames.map((name) => [name, freshValue(row.gateway.vitals, name, model.now) ?? null]),
      ),
      alerts: row.gateway.alerts.filter(isFiring),
    })),
    alerts,
    vault: null,
  };
};
