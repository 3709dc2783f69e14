import { tellIn } from "../language/index.ts";
import { happeningList } from "../lists/gateway-parts.ts";
import { logList } from "../lists/log-lines.ts";
import type { Pane } from "./pane.ts";
import { levelRole } from "./signs.ts";
import { wrapped } from "./wrap.ts";

/** What is selected above, from its beginning to its end: on 80 columns most of a line of a log has no room in a table. */
export const wholeLogLine: Pane = {
  id: "line",
  title: (model) => {
    const row = logList.selected(model);
    if (row === undefined) return [];
    const { at, level, subsystem, sessionKey, channel } = row.line;
    const about = [subsystem, sessionKey ?? channel ?? ""].filter((text) => text !== "");
    return [model.setting.time.full(at), level.toUpperCase(), ...about];
  },
  body: {
    kind: "text",
    lines: (model, columns, look) => {
      const row = logList.selected(model);
      return row === undefined
        ? []
        : wrapped(row.line.message, columns - 2).map(
            (text) => ` ${look.paint(levelRole[row.line.level], text)}`,
          );
    },
  },
};

export const wholeEvent: Pane = {
  id: "event",
  title: (model) => {
    const event = happeningList.selected(model);
    if (event === undefined) return [];
    return [model.setting.time.full(event.at), model.setting.texts.gateway.eventKinds[event.kind]];
  },
  body: {
    kind: "text",
    lines: (model, columns) => {
      const event = happeningList.selected(model);
      return event === undefined
        ? []
        : wrapped(tellIn(model.setting.texts, event), columns - 2).map((text) => ` ${text}`);
    },
  },
};
