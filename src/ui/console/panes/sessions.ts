import { age, count, percent, thousands } from "../../../ground/index.ts";
import { fleetRowOf, gatewayHere, nameHere } from "../lists/gateways.ts";
import { sessionHere, sessionList, type SessionRow, type SessionState } from "../lists/sessions.ts";
import type { ConsoleModel } from "../state/model.ts";
import type { Look, State } from "../theme/index.ts";
import { fieldLines, type Field } from "./fields.ts";
import type { Pane, Size } from "./pane.ts";
import { contextRole } from "./signs.ts";
import { tablePane, type Column } from "./table.ts";
import { orUnheard } from "./unheard.ts";

const signs: Readonly<Record<SessionState, State | "idle">> = {
  dead: "bad",
  squeezed: "warn",
  failing: "warn",
  running: "good",
  idle: "idle",
};

const runningSince = ({ session, facts }: SessionRow): number | undefined =>
  session.turn?.since ?? facts.runningSince ?? session.seenRunningSince;

const columnsOf = (model: ConsoleModel, look: Look, size: Size): readonly Column<SessionRow>[] => {
  const { texts } = model.setting;
  const heads = texts.gateway.sessionColumns;
  const { now } = model.watch;
  const none = look.symbol("none");
  // Most gateways do not tell it: a column of question marks would only take room from the names.
  const isCounted = sessionList.view(model).rows.some(({ facts }) => facts.messages !== undefined);
  return [
    {
      id: "session",
      title: heads.session,
      width: 20,
      dispensable: 0,
      grows: true,
      hasTail: true,
      cell: ({ key }) => ({ text: key.replace(/^agent:/u, ""), role: "text.strong" }),
    },
    {
      id: "agent",
      title: heads.agent,
      width: 9,
      dispensable: 3,
      cell: ({ facts }) => ({ text: facts.agentId }),
    },
    {
      id: "pressure",
      title: heads.pressure,
      width: 14,
      dispensable: 0,
      cell: ({ pressure }) =>
        pressure === undefined
          ? { text: "?", role: "text.dim" }
          : {
              text: `${look.bar(pressure, 9)} ${percent(pressure).padStart(4)}`,
              role: contextRole(pressure),
            },
    },
    {
      id: "usage",
      title: heads.usage,
      width: 15,
      align: "right",
      dispensable: 2,
      cell: ({ facts, usage }) => ({
        text: `${thousands(facts.usedTokens)}/${thousands(facts.windowTokens)} ${(usage === undefined ? "?" : percent(usage)).padStart(4)}`,
        ...(usage === undefined ? { role: "text.dim" as const } : {}),
      }),
    },
    ...(isCounted
      ? [
          {
            id: "messages",
            title: heads.messages,
            width: 5,
            align: "right",
            dispensable: 6,
            cell: ({ facts }: SessionRow) => ({ text: count(facts.messages) }),
          } as const,
        ]
      : []),
    {
      id: "cost",
      title: heads.cost,
      width: 7,
      align: "right",
      dispensable: 7,
      cell: ({ facts }) => ({ text: facts.costUsd === undefined ? "?" : `$${facts.costUsd.toFixed(2)}` }),
    },
    {
      id: "model",
      title: heads.model,
      width: size.columns >= 160 ? 24 : 14,
      dispensable: 5,
      cell: ({ facts }) => ({ text: facts.model ?? none }),
    },
    {
      id: "last",
      title: heads.last,
      width: 8,
      dispensable: 4,
      cell: ({ facts }) => ({
        text: facts.lastActivityAt === undefined ? none : age(Math.max(0, now - facts.lastActivityAt)),
      }),
    },
    {
      id: "state",
      title: heads.state,
      width: 13,
      dispensable: 0,
      cell: (row) => {
        const sign = signs[row.state];
        const since = row.state === "running" ? runningSince(row) : undefined;
        const word = texts.gateway.sessionStates[row.state];
        return {
          text: `${look.symbol(sign)} ${word}${since === undefined ? "" : ` ${age(Math.max(0, now - since))}`}`,
          role: sign === "idle" ? "text.dim" : `state.${sign}`,
        };
      },
    },
  ];
};

/** Every session, the one that needs somebody first. */
export const sessionTable = tablePane<SessionRow>({
  id: "sessions",
  title: ({ setting }) => [setting.texts.gateway.tabs.sessions],
  gateway: (model) => gatewayHere(model)?.identity.name,
  list: sessionList,
  columns: columnsOf,
  whenEmpty: (model) => {
    const { gateway: words } = model.setting.texts;
    const name = nameHere(model);
    const isNone = name !== undefined && fleetRowOf(model.watch, name)?.sessions === 0;
    return isNone ? words.sessionsNone : orUnheard(model, words.noSessions);
  },
});

