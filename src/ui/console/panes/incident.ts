import { age } from "../../../ground/index.ts";
import { liveAlerts, tellingAlert, type Incident, type RunbookStep } from "../../../watch/index.ts";
import { reasonsIn, sayIn, stepWords, tellIn } from "../language/index.ts";
import {
  incidentHere,
  incidentList,
  runbookList,
  timelineList,
  titleIn,
  type EntryRow,
} from "../lists/incidents.ts";
import type { ConsoleModel } from "../state/model.ts";
import { placeOf } from "../state/view.ts";
import { incidentWindow } from "../state/incident-window.ts";
import type { Look, Role } from "../theme/index.ts";
import { fieldLines, type Field } from "./fields.ts";
import { isAllWell } from "./header.ts";
import type { Pane } from "./pane.ts";
import { tablePane, type Column } from "./table.ts";
import { axisGutter, axisPainter } from "./time-axis.ts";

const stateWords = ({ watch, setting }: ConsoleModel, incident: Incident): string => {
  const { incident: words } = setting.texts;
  return incident.state === "open"
    ? words.openFor(age(watch.now - incident.openedAt))
    : words.resolvedAfter(age((incident.resolvedAt ?? watch.now) - incident.openedAt));
};

const priorityRole = ({ state, priority }: Incident): Role =>
  state === "resolved" ? "text.dim" : priority <= "P1" ? "state.bad" : "state.warn";

/** Every incident, open ones first. */
export const incidentTable = tablePane<Incident>({
  id: "incidents",
  list: incidentList,
  whenEmpty: (model) => {
    const { none, noneYet } = model.setting.texts.incident;
    return isAllWell(model) ? none : noneYet;
  },
  columns: (model: ConsoleModel): readonly Column<Incident>[] => {
    const { setting } = model;
    const heads = setting.texts.incident.columns;
    return [
      {
        id: "priority",
        title: heads.priority,
        width: 2,
        dispensable: 0,
        cell: (incident) => ({ text: incident.priority, role: priorityRole(incident) }),
      },
      {
        id: "opened",
        title: heads.opened,
        width: 19,
        dispensable: 2,
        cell: ({ openedAt }) => ({ text: setting.time.full(openedAt) }),
      },
      {
        id: "state",
        title: heads.state,
        width: 19,
        dispensable: 0,
        cell: (incident) => ({ text: stateWords(model, incident), role: priorityRole(incident) }),
      },
      {
        id: "gateways",
        title: heads.gateways,
        width: 18,
        dispensable: 1,
        cell: ({ gateways }) => ({ text: gateways.join(", ") }),
      },
      {
        id: "title",
        title: heads.title,
        width: 20,
        dispensable: 0,
        grows: true,
        cell: (incident) => ({
          text: titleIn(setting.texts, incident),
          role: priorityRole(incident),
        }),
      },
    ];
  },
});

/** What it is, since when and why, what changed before, and what one can go back to and why. */
export const incidentFacts: Pane = {
  id: "incident",
  body: {
    kind: "text",
    lines: (model, columns, look) => {
      const incident = incidentHere(model);
      const { incident: words } = model.setting.texts;
      // Beside a list with nothing in it there was none to be over.
      if (incident === undefined)
        return placeOf(model.view).screen === "incident" ? [look.paint("text.dim", ` ${words.gone}`)] : [];
      return [
        look.paint(
          priorityRole(incident),
          look.fit(
            ` ${incident.priority} ${titleIn(model.setting.texts, incident)} ${look.symbol("dot")} ${stateWords(model, incident)}`,
            columns,
          ),
        ),
        ...fieldLines(factFields(model, incident), columns, look),
      ];
    },
  },
};

const factFields = ({ setting, watch }: ConsoleModel, incident: Incident): readonly Field[] => {
  const { texts, time } = setting;
  const { incident: words } = texts;
  const { comma, semicolon } = texts.words;
  const { onset, suspect, lastGood, priorityReason } = incident;
  const telling = tellingAlert(incident);
  // What still fires is told as it is by now, with the numbers that every other screen has.
  const told = liveAlerts(watch).find(({ id }) => id === telling?.id) ?? telling;
  return [
    {
      name: words.onset,
      value: `${time.since(onset.at, watch.now)}${comma}${sayIn(texts, onset.said, onset.reason)}`,
      role: "state.warn",
    },
    ...(told === undefined ? [] : [{ name: words.evidence, value: sayIn(texts, told.said, told.evidence) }]),
    ...(lastGood.length === 0
      ? [{ name: words.lastGood, value: words.noLastGood, role: "text.dim" as const }]
      : []),
    ...lastGood.slice(0, 3).map((good) => ({
      name: words.lastGood,
      value: `${good.gateway} ${good.snapshot}${comma}${reasonsIn(texts, good).join(semicolon)}`,
      role: "state.good" as const,
    })),
    suspect === undefined
      ? { name: words.suspect, value: words.noSuspect, role: "text.dim" }
      : { name: words.suspect, value: sayIn(texts, incident.suspectSaid, suspect), role: "accent" },
    {
      name: words.priority,
      value: `${incident.priority}: ${sayIn(texts, incident.prioritySaid, priorityReason)}`,
    },
  ];
};

