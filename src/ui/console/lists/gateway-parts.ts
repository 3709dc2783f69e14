import type { LaneFacts } from "../../../clients/index.ts";
import type { Boot, ChannelModel, GatewayModel, Happening } from "../../../watch/index.ts";
import { tellIn } from "../language/index.ts";
import { defineList, type List, type ListSource } from "../state/list.ts";
import { remembered } from "../state/memo.ts";
import { gatewayHere } from "./gateways.ts";

/** The lists of a gateway's smaller parts: each is what the model holds, in the order a reader wants it. */

const ofGateway = <Row>(
  id: string,
  pick: (gateway: GatewayModel) => readonly Row[],
  source: Omit<ListSource<Row>, "id" | "rows">,
): List<Row> => {
  const nothing: readonly Row[] = [];
  const rows = remembered(pick);
  return defineList<Row>({
    ...source,
    id,
    rows: (model) => {
      const gateway = gatewayHere(model);
      return gateway === undefined ? nothing : rows(gateway);
    },
  });
};

/** A channel with what the gateway itself says about it. */
export type ChannelRow = ChannelModel & { readonly issue?: string; readonly fix?: string };

export const channelList = ofGateway<ChannelRow>(
  "channels",
  ({ channels, channelIssues }) =>
    channels.map((channel) => {
      const { id, account } = channel.facts;
      const issue = channelIssues.find((each) => each.channel === id && each.account === account);
      return {
        ...channel,
        ...(issue === undefined ? {} : { issue: issue.message }),
        ...(issue?.fix === undefined ? {} : { fix: issue.fix }),
      };
    }),
  {
    keyOf: ({ facts }) => `${facts.id}/${facts.account}`,
    textOf: ({ facts, issue, fix }) =>
      [facts.id, facts.account, facts.lifecycle ?? "", facts.lastError ?? "", issue ?? "", fix ?? ""].join(
        " ",
      ),
    copies: ({ facts, issue, fix }) =>
      [`${facts.id}/${facts.account}`, issue ?? facts.lastError ?? "", fix ?? ""]
        .filter((part) => part !== "")
        .join(": "),
    sorts: {
      channel: ({ facts }) => facts.id,
      state: ({ facts }) => Number(facts.connected),
      last: ({ facts }) => facts.lastActivityAt,
    },
  },
);

export const laneList = ofGateway<LaneFacts>("lanes", ({ lanes }) => lanes, {
  keyOf: ({ lane }) => lane,
  textOf: ({ lane }) => lane,
  sorts: {
    lane: ({ lane }) => lane,
    queued: ({ queued }) => queued,
    active: ({ active }) => active,
  },
});

/** Newest first. */
export const bootList = ofGateway<Boot>("boots", ({ boots }) => boots.toReversed(), {
  keyOf: ({ bootId, at }) => `${bootId} ${at}`,
  textOf: ({ bootId, version, planned }) => `${bootId} ${version ?? ""} ${planned ? "planned" : ""}`,
  copies: ({ bootId }) => bootId,
});

/** Newest first. */
export const happeningList = ofGateway<Happening & { readonly key: string }>(
  "events",
  ({ happenings }) =>
    happenings
      .map((each, at) => ({ ...each, key: `${each.at} ${each.kind} ${each.text} ${at}` }))
      .toReversed(),
  {
    keyOf: ({ key }) => key,
    textOf: (happening, { setting }) =>
      `${setting.texts.gateway.eventKinds[happening.kind]} ${tellIn(setting.texts, happening)}`,
    copies: (happening, { setting }) => tellIn(setting.texts, happening),
  },
);
