import { age, dayMs, percent } from "../../../ground/index.ts";
import {
  conditionIn,
  freshValue,
  isTrailName,
  series,
  workOn,
  writeVital,
  type GatewayModel,
  type VitalName,
} from "../../../watch/index.ts";
import { sayIn, tellIn } from "../language/index.ts";
import { fleetRowOf, gatewayHere } from "../lists/gateways.ts";
import type { ConsoleModel } from "../state/model.ts";
import type { Look, Role } from "../theme/index.ts";
import { fieldGrid, fieldLines, type Field } from "./fields.ts";
import type { Pane } from "./pane.ts";
import { conditionState, conditionWord, contextRole, workWords } from "./signs.ts";

/** Everything there is to say about one gateway: how it is and why, then its numbers. */
export const gatewayFacts: Pane = {
  id: "facts",
  title: (model) => [gatewayHere(model)?.identity.name ?? ""],
  gateway: (model) => gatewayHere(model)?.identity.name,
  body: {
    kind: "text",
    lines: (model, columns, look) => {
      const gateway = gatewayHere(model);
      if (gateway === undefined) return [look.paint("text.dim", ` ${model.setting.texts.words.gone}`)];
      return [
        ...fieldLines(stateFields(model, gateway, look), columns, look),
        "",
        ...fieldGrid(numberFields(model, gateway), columns, 38, look),
        "",
        ...fieldGrid(identityFields(model, gateway), columns, 56, look),
      ];
    },
  },
};

const stateFields = (model: ConsoleModel, gateway: GatewayModel, look: Look): readonly Field[] => {
  const { texts, time } = model.setting;
  const { facts } = texts.gateway;
  const { now } = model.watch;
  const condition = conditionIn(model.watch, gateway);
  const state = conditionState[condition.severity];
  const since =
    condition.since === undefined
      ? ""
      : ` · ${time.clock(condition.since)} (${condition.orBefore === true ? ">" : ""}${age(now - condition.since)})`;
  const isSick = condition.word === "sick";
  const work = workOn(model.watch, gateway);
  // What to do about it is being done.
  const next = work === undefined ? gateway.connection?.next : undefined;
  const connection = gateway.connection?.state;
  const retryAt = connection !== undefined && "retryAt" in connection ? connection.retryAt : undefined;
  return [
    {
      name: facts.state,
      value: `${look.symbol(state)} ${conditionWord(condition.word, texts)}${since}`,
      role: `state.${state}`,
    },
    ...(work === undefined
      ? []
      : [
          {
            name: facts.work,
            value: `${workWords(work, texts)} (${age(Math.max(0, now - work.startedAt))})`,
            role: "state.busy" as const,
          },
        ]),
    // What the alerts say stands in their own pane; where they make it sick, its connection is not why.
    ...condition.reasons.slice(0, 1).map((reason) => ({
      name: isSick ? facts.connection : facts.why,
      value: tellIn(texts, reason),
    })),
    ...(retryAt === undefined || retryAt <= now
      ? []
      : [{ name: facts.retry, value: texts.gateway.retryIn(age(retryAt - now)) }]),
    ...(next === undefined
      ? []
      : [
          {
            name: facts.next,
            value: sayIn(texts, gateway.connection?.advice, next),
            role: "accent" as const,
          },
        ]),
  ];
};

const vitalField = (
  model: ConsoleModel,
  gateway: GatewayModel,
  name: string,
  vital: VitalName,
  role?: (value: number) => Role,
): Field => {
  const { now } = model.watch;
  const value = freshValue(gateway.vitals, vital, now);
  if (value === undefined) return { name, value: lastKnown(model, gateway, vital), role: "text.dim" };
  return {
    name,
    value: vital === "cpu" ? model.setting.texts.gateway.cores(value.toFixed(2)) : writeVital(vital, value),
    ...(role === undefined ? {} : { role: role(value) }),
  };
};

/** What is not known now but was within the day, with its age: also what a console before this one has seen. */
const lastKnown = ({ setting, watch }: ConsoleModel, gateway: GatewayModel, vital: VitalName): string => {
  const last = isTrailName(vital) ? series(gateway.trail, vital, watch.now - dayMs).at(-1) : undefined;
  return last === undefined
    ? writeVital(vital, undefined)
    : `${writeVital(vital, last.value)} · ${setting.texts.words.ago(age(Math.max(0, watch.now - last.at)))}`;
};