const paintAxis = axisPainter();

/** The axis of the incident, with the moment one looks at. */
export const incidentAxis: Pane = {
  id: "incident-axis",
  body: {
    kind: "picture",
    paint: (model, size, look) => {
      const incident = incidentHere(model);
      if (incident === undefined) return [];
      const { from, until } = incidentWindow(incident, model.watch);
      const [gateway, ...others] = incident.gateways;
      return paintAxis(
        model.watch,
        {
          columns: Math.max(1, size.columns - axisGutter),
          windowMs: until - from,
          until,
          // Of one gateway, what others do would only be in the way.
          ...(gateway === undefined || others.length > 0 ? {} : { gateway }),
        },
        { ...model.setting, cursor: model.view.moment },
        size,
        look,
      );
    },
  },
};

/** The way out, step by step. */
export const runbookPane: Pane = tablePane<RunbookStep>({
  id: "runbook",
  first: true,
  title: ({ setting }) => [setting.texts.incident.runbook, setting.texts.incident.runbookHint],
  list: runbookList,
  heads: false,
  whenEmpty: ({ setting }) => setting.texts.incident.noSteps,
  columns: (model: ConsoleModel, look: Look, size): readonly Column<RunbookStep>[] => {
    const { screens } = model.setting.texts.incident;
    // On a narrow screen the step itself is what has to be read; `y` has the command whole.
    const ways = size.columns < 100 ? 14 : Math.floor(size.columns * 0.45);
    return [
      {
        id: "done",
        title: "",
        width: 3,
        dispensable: 0,
        cell: ({ done }) => ({
          text: `[${done === undefined ? " " : look.symbol("yes")}]`,
          role: done === undefined ? "text.primary" : "state.good",
        }),
      },
      {
        id: "text",
        title: "",
        width: 20,
        dispensable: 0,
        grows: true,
        cell: ({ text: step, done }) => {
          const text = stepWords(step, model.setting.texts);
          return {
            text: done === undefined ? text : `${text} (${done.by} ${model.setting.time.minute(done.at)})`,
          };
        },
      },
      {
        id: "way",
        title: "",
        width: ways,
        dispensable: 1,
        slides: true,
        cell: ({ way }) =>
          way.kind === "screen"
            ? { text: `${look.symbol("arrow")} ${screens[way.screen]}`, role: "key" }
            : way.opens === undefined
              ? { text: way.command, role: "accent" }
              : { text: `${look.symbol("arrow")} ${screens[way.opens.screen]}  ${way.command}`, role: "key" },
      },
    ];
  },
});

/** Everything that happened, oldest first, up to the moment one looks at. */
export const storyPane: Pane = tablePane<EntryRow>({
  id: "story",
  title: (model) => {
    const { incident: words } = model.setting.texts;
    const notes = incidentHere(model)?.notes.length ?? 0;
    return notes === 0 ? [words.story] : [words.story, words.notes(notes)];
  },
  list: timelineList,
  heads: false,
  whenEmpty: ({ setting }) => setting.texts.incident.noStory,
  columns: ({ setting }: ConsoleModel): readonly Column<EntryRow>[] => [
    {
      id: "at",
      title: "",
      width: 8,
      dispensable: 0,
      cell: ({ at }) => ({ text: setting.time.clock(at), role: "text.dim" }),
    },
    {
      id: "kind",
      title: "",
      width: 10,
      dispensable: 1,
      cell: ({ kind }) => ({
        text: setting.texts.incident.kinds[kind],
        role: kindRoles[kind] ?? "text.secondary",
      }),
    },
    { id: "gateway", title: "", width: 10, dispensable: 2, cell: ({ gateway }) => ({ text: gateway ?? "" }) },
    {
      id: "text",
      title: "",
      width: 30,
      dispensable: 0,
      grows: true,
      slides: true,
      cell: (entry) => ({
        text: tellIn(setting.texts, entry),
        role: entry.kind === "operator" ? "accent" : "text.primary",
      }),
    },
  ],
});

const kindRoles: Readonly<Partial<Record<EntryRow["kind"], Role>>> = {
  alert: "state.bad",
  resolved: "state.good",
  mark: "accent",
  operator: "accent",
  onset: "state.warn",
};
