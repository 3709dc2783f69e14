import { age, bytes, count, dayMs, percent } from "../../../ground/index.ts";
import { restoreCounts } from "../../../watch/index.ts";
import { growthOf, kindList, paceOf, type KindRow } from "../lists/vault.ts";
import type { ConsoleModel } from "../state/model.ts";
import type { Look } from "../theme/index.ts";
import { paintChart } from "./chart.ts";
import { fieldLines, type Field } from "./fields.ts";
import type { Pane } from "./pane.ts";
import { vaultTrouble } from "./snapshots.ts";
import { tablePane, type Column } from "./table.ts";
import { wrapped } from "./wrap.ts";

/** A disk that lasts less than this is worth a colour. */
const soonDays = 14;

const fieldsOf = (model: ConsoleModel, look: Look): readonly Field[] => {
  const { vault: state, setting, watch } = model;
  const { texts } = setting;
  const { facts, ...words } = texts.vault;
  if (state.access.kind !== "open") {
    return [{ name: facts.open, value: vaultTrouble(model) ?? "", role: "state.warn" }];
  }
  const { info } = state.access;
  const { figures, listed } = state;
  const measuring = { value: words.measuring, role: "text.dim" as const };
  const [held, stored] = [
    listed.reduce((sum, each) => sum + each.bytes, 0),
    listed.reduce((sum, each) => sum + each.storedBytes, 0),
  ];
  const at = (moment: number): string =>
    `${setting.time.full(moment)} (${texts.words.ago(age(Math.max(0, watch.now - moment)))})`;
  const seen = watch.vault;
  const restores = restoreCounts(watch);
  return [
    { name: facts.path, value: info.path },
    {
      name: facts.key,
      value: [
        ...(info.encrypted ? [info.keys.join(", "), words.encrypted] : [words.plain]),
        info.compression,
      ].join(` ${look.symbol("dot")} `),
      ...(info.encrypted ? {} : { role: "state.warn" as const }),
    },
    figures === undefined
      ? { name: facts.size, ...measuring }
      : {
          name: facts.size,
          value: words.size(
            bytes(figures.stats.storedBytes),
            count(figures.stats.snapshots),
            count(figures.stats.packs),
          ),
        },
    ...(stored === 0
      ? []
      : [
          {
            name: facts.saving,
            value: words.saving(bytes(held), bytes(stored), (held / stored).toFixed(1)),
          },
        ]),
    {
      name: facts.verified,
      value: seen?.lastVerifiedAt === undefined ? look.symbol("none") : at(seen.lastVerifiedAt),
    },
    {
      name: facts.oldest,
      value: seen?.oldestUnverifiedAt === undefined ? look.symbol("none") : at(seen.oldestUnverifiedAt),
    },
    {
      name: facts.restores,
      value:
        restores.all === 0
          ? words.noRestores
          : words.restores(count(restores.succeeded), count(restores.all)),
    },
    paceField(model),
    figures === undefined
      ? { name: facts.retention, ...measuring }
      : {
          name: facts.retention,
          value: words.retention(
            figures.retention,
            count(figures.keep),
            count(figures.remove.length),
            bytes(figures.removeBytesAtMost),
          ),
        },
    goesField(model),
    diskField(model, look),
    hostField(model, look),
  ];
};

const paceField = ({ vault, watch, setting }: ConsoleModel): Field => {
  const { facts, pace: words, noPace } = setting.texts.vault;
  const pace = paceOf(vault, watch.now);
  return pace === undefined
    ? { name: facts.pace, value: noPace, role: "state.warn" }
    : { name: facts.pace, value: words(count(pace.count), age(pace.everyMs), age(pace.longestMs)) };
};

/** So many names fit beside each other in the narrowest column of values. */
const goingShown = 2;

/** What a cleanup takes now by its name, or what is the first to come to that. */
const goesField = ({ vault, watch, setting }: ConsoleModel): Field => {
  const { facts, measuring, ...words } = setting.texts.vault;
  const { figures } = vault;
  if (figures === undefined) return { name: facts.goes, value: measuring, role: "text.dim" };
  const { remove, next } = figures;
  if (remove.length > 0) {
    const shown = remove.slice(0, goingShown).join(", ");
    return { name: facts.goes, value: words.goesNow(shown, remove.length - goingShown) };
  }
  return next === undefined
    ? { name: facts.goes, value: words.goesNone }
    : { name: facts.goes, value: words.goesIn(next.id, age(Math.max(0, next.at - watch.now))) };
};

