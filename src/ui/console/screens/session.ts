import { gatewayLog } from "../panes/log.ts";
import { sessionDetail } from "../panes/sessions.ts";
import { stacked } from "../state/layout.ts";
import { defineScreen } from "./screen.ts";

/** "What is wrong with this one, and what says so?" */
export const session = defineScreen("session", {
  crumbs: (_model, { session }) => [session],
  layout: (_model, box) =>
    stacked(box, [
      { what: sessionDetail, least: Math.min(16, Math.floor(box.height / 2) + 2) },
      { what: gatewayLog, least: 4, share: 1 },
    ]),
});
