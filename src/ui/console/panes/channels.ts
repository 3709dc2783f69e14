import { age } from "../../../ground/index.ts";
import { channelList, type ChannelRow } from "../lists/gateway-parts.ts";
import { nameHere } from "../lists/gateways.ts";
import type { ConsoleModel } from "../state/model.ts";
import type { Look, State } from "../theme/index.ts";
import { fieldLines, type Field } from "./fields.ts";
import type { Pane } from "./pane.ts";
import { tablePane, type Column } from "./table.ts";
import { orUnheard } from "./unheard.ts";

type ChannelWord = keyof ConsoleModel["setting"]["texts"]["gateway"]["channelStates"];

const channelState = ({ facts }: ChannelRow): { readonly word: ChannelWord; readonly sign: State } => {
  if (!facts.configured) return { word: "notConfigured", sign: "paused" };
  if (!facts.enabled) return { word: "off", sign: "paused" };
  if (facts.connected) return { word: "connected", sign: "good" };
  if (facts.terminal) return { word: "terminal", sign: "bad" };
  return facts.running ? { word: "connecting", sign: "warn" } : { word: "stopped", sign: "bad" };
};

export const channelTable = tablePane<ChannelRow>({
  id: "channels",
  title: ({ setting }) => [setting.texts.gateway.tabs.channels],
  gateway: nameHere,
  list: channelList,
  whenEmpty: (model) => orUnheard(model, model.setting.texts.gateway.noChannels),
  columns: ({ setting, watch }: ConsoleModel, look: Look): readonly Column<ChannelRow>[] => {
    const { channelColumns: heads, channelStates } = setting.texts.gateway;
    return [
      {
        id: "channel",
        title: heads.channel,
        width: 20,
        dispensable: 0,
        cell: ({ facts }) => ({ text: `${facts.id}/${facts.account}`, role: "text.strong" }),
      },
      {
        id: "state",
        title: heads.state,
        width: 17,
        dispensable: 0,
        cell: (row) => {
          const { word, sign } = channelState(row);
          return { text: `${look.symbol(sign)} ${channelStates[word]}`, role: `state.${sign}` };
        },
      },
      {
        id: "last",
        title: heads.last,
        width: 8,
        dispensable: 2,
        cell: ({ facts }) => ({
          text:
            facts.lastActivityAt === undefined
              ? look.symbol("none")
              : age(Math.max(0, watch.now - facts.lastActivityAt)),
        }),
      },
      {
        id: "what",
        title: heads.what,
        width: 20,
        dispensable: 0,
        grows: true,
        slides: true,
        cell: ({ facts, issue }) => ({ text: issue ?? facts.lastError ?? facts.lifecycle ?? "" }),
      },
    ];
  },
});

/** All of what is said about the selected channel, with the gateway's own advice. */
export const channelDetail: Pane = {
  id: "channel",
  title: (model) => {
    const row = channelList.selected(model);
    return [row === undefined ? "" : `${row.facts.id}/${row.facts.account}`];
  },
  body: {
    kind: "text",
    lines: (model, columns, look) => {
      const row = channelList.selected(model);
      if (row === undefined) return [];
      const { gateway } = model.setting.texts;
      const { word, sign } = channelState(row);
      const known = (name: string, value: string | undefined): readonly Field[] =>
        value === undefined || value === "" ? [] : [{ name, value }];
      return fieldLines(
        [
          {
            name: gateway.facts.state,
            value: `${look.symbol(sign)} ${gateway.channelStates[word]}`,
            role: `state.${sign}`,
          },
          ...known(gateway.facts.why, row.issue ?? row.facts.lastError),
          ...known(gateway.fix, row.fix),
          ...known(gateway.facts.since, model.setting.texts.words.ago(age(model.watch.now - row.changedAt))),
        ],
        columns,
        look,
      );
    },
  },
};