/** What is known of the one session that is meant, and why a number is not. */
export const sessionDetail: Pane = {
  id: "session",
  title: (model) => [sessionHere(model)?.key ?? model.setting.texts.gateway.session.none],
  gateway: (model) => gatewayHere(model)?.identity.name,
  body: {
    kind: "text",
    lines: (model, columns, look) => {
      const row = sessionHere(model);
      return row === undefined ? [] : fieldLines(sessionFields(model, row, look), columns, look);
    },
  },
};

const sessionFields = (model: ConsoleModel, row: SessionRow, look: Look): readonly Field[] => {
  const { session: words, sessionStates } = model.setting.texts.gateway;
  const { labels } = words;
  const { now } = model.watch;
  const { session, facts } = row;
  const sign = signs[row.state];
  const since = runningSince(row);
  const told: Readonly<Record<SessionState, string>> = {
    dead: session.failures === 0 ? words.deadStill : words.dead(session.failures),
    squeezed: words.squeezed(age(now - (session.squeezedSince ?? now))),
    failing: words.failing(session.failures),
    running: since === undefined ? sessionStates.running : words.running(age(Math.max(0, now - since))),
    idle: words.idle,
  };
  const known = (name: string, value: string | undefined): readonly Field[] =>
    value === undefined || value === "" ? [] : [{ name, value }];
  return [
    {
      name: labels.state,
      value: `${look.symbol(sign)} ${told[row.state]}`,
      role: sign === "idle" ? "text.primary" : `state.${sign}`,
    },
    pressureField(model, row),
    usageField(model, row),
    ...known(
      labels.compaction,
      session.compactionsRefused === 0 ? undefined : words.refused(session.compactionsRefused),
    ),
    ...known(
      labels.failure,
      session.lastFailure === undefined
        ? facts.lastError
        : words.lastFailure(session.lastFailure.reason, age(now - session.lastFailure.at)),
    ),
    ...known(labels.snapshot, lastGoodOf(model, row.gateway)),
    ...known(labels.status, facts.status),
    ...known(labels.agent, facts.agentId),
    ...known(labels.model, [facts.provider, facts.model].filter((part) => part !== undefined).join(" / ")),
    ...known(labels.size, facts.messages === undefined ? undefined : count(facts.messages)),
    ...known(labels.cost, facts.costUsd === undefined ? undefined : `$${facts.costUsd.toFixed(2)}`),
    ...known(
      labels.last,
      facts.lastActivityAt === undefined
        ? undefined
        : model.setting.texts.words.ago(age(Math.max(0, now - facts.lastActivityAt))),
    ),
  ];
};

const pressureField = (model: ConsoleModel, { facts, pressure }: SessionRow): Field => {
  const { session: words } = model.setting.texts.gateway;
  const { budget } = facts;
  if (budget === undefined || pressure === undefined) {
    return { name: words.labels.pressure, value: words.unknownBudget, role: "text.dim" };
  }
  const overflow = budget.overflowTokens > 0 ? count(budget.overflowTokens) : "";
  const parts = [
    percent(pressure),
    words.budget(count(budget.estimatedPromptTokens), count(budget.promptBudgetTokens)),
    words.route(budget.route, overflow),
  ];
  return {
    name: words.labels.pressure,
    value: parts.join(model.setting.texts.words.comma),
    role: contextRole(pressure),
  };
};

/** A `?` that is asked about says why. */
const usageField = (model: ConsoleModel, { facts, usage, state }: SessionRow): Field => {
  const { comma } = model.setting.texts.words;
  const { session: words } = model.setting.texts.gateway;
  if (usage !== undefined) {
    return {
      name: words.labels.usage,
      value: `${percent(usage)}${comma}${words.window(count(facts.usedTokens), count(facts.windowTokens))}`,
    };
  }
  const why = facts.running || state === "running" ? words.unknownRunning : words.unknownFresh;
  return { name: words.labels.usage, value: why, role: "text.dim" };
};

const lastGoodOf = ({ watch, setting }: ConsoleModel, gateway: string): string | undefined => {
  const good = watch.incidents
    .filter(({ state }) => state === "open")
    .flatMap(({ lastGood }) => lastGood)
    .find((each) => each.gateway === gateway);
  if (good === undefined) return undefined;
  const { fleet } = setting.texts;
  return setting.texts.gateway.session.lastGood(
    good.snapshot,
    good.verified ? fleet.verified : fleet.notVerified,
  );
};
