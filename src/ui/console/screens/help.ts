import { helpPane } from "../panes/help.ts";
import { defineScreen } from "./screen.ts";

/** "What can I press?" */
export const help = defineScreen("help", {
  crumbs: ({ setting }) => [setting.texts.help.place],
  layout: (_model, box) => [{ what: helpPane, box }],
});
