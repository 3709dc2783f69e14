import { incidentMarkdown, type Incident } from "../../../watch/index.ts";
import { stepWords } from "../language/index.ts";
import { incidentHere, runbookList } from "../lists/incidents.ts";
import type { Action } from "../state/action.ts";
import { eventMoments, incidentWindow } from "../state/incident-window.ts";
import type { ConsoleModel } from "../state/model.ts";
import type { ConsoleCommand } from "./command.ts";

const where = ["incident"] as const;

const withIncident =
  (run: (incident: Incident, model: ConsoleModel) => readonly Action[]) =>
  (model: ConsoleModel): readonly Action[] => {
    const incident = incidentHere(model);
    return incident === undefined ? [] : run(incident, model);
  };

const needsIncident = (model: ConsoleModel): string | undefined =>
  incidentHere(model) === undefined ? model.setting.texts.keys.noIncident : undefined;

/** One step is one column of the axis at its usual width; later than now is now. */
const steps = 60;

const scrub = (by: number): ConsoleCommand["run"] =>
  withIncident((incident, model) => {
    const { from, until } = incidentWindow(incident, model.watch);
    const at = (model.view.moment ?? until) + (by * (until - from)) / steps;
    return [{ kind: "scrub", to: at >= until ? undefined : Math.max(from, Math.round(at)) }];
  });

const toEvent = (by: 1 | -1): ConsoleCommand["run"] =>
  withIncident((incident, model) => {
    const { from, until } = incidentWindow(incident, model.watch);
    const moments = eventMoments(incident, model.watch).filter((at) => at >= from && at <= until);
    const here = model.view.moment ?? until;
    const next = by > 0 ? moments.find((at) => at > here) : moments.findLast((at) => at < here);
    if (next === undefined) return by > 0 ? [{ kind: "scrub", to: undefined }] : [];
    return [{ kind: "scrub", to: next }];
  });

/** The story of an incident: through its time, its steps and its notes. */
export const incidentCommands: readonly ConsoleCommand[] = [
  { id: "time.back", keys: ["h", "Left"], risk: "none", where, footer: 50, run: scrub(-1) },
  { id: "time.on", keys: ["l", "Right"], risk: "none", where, footer: 51, run: scrub(1) },
  { id: "time.event-before", keys: ["["], risk: "none", where, run: toEvent(-1) },
  { id: "time.event-next", keys: ["]"], risk: "none", where, run: toEvent(1) },
  { id: "time.now", keys: ["0"], risk: "none", where, run: () => [{ kind: "scrub", to: undefined }] },
  {
    id: "incident.tick",
    keys: ["Space"],
    risk: "none",
    where,
    footer: 28,
    changes: true,
    disabledReason: needsIncident,
    run: withIncident((incident, model) => {
      const step = runbookList.selected(model);
      const { watch, setting } = model;
      if (step === undefined) return [];
      const done = step.done === undefined;
      const words = stepWords(step.text, setting.texts);
      return [
        {
          kind: "tell",
          event: {
            kind: "runbook",
            at: watch.now,
            incident: incident.id,
            step: step.id,
            done,
            by: setting.person,
          },
          command: undefined,
          said: done ? setting.texts.keys.ticked(words) : setting.texts.keys.unticked(words),
        },
      ];
    }),
  },
  {
    id: "incident.note",
    keys: ["n"],
    risk: "none",
    where,
    footer: 30,
    changes: true,
    disabledReason: needsIncident,
    run: withIncident(({ id }) => [{ kind: "start-note", incident: id }]),
  },
  {
    id: "incident.report",
    keys: ["x"],
    risk: "none",
    where: ["incident", "incidents"],
    footer: 40,
    disabledReason: needsIncident,
    run: withIncident((incident, { watch, setting }) => [
      {
        kind: "write-report",
        name: setting.texts.incident.report(incident.id),
        text: incidentMarkdown(incident, watch.now),
        command: `clawback incident report ${incident.id}`,
      },
    ]),
  },
];
