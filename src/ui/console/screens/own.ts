import { aboutPane, auditDetail, auditTable, costTable, perfFacts } from "../panes/own.ts";
import { stacked } from "../state/layout.ts";
import { defineScreen } from "./screen.ts";

/** "What does this console cost, and is the link keeping up?" */
export const perf = defineScreen("perf", {
  crumbs: ({ setting }) => [setting.texts.perf.place],
  layout: (_model, box) =>
    stacked(box, [
      { what: perfFacts, least: Math.min(11, Math.floor(box.height / 2)) },
      { what: costTable, least: 3, share: 1 },
    ]),
});

/** "What did I do?" */
export const audit = defineScreen("audit", {
  crumbs: ({ setting }) => [setting.texts.audit.place],
  layout: (_model, box) =>
    stacked(box, [
      { what: auditTable, least: 5, share: 1 },
      { what: auditDetail, least: Math.min(6, Math.floor(box.height / 3)) },
    ]),
});

/** "What is this, and how is it set?" */
export const about = defineScreen("about", {
  crumbs: ({ setting }) => [setting.texts.about.place],
  layout: (_model, box) => [{ what: aboutPane, box }],
});
