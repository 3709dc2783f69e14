import type { LogLine } from "../../../clients/index.ts";
import { gatewayNamed, type GatewayModel, type Model } from "../../../watch/index.ts";
import { defineList, type List } from "../state/list.ts";
import { untilMoment } from "../state/memo.ts";
import type { ConsoleModel } from "../state/model.ts";
import { gatewayHere } from "./gateways.ts";
import { incidentHere } from "./incidents.ts";

/** A line of a log with its gateway, and a key of its own: two lines may say the same in the same instant. */
export type LogRow = { readonly key: string; readonly gateway: string; readonly line: LogLine };

const rows = new WeakMap<LogLine, LogRow>();
let made = 0;

/** A line moves up with every one that comes after it; its row stays the same one. */
const rowOf = (line: LogLine, gateway: string): LogRow => {
  const known = rows.get(line);
  if (known !== undefined) return known;
  made += 1;
  const row = { key: String(made), gateway, line };
  rows.set(line, row);
  return row;
};

type Picked = (gateway: GatewayModel) => readonly LogRow[];

/** A gateway's model changes with every number; its log does not. A line that is left out is made no row of. */
const linesOf = (isMeant: (line: LogLine) => boolean): Picked => {
  const known = new WeakMap<readonly LogLine[], readonly LogRow[]>();
  return ({ log, identity }) => {
    const before = known.get(log);
    if (before !== undefined) return before;
    const picked = log.filter(isMeant).map((line) => rowOf(line, identity.name));
    known.set(log, picked);
    return picked;
  };
};

const worst: ReadonlySet<string> = new Set(["warn", "error", "fatal"]);
const errors: ReadonlySet<string> = new Set(["error", "fatal"]);

const ofGateway = linesOf(() => true);
const troubleOf = linesOf(({ level }) => worst.has(level));
const errorsOf = linesOf(({ level }) => errors.has(level));

/**
 * The logs of all gateways as one, kept until one of them has a new line: most news of a fleet are numbers, and merging
 * fifty logs for each of them would be most of the work.
 */
const merged = (pick: Picked): ((watch: Model) => readonly LogRow[]) => {
  let logs: readonly (readonly LogLine[])[] = [];
  let all: readonly LogRow[] = [];
  return ({ gateways }) => {
    if (gateways.length === logs.length && gateways.every(({ log }, at) => log === logs[at])) return all;
    logs = gateways.map(({ log }) => log);
    all = gateways.flatMap(pick).toSorted((a, b) => a.line.at - b.line.at);
    return all;
  };
};

const listOf = (id: string, rows: (model: ConsoleModel) => readonly LogRow[]): List<LogRow> =>
  defineList<LogRow>({
    id,
    rows,
    keyOf: ({ key }) => key,
    textOf: ({ gateway, line }) =>
      `${gateway} ${line.level} ${line.subsystem} ${line.message} ${line.sessionKey ?? ""}`,
    levelOf: ({ line }) => line.level,
    follows: true,
    copies: ({ line }) => line.message,
  });

const allTrouble = merged(troubleOf);
const allErrors = merged(errorsOf);
const nothing: readonly LogRow[] = [];

/** Warnings and errors of all gateways. */
export const troubleList = listOf("trouble", ({ watch }) => allTrouble(watch));
/** Errors alone. */
export const errorList = listOf("errors", ({ watch }) => allErrors(watch));
/** All of one gateway's log. */
export const logList = listOf("log", (model) => {
  const gateway = gatewayHere(model);
  return gateway === undefined ? nothing : ofGateway(gateway);
});

const untilThen = untilMoment<LogRow>(({ line }) => line.at);

/** Of the gateway that was hit first, up to the moment one looks at. */
export const incidentLogList = listOf("incident-log", (model) => {
  const name = incidentHere(model)?.gateways[0];
  const gateway = name === undefined ? undefined : gatewayNamed(model.watch, name);
  return gateway === undefined ? nothing : untilThen(ofGateway(gateway), model.view.moment);
});