const numberFields = (model: ConsoleModel, gateway: GatewayModel): readonly Field[] => {
  const { facts } = model.setting.texts.gateway;
  const vital = (name: string, of: VitalName, role?: (value: number) => Role): Field =>
    vitalField(model, gateway, name, of, role);
  const row = fleetRowOf(model.watch, gateway.identity.name);
  const { now } = model.watch;
  const connected = row?.channels;
  return [
    vital(facts.pressure, "context_pressure", contextRole),
    vital(facts.usage, "context_usage", contextRole),
    vital(facts.sessions, "session_count"),
    vital(facts.agents, "agent_count"),
    vital(facts.memoryKeys, "memory_keys"),
    {
      name: facts.channels,
      value: connected === undefined ? "?" : `${connected.connected}/${connected.configured}`,
      ...(connected !== undefined && connected.connected < connected.configured
        ? { role: "state.bad" as const }
        : {}),
    },
    vital(facts.errorRate, "error_rate"),
    vital(facts.modelLatency, "model_latency"),
    vital(facts.lag, "lag_p99"),
    vital(facts.rss, "rss"),
    vital(facts.cpu, "cpu"),
    vital(facts.disk, "disk_free"),
    vital(facts.queue, "queue"),
    vital(facts.roundTrip, "round_trip"),
    { name: facts.uptime, value: row?.uptimeMs === undefined ? "?" : age(row.uptimeMs) },
    {
      name: facts.snapshot,
      value:
        row?.lastSnapshot === undefined ? "?" : model.setting.texts.words.ago(age(now - row.lastSnapshot.at)),
    },
  ];
};

const identityFields = (model: ConsoleModel, gateway: GatewayModel): readonly Field[] => {
  const { facts } = model.setting.texts.gateway;
  const { identity, hello, system, heardAt, absent } = gateway;
  const known = (name: string, value: string | undefined): readonly Field[] =>
    value === undefined || value === "" ? [] : [{ name, value }];
  return [
    { name: facts.address, value: identity.url },
    ...known(facts.labels, identity.labels.join(", ")),
    ...known(facts.version, hello?.version),
    ...known(facts.boot, hello?.bootId),
    ...known(
      facts.process,
      system?.pid === undefined ? system?.hostname : `${system.pid} @ ${system.hostname ?? "?"}`,
    ),
    ...known(facts.scopes, hello?.grantedScopes.join(", ")),
    ...known(
      facts.heard,
      heardAt === undefined ? undefined : model.setting.texts.words.ago(age(model.watch.now - heardAt)),
    ),
    ...known(facts.absent, absent.join(", ")),
    ...(gateway.missedFrames === 0 ? [] : [{ name: facts.missed, value: String(gateway.missedFrames) }]),
    ...(gateway.refusedFrames === 0 ? [] : [{ name: facts.refused, value: String(gateway.refusedFrames) }]),
  ];
};

/**
 * `overview [sessions] channels …`, and at the right how it is: the same on every part. From all the words to the fewest:
 * a number that is cut off is another number.
 */
export const headlineOf = (model: ConsoleModel): readonly string[] | undefined => {
  const gateway = gatewayHere(model);
  if (gateway === undefined) return undefined;
  const { texts } = model.setting;
  const row = fleetRowOf(model.watch, gateway.identity.name);
  const condition = conditionIn(model.watch, gateway);
  const alerts = row === undefined || row.topAlert === undefined ? 0 : row.moreAlerts + 1;
  const up = row?.uptimeMs === undefined ? [] : [texts.gateway.up(age(row.uptimeMs))];
  const pressure = row?.pressure === undefined ? [] : [percent(row.pressure.value)];
  const worst = [
    conditionWord(condition.word, texts),
    row?.work !== undefined && alerts === 0 ? workWords(row.work, texts) : texts.gateway.alerts(alerts),
  ];
  return [[...worst, ...up, ...pressure], [...worst, ...pressure], worst, worst.slice(0, 1)].map((parts) =>
    parts.join(texts.words.comma),
  );
};
