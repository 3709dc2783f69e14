import { bytes, count, harmlessLine, percent } from "../../../ground/index.ts";
import { tellIn, type Texts } from "../language/index.ts";
import { auditList, costList } from "../lists/own.ts";
import type { AuditEntry } from "../state/audit.ts";
import type { ConsoleModel } from "../state/model.ts";
import type { GatewayCost } from "../state/perf.ts";
import { fieldLines, type Field } from "./fields.ts";
import type { Pane } from "./pane.ts";
import { tablePane, type Column } from "./table.ts";

const ms = (value: number): string => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;

/** What this console costs, measured from inside. */
export const perfFacts: Pane = {
  id: "perf",
  title: ({ setting }) => [setting.texts.perf.place],
  body: {
    kind: "text",
    lines: (model, columns, look) => {
      const { perf: facts } = model.view;
      const { perf: words } = model.setting.texts;
      if (facts === undefined) return [look.paint("text.dim", ` ${words.measuring}`)];
      const { keyToPaint: keys } = facts;
      const names = words.facts;
      const fields: readonly Field[] = [
        { name: names.written, value: bytes(facts.bytesWritten) },
        { name: names.rate, value: words.perSecond(bytes(facts.bytesPerSecond)) },
        { name: names.frames, value: count(facts.frames) },
        { name: names.dropped, value: count(facts.dropped) },
        { name: names.misfits, value: count(facts.misfits) },
        { name: names.pace, value: words.pace[facts.pace] },
        {
          name: names.keyToPaint,
          value: keys.count === 0 ? words.noKeys : words.keys(keys.count, ms(keys.p50), ms(keys.p95)),
        },
        { name: names.gap, value: ms(facts.worstGapMs) },
        { name: names.rss, value: bytes(facts.rssBytes) },
        { name: names.cpu, value: percent(facts.cpuShare) },
      ];
      return fieldLines(fields, columns, look);
    },
  },
};

export const costTable = tablePane<GatewayCost>({
  id: "costs",
  title: ({ setting }) => [setting.texts.perf.gateways],
  list: costList,
  whenEmpty: ({ setting }) => setting.texts.perf.noGateways,
  columns: ({ setting }: ConsoleModel): readonly Column<GatewayCost>[] => {
    const { columns: heads } = setting.texts.perf;
    const number = (
      id: string,
      title: string,
      dispensable: number,
      write: (cost: GatewayCost) => string,
    ): Column<GatewayCost> => ({
      id,
      title,
      width: 9,
      align: "right",
      dispensable,
      cell: (cost) => ({ text: write(cost) }),
    });
    return [
      {
        id: "gateway",
        title: heads.gateway,
        width: 12,
        dispensable: 0,
        grows: true,
        cell: ({ gateway }) => ({ text: gateway, role: "text.strong" }),
      },
      number("requests", heads.requests, 0, ({ requests }) => count(requests)),
      number("in", heads.bytesIn, 0, ({ bytesIn }) => bytes(bytesIn)),
      number("out", heads.bytesOut, 0, ({ bytesOut }) => bytes(bytesOut)),
      number("frames", heads.frames, 1, ({ framesIn }) => count(framesIn)),
      number("skipped", heads.skipped, 4, ({ framesDropped }) => count(framesDropped)),
      number("refused", heads.refused, 3, ({ refused }) => count(refused)),
      number("timeouts", heads.timeouts, 2, ({ timeouts }) => count(timeouts)),
      number("connects", heads.connects, 2, ({ connects }) => count(connects)),
    ];
  },
});

/** What was done from here: for the write-up afterwards. */
export const auditTable = tablePane<AuditEntry>({
  id: "audit",
  title: ({ setting }) => [setting.texts.audit.place],
  list: auditList,
  whenEmpty: ({ setting }) => setting.texts.audit.none,
  columns: ({ setting }: ConsoleModel): readonly Column<AuditEntry>[] => {
    const { audit: words } = setting.texts;
    const heads = words.columns;
    return [
      {
        id: "at",
        title: heads.at,
        width: 8,
        dispensable: 0,
        cell: ({ at }) => ({ text: setting.time.clock(at), role: "text.dim" }),
      },
      {
        id: "exit",
        title: heads.exit,
        width: 5,
        align: "right",
        dispensable: 0,
        cell: ({ ended }) =>
          ended === undefined
            ? { text: words.running, role: "state.busy" }
            : { text: String(ended.exit), role: ended.exit === 0 ? "state.good" : "state.bad" },
      },
      {
        id: "took",
        title: heads.took,
        width: 8,
        align: "right",
        dispensable: 1,
        cell: ({ ended }) => ({ text: ended === undefined ? "" : ms(ended.durationMs) }),
      },
      {
        id: "command",
        title: heads.command,
        width: 30,
        dispensable: 0,
        grows: true,
        slides: true,
        cell: ({ command }) => ({ text: command, role: "accent" }),
      },
      {
        id: "what",
        title: heads.what,
        width: 26,
        dispensable: 2,
        cell: ({ ended }) => ({ text: ended === undefined ? "" : cameOf(setting.texts, ended) }),
      },
    ];
  },
});

const cameOf = (texts: Texts, ended: NonNullable<AuditEntry["ended"]>): string =>
  harmlessLine(tellIn(texts, ended));

/** All of the selected deed: a command is longer than a row, and what came of it has no room there. */
export const auditDetail: Pane = {
  id: "audit-row",
  body: {
    kind: "picture",
    paint: (model, { columns, rows }, look) => {
      const entry = auditList.selected(model);
      if (entry === undefined) return [];
      const { audit: words } = model.setting.texts;
      const { command, ended } = entry;
      const fields: readonly Field[] = [
        { name: words.columns.command, value: command, role: "accent" },
        ...(ended === undefined || ended.text === ""
          ? []
          : [
              {
                name: words.columns.what,
                value: cameOf(model.setting.texts, ended),
                ...(ended.exit === 0 ? {} : { role: "state.bad" as const }),
              },
            ]),
      ];
      return [
        look.rule(columns, model.setting.time.full(entry.at)),
        ...fieldLines(fields, columns, look).slice(0, rows - 1),
      ];
    },
  },
};

/** The console about itself: what it is, where it draws and how. */
export const aboutPane: Pane = {
  id: "about",
  title: ({ setting }) => [setting.texts.about.place],
  body: {
    kind: "facts",
    facts: (model, look) => {
      const { texts, time, version, person, readOnly } = model.setting;
      const { about } = texts;
      const names = [...readOnly.gateways];
      return [
        [about.facts.version, version],
        [about.facts.gateways, String(model.watch.gateways.length)],
        [about.facts.person, person],
        [about.facts.time, time.zone],
        [about.facts.theme, look.theme],
        [about.facts.colours, look.depth],
        [about.facts.letters, look.ascii ? about.ascii : about.unicode],
        [about.facts.size, `${model.view.columns} x ${model.view.rows}`],
        [
          about.facts.readOnly,
          readOnly.all ? about.all : names.length === 0 ? texts.words.no : names.join(", "),
        ],
      ];
    },
  },
};
