import { age, count } from "../../../ground/index.ts";
import type { Boot, Happening } from "../../../watch/index.ts";
import type { LaneFacts } from "../../../clients/index.ts";
import { tellIn } from "../language/index.ts";
import { bootList, happeningList, laneList } from "../lists/gateway-parts.ts";
import { gatewayHere, nameHere } from "../lists/gateways.ts";
import type { ConsoleModel } from "../state/model.ts";
import type { Look } from "../theme/index.ts";
import { fieldLines, type Field } from "./fields.ts";
import type { Pane } from "./pane.ts";
import { tablePane, type Column } from "./table.ts";
import { orUnheard } from "./unheard.ts";

export const laneTable = tablePane<LaneFacts>({
  id: "lanes",
  title: ({ setting }) => [setting.texts.gateway.tabs.lanes],
  gateway: nameHere,
  list: laneList,
  whenEmpty: (model) => orUnheard(model, model.setting.texts.gateway.noLanes),
  columns: ({ setting }: ConsoleModel): readonly Column<LaneFacts>[] => {
    const heads = setting.texts.gateway.laneColumns;
    return [
      {
        id: "lane",
        title: heads.lane,
        width: 20,
        dispensable: 0,
        grows: true,
        cell: ({ lane }) => ({ text: lane, role: "text.strong" }),
      },
      {
        id: "queued",
        title: heads.queued,
        width: 9,
        align: "right",
        dispensable: 0,
        cell: ({ queued }) => ({
          text: count(queued),
          ...(queued > 0 ? { role: "state.warn" as const } : {}),
        }),
      },
      {
        id: "active",
        title: heads.active,
        width: 9,
        align: "right",
        dispensable: 0,
        cell: ({ active }) => ({ text: count(active) }),
      },
      {
        id: "limit",
        title: heads.limit,
        width: 9,
        align: "right",
        dispensable: 0,
        cell: ({ limit }) => ({ text: count(limit) }),
      },
    ];
  },
});

export const configState: Pane = {
  id: "config",
  title: ({ setting }) => [setting.texts.gateway.tabs.config],
  gateway: nameHere,
  body: {
    kind: "text",
    lines: (model, columns, look) => {
      const gateway = gatewayHere(model);
      const { config: words, facts } = model.setting.texts.gateway;
      const config = gateway?.config;
      if (gateway === undefined || config === undefined)
        return [look.paint("text.dim", look.fit(` ${orUnheard(model, words.unknown)}`, columns))];
      const { now } = model.watch;
      const pendingAge = age(now - (gateway.configPendingSince ?? now));
      const pending =
        config.pendingRestart === undefined
          ? { value: words.unknownApplied, role: "text.dim" as const }
          : config.pendingRestart
            ? { value: words.pending(pendingAge), role: "state.warn" as const }
            : { value: words.applied };
      const fields: readonly Field[] = [
        {
          name: facts.state,
          value: `${look.symbol(config.valid ? "good" : "bad")} ${config.valid ? words.valid : words.invalid}`,
          role: config.valid ? "state.good" : "state.bad",
        },
        { name: "", ...pending },
        ...(config.hash === undefined ? [] : [{ name: "", value: words.hash(config.hash) }]),
        ...(gateway.configAt === undefined
          ? []
          : [{ name: "", value: words.asOf(age(now - gateway.configAt)) }]),
        ...config.issues.map((issue, at) => ({ name: at === 0 ? words.issues : "", value: issue })),
      ];
      return fieldLines(fields, columns, look);
    },
  },
};

export const bootTable = tablePane<Boot>({
  id: "boots",
  title: ({ setting }) => [setting.texts.gateway.tabs.boots],
  gateway: nameHere,
  list: bootList,
  whenEmpty: (model) => orUnheard(model, model.setting.texts.gateway.noBoots),
  columns: (model: ConsoleModel, look: Look): readonly Column<Boot>[] => {
    const { setting, watch } = model;
    const { bootColumns: heads, bootHow } = setting.texts.gateway;
    const boots = bootList.view(model).rows;
    return [
      {
        id: "at",
        title: heads.at,
        width: 19,
        dispensable: 0,
        cell: ({ at }) => ({ text: setting.time.full(at) }),
      },
      {
        id: "version",
        title: heads.version,
        width: 11,
        dispensable: 0,
        cell: ({ version }) => ({ text: version ?? look.symbol("none") }),
      },
      {
        id: "how",
        title: heads.how,
        width: 22,
        dispensable: 0,
        cell: ({ seenStarting, planned }) => {
          const how = !seenStarting ? "first" : planned ? "planned" : "unplanned";
          return { text: bootHow[how], ...(how === "unplanned" ? { role: "state.bad" as const } : {}) };
        },
      },
      {
        id: "ran",
        title: heads.ran,
        width: 8,
        dispensable: 1,
        cell: (boot) => {
          const next = boots[boots.indexOf(boot) - 1];
          return { text: boot.seenStarting ? age((next?.at ?? watch.now) - boot.at) : look.symbol("none") };
        },
      },
      {
        id: "boot",
        title: heads.boot,
        width: 12,
        dispensable: 2,
        grows: true,
        cell: ({ bootId }) => ({ text: bootId, role: "text.dim" }),
      },
    ];
  },
});

export const happeningTable = tablePane<Happening & { readonly key: string }>({
  id: "events",
  title: ({ setting }) => [setting.texts.gateway.tabs.events],
  gateway: nameHere,
  list: happeningList,
  whenEmpty: ({ setting }) => setting.texts.gateway.noEvents,
  columns: ({ setting }: ConsoleModel): readonly Column<Happening>[] => {
    const heads = setting.texts.gateway.eventColumns;
    return [
      {
        id: "at",
        title: heads.at,
        width: 8,
        dispensable: 0,
        cell: ({ at }) => ({ text: setting.time.clock(at), role: "text.dim" }),
      },
      {
        id: "kind",
        title: heads.kind,
        width: 11,
        dispensable: 0,
        cell: ({ kind }) => ({ text: setting.texts.gateway.eventKinds[kind], role: "text.secondary" }),
      },
      {
        id: "what",
        title: heads.what,
        width: 20,
        dispensable: 0,
        grows: true,
        slides: true,
        cell: (happening) => ({ text: tellIn(setting.texts, happening) }),
      },
    ];
  },
});
