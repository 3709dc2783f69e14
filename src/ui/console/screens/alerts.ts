import { alertNamed } from "../lists/alerts.ts";
import { alertChart, alertDetail, hasChart, alertPast } from "../panes/alert-detail.ts";
import { allAlerts } from "../panes/alerts.ts";
import { stacked } from "../state/layout.ts";
import { defineScreen } from "./screen.ts";

/** "What fired, on what evidence, what now?": every alert, and all of the selected one under it. */
export const alerts = defineScreen("alerts", {
  crumbs: ({ setting }) => [setting.texts.alerts.place],
  layout: (model, box) =>
    stacked(box, [
      { what: allAlerts, least: 6, share: 2 },
      { what: alertDetail, least: Math.min(12, Math.floor(box.height / 2)), share: 1, most: 18 },
      ...(box.height >= 34 && hasChart(model) ? [{ what: alertChart, least: 7, share: 1, most: 12 }] : []),
    ]),
});

/** One alert: evidence, the number with its threshold, when it fired before. */
export const alert = defineScreen("alert", {
  crumbs: ({ watch }, { alert: id }) => [alertNamed(watch, id)?.rule ?? id],
  layout: (model, box) =>
    stacked(box, [
      { what: alertDetail, least: Math.min(14, box.height - 8), share: 1, most: 20 },
      ...(hasChart(model) ? [{ what: alertChart, least: 5, share: 2, most: 14 }] : []),
      { what: alertPast, least: 3, share: 1 },
    ]),
});