const diskField = ({ vault, watch, setting }: ConsoleModel, look: Look): Field => {
  const { facts, measuring, ...words } = setting.texts.vault;
  const { host } = vault;
  if (host === undefined) return { name: facts.disk, value: measuring, role: "text.dim" };
  const growth = growthOf(vault, watch.now);
  const forecast =
    growth === undefined
      ? words.noForecast
      : words.fullIn(age(growth.daysLeft * dayMs), bytes(growth.bytesADay));
  return {
    name: facts.disk,
    value: [words.free(bytes(host.diskFreeBytes), bytes(host.diskBytes)), forecast].join(
      ` ${look.symbol("dot")} `,
    ),
    ...(growth !== undefined && growth.daysLeft < soonDays ? { role: "state.bad" as const } : {}),
  };
};

const hostField = ({ vault, setting }: ConsoleModel, look: Look): Field => {
  const { facts, measuring, free } = setting.texts.vault;
  const { host } = vault;
  return host === undefined
    ? { name: facts.host, value: measuring, role: "text.dim" }
    : {
        name: facts.host,
        value: [
          `${facts.cpu} ${percent(host.cpuShare)}`,
          `${facts.memory} ${free(bytes(host.memoryFreeBytes), bytes(host.memoryBytes))}`,
        ].join(` ${look.symbol("dot")} `),
      };
};

/** Whether one can trust the way back, in figures. */
export const vaultFacts: Pane = {
  id: "vault",
  body: {
    kind: "text",
    lines: (model, columns, look) => [
      ...fieldLines(fieldsOf(model, look), columns, look),
      ...wrapped(model.setting.texts.vault.keys, Math.max(1, columns - 2)).map((line) =>
        look.paint("text.dim", look.fit(` ${line}`, columns)),
      ),
    ],
  },
};

export const kindTable = tablePane<KindRow>({
  id: "kinds",
  first: true,
  title: ({ setting }) => [setting.texts.vault.kinds],
  list: kindList,
  whenEmpty: (model) => vaultTrouble(model) ?? model.setting.texts.words.none,
  columns: ({ setting, watch }): readonly Column<KindRow>[] => {
    const heads = setting.texts.vault.columns;
    const ago = (at: number): string => age(Math.max(0, watch.now - at));
    return [
      {
        id: "kind",
        title: heads.kind,
        width: 14,
        dispensable: 0,
        grows: true,
        cell: ({ kind }) => ({ text: kind, role: "text.strong" }),
      },
      {
        id: "count",
        title: heads.count,
        width: 7,
        align: "right",
        dispensable: 0,
        cell: (row) => ({ text: count(row.count) }),
      },
      {
        id: "fresh",
        title: heads.fresh,
        width: 10,
        align: "right",
        dispensable: 1,
        cell: ({ newBytes }) => ({ text: bytes(newBytes) }),
      },
      {
        id: "stored",
        title: heads.stored,
        width: 10,
        align: "right",
        dispensable: 0,
        cell: ({ storedBytes }) => ({ text: bytes(storedBytes) }),
      },
      {
        id: "newest",
        title: heads.newest,
        width: 9,
        align: "right",
        dispensable: 2,
        cell: ({ newestAt }) => ({ text: ago(newestAt) }),
      },
      {
        id: "oldest",
        title: heads.oldest,
        width: 9,
        align: "right",
        dispensable: 3,
        cell: ({ oldestAt }) => ({ text: ago(oldestAt) }),
      },
    ];
  },
});

/** What each snapshot brought that the vault did not know. */
export const growthChart: Pane = {
  id: "growth",
  title: ({ setting, vault, watch }) => {
    const from = vault.listed[0]?.at;
    const { growth, since } = setting.texts.vault;
    return from === undefined
      ? [growth]
      : [growth, since(setting.time.full(from), age(Math.max(0, watch.now - from)))];
  },
  body: {
    kind: "picture",
    paint: ({ vault, watch }, size, look) => {
      const points = vault.listed.map(({ at, newBytes }) => ({ at, value: newBytes }));
      const from = points[0]?.at;
      const top = Math.max(...points.map(({ value }) => value), 1);
      if (from === undefined) return [];
      return paintChart(
        {
          points,
          from,
          until: watch.now,
          top,
          threshold: 0,
          label: bytes,
          holdsMs: 0,
          roleOf: () => "chart.fill",
        },
        size,
        look,
      );
    },
  },
};
