import { incidentAxis, incidentFacts, incidentTable, runbookPane, storyPane } from "../panes/incident.ts";
import { incidentMoment } from "../panes/incident-moment.ts";
import { incidentHere } from "../lists/incidents.ts";
import { incidentLog } from "../panes/log.ts";
import { axisRows } from "../panes/time-axis.ts";
import { beside, stacked } from "../state/layout.ts";
import { defineScreen } from "./screen.ts";

/** "What has been wrong lately?" */
export const incidents = defineScreen("incidents", {
  crumbs: ({ setting }) => [setting.texts.incident.places],
  layout: (_model, box) =>
    stacked(box, [
      { what: incidentTable, least: 5, share: 2 },
      { what: incidentFacts, least: 8, share: 1, most: 14 },
    ]),
});

const wide = 130;

/**
 * "What is the story?" What it is and since when, the axis with every kind of event, what was true at the moment one
 * looks at, what to do, and what happened so far. The moment takes every pane along.
 */
export const incident = defineScreen("incident", {
  crumbs: ({ setting }, { incident: id }) => [setting.texts.incident.place, id],
  layout: (model, box) => {
    const gateways = incidentHere(model)?.gateways.length ?? 1;
    const isWide = box.width >= wide;
    const facts = {
      what: "facts",
      least: Math.min(8, Math.floor(box.height / 3) + 1),
      share: 1,
      most: isWide ? 7 : 9,
    } as const;
    const axis = { what: "axis", least: axisRows } as const;
    const moment = { what: "moment", least: 1 + 2 * Math.min(gateways, box.height < 34 ? 1 : 3) } as const;
    const work = { what: "work", least: 8, share: 3 } as const;
    const log = { what: "log", least: 5, share: 2 } as const;
    const rows = stacked(box, [facts, axis, moment, work, ...(box.height >= 34 ? [log] : [])]);
    return rows.flatMap(({ what, box: place }) => {
      switch (what) {
        case "facts":
          return [{ what: incidentFacts, box: place }];
        case "axis":
          return [{ what: incidentAxis, box: place }];
        case "moment":
          return [{ what: incidentMoment, box: place }];
        case "log":
          return [{ what: incidentLog, box: place }];
        case "work":
          return isWide
            ? beside(place, [
                { what: runbookPane, least: 60, share: 1 },
                { what: storyPane, least: 60, share: 1 },
              ])
            : stacked(place, [
                { what: runbookPane, least: 4, share: 1, most: 10 },
                { what: storyPane, least: 4, share: 1 },
              ]);
      }
    });
  },
});
