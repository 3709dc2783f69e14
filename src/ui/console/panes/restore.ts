import { age, bytes, count, harmlessLine } from "../../../ground/index.ts";
import type { PreflightItem, RestorePlan } from "../../../watch/index.ts";
import { failureIn } from "../language/index.ts";
import { gatewayHere } from "../lists/gateways.ts";
import { lossList, lookWords, planHere, plannedHere, preflightList, type LossRow } from "../lists/restore.ts";
import { goodOf } from "../lists/snapshots.ts";
import type { ConsoleModel } from "../state/model.ts";
import { scopeChoices } from "../state/scope.ts";
import { takebackLine, tidyScope } from "../state/takeback.ts";
import { placeOf } from "../state/view.ts";
import { makeLook, width, type Look, type Role, type State } from "../theme/index.ts";
import { fieldLines, type Field } from "./fields.ts";
import type { Pane } from "./pane.ts";
import { vaultTrouble } from "./snapshots.ts";
import { tablePane, type Column } from "./table.ts";
import { wrapped } from "./wrap.ts";

/** Why there is no plan to see. */
const whyNot = (model: ConsoleModel): string | undefined => {
  const { restore } = model.setting.texts;
  const planned = plannedHere(model);
  const trouble = vaultTrouble(model);
  if (trouble !== undefined) return trouble;
  if (planned?.kind === "failed") return restore.failed(failureIn(model.setting.texts, planned));
  if (planned?.kind === "done") return undefined;
  return restore.running(age(Math.max(0, model.watch.now - (planned?.since ?? model.watch.now))));
};

/** What it brings, what it costs, how long it takes: what a person wants to know before anything else. */
export const restoreHead: Pane = {
  id: "restore-head",
  body: {
    kind: "picture",
    paint: (model, { columns }, look) => headLines(model, columns, look),
  },
};

const nameColumns = 14;

/** How many lines the head needs now. */
export const restoreHeadRows = (model: ConsoleModel, columns: number): number =>
  headLines(model, columns, countingLook).length;

/** How many lines a text has does not depend on its colours. */
const countingLook = makeLook({ theme: "mono", depth: "mono", ascii: true });

/** One line each, since all of it is in the list below; but of what will be lost nothing is cut off. */
const headLines = (model: ConsoleModel, columns: number, look: Look): readonly string[] => {
  const plan = planHere(model);
  if (plan === undefined) {
    return wrapped(whyNot(model) ?? "", Math.max(1, columns - 2)).map((line) =>
      look.paint("text.secondary", look.fit(` ${line}`, columns)),
    );
  }
  const { gone } = model.setting.texts.restore.facts;
  return headFields(plan, model, look).flatMap(({ name, value, role }) =>
    (name === gone ? wrapped(value, Math.max(1, columns - nameColumns - 4)) : [value]).map((part, at) => {
      const head = look.paint("text.secondary", look.fit(at === 0 ? name : "", nameColumns));
      return look.fit(` ${head}  ${role === undefined ? part : look.paint(role, part)}`, columns);
    }),
  );
};

const headFields = (plan: RestorePlan, model: ConsoleModel, look: Look): readonly Field[] => {
  const { restore } = model.setting.texts;
  const { facts } = restore;
  const dot = ` ${look.symbol("dot")} `;
  const place = placeOf(model.view);
  const taken = model.vault.listed.find(({ id }) => id === plan.snapshot.id)?.at;
  const isGood = goodOf(model, plan.gateway) === plan.snapshot.id;
  const byHand =
    place.screen === "restore" ? takebackLine({ kind: "restore", ...place }, model.vault.access) : "";
  const gone = goneWords(plan, model);
  return [
    {
      name: facts.snapshot,
      value: [
        `${plan.snapshot.id}${isGood ? ` ${look.symbol("star")} ${restore.good}` : ""}`,
        ...(taken === undefined ? [] : [restore.taken(age(Math.max(0, model.watch.now - taken)))]),
        ...(plan.snapshot.name === null ? [] : [harmlessLine(plan.snapshot.name, 60)]),
      ].join(dot),
      role: isGood ? "state.good" : "text.strong",
    },
    { name: facts.back, value: backWords(plan, model).join(dot) },
    {
      name: facts.gone,
      value: gone.length === 0 ? restore.gone.nothing : gone.join(dot),
      role: gone.length === 0 ? "state.good" : "state.warn",
    },
    { name: facts.saved, value: restore.saved },
    { name: facts.downtime, value: downtimeWords(plan, model) },
    { name: facts.byHand, value: byHand, role: "text.dim" },
  ];
};

export const downtimeWords = (
  { how, downtime }: RestorePlan,
  { setting }: Pick<ConsoleModel, "setting">,
): string => {
  const { downtimes } = setting.texts.restore;
  if (how === "hot") return downtimes.hot;
  if (how === "files-only") return downtimes.files;
  return downtime.expectedMs === null ? downtimes.stopped : downtimes.running(age(downtime.expectedMs));
};

export const backWords = (
  { sessions, files, config }: RestorePlan,
  model: ConsoleModel,
): readonly string[] => {
  const { back } = model.setting.texts.restore;
  const changed = files.written.length + files.replaced.length;
  const size = [...files.written.map((each) => each.size), ...files.replaced.map(({ after }) => after.size)];
  const words = [
    ...(sessions === null || sessions.back.length === 0 ? [] : [back.sessions(count(sessions.back.length))]),
    ...(config.length === 0 ? [] : [back.config(count(config.length))]),
    ...(changed === 0 ? [] : [back.files(count(changed), bytes(size.reduce((sum, each) => sum + each, 0)))]),
  ];
  return words.length === 0 ? [back.nothing] : words;
};

export const goneWords = (plan: RestorePlan, model: ConsoleModel): readonly string[] => {
  const { gone } = model.setting.texts.restore;
  const { sessions, devices, ratchetChannels, files, deliveriesDropped } = plan;
  const touched = (sessions?.gone.length ?? 0) + (sessions?.shortened.length ?? 0);
  return [
    ...(sessions === null || touched === 0
      ? []
      : [gone.messages(count(sessions.messagesLost), count(touched))]),
    ...(devices.length === 0 ? [] : [gone.devices(count(devices.length))]),
    ...(ratchetChannels.length === 0 ? [] : [gone.channels(harmlessLine(ratchetChannels.join(", ")))]),
    ...(deliveriesDropped === 0 ? [] : [gone.deliveries(count(deliveriesDropped))]),
    ...(files.removed.length === 0 ? [] : [gone.files(count(files.removed.length))]),
  ];
};

/** The parts that can be picked, the picked one in brackets and always in sight. */
export const scopeLine: Pane = {
  id: "scope",
  body: {
    kind: "picture",
    paint: (model, { columns }, look) => {
      const place = placeOf(model.view);
      if (place.screen !== "restore") return [];
      const { restore } = model.setting.texts;
      const picked = tidyScope(place.scope);
      const choices = scopeChoices(gatewayHere(model), place.scope);
      const shown = choices.map((choice) => {
        const word = restore.scopes[choice] ?? harmlessLine(choice, 60);
        return { isPicked: choice === picked, text: choice === picked ? `[${word}]` : ` ${word} ` };
      });
      const head = ` ${restore.scope} `;
      const room = columns - width(head);
      const from = firstShown(shown, room);
      const line = shown
        .slice(from)
        .map(({ isPicked, text }) => look.paint(isPicked ? "key" : "text.secondary", text))
        .join("");
      const before = from === 0 ? " " : look.symbol("ellipsis");
      return [look.fit(`${look.paint("title", head.trimEnd())}${before}${line}`, columns)];
    },
  },
};

/** As few of the first ones are left out as the picked one needs. */
const firstShown = (
  parts: readonly { readonly isPicked: boolean; readonly text: string }[],
  room: number,
): number => {
  const picked = parts.findIndex(({ isPicked }) => isPicked);
  let from = 0;
  const taken = (): number => parts.slice(from, picked + 1).reduce((sum, { text }) => sum + width(text), 0);
  while (from < picked && taken() > room) from += 1;
  return from;
};

const signRoles: Readonly<Record<LossRow["sign"], Role>> = {
  "+": "diff.added",
  "-": "diff.removed",
  "~": "diff.changed",
};

/** Everything that will be different, thing by thing: what is lost stands first. */
export const lossTable = tablePane<LossRow>({
  id: "losses",
  title: (model) => {
    const { restore } = model.setting.texts;
    const { total } = lossList.view(model);
    return [restore.losses, ...(planHere(model) === undefined ? [] : [count(total)])];
  },
  list: lossList,
  heads: false,
  // Why there is no plan stands at the head, once.
  whenEmpty: (model) => (planHere(model) === undefined ? "" : model.setting.texts.restore.noLosses),
  columns: ({ watch }, _look, { columns }): readonly Column<LossRow>[] => [
    {
      id: "what",
      title: "",
      width: Math.max(20, Math.floor(columns * 0.45)),
      dispensable: 0,
      slides: true,
      hasTail: true,
      cell: ({ sign, what }) => ({ text: `${sign} ${what}`, role: signRoles[sign] }),
    },
    {
      id: "how",
      title: "",
      width: 20,
      dispensable: 0,
      grows: true,
      slides: true,
      cell: ({ how }) => ({ text: how }),
    },
    {
      id: "last",
      title: "",
      width: 8,
      dispensable: 1,
      cell: ({ last }) => ({
        text: last === undefined ? "" : age(Math.max(0, watch.now - last)),
        role: "text.dim",
      }),
    },
  ],
});

const verdictStates: Readonly<Record<PreflightItem["verdict"], State>> = {
  pass: "good",
  warn: "warn",
  stop: "bad",
};

/** What was looked at before, and what each look found. */
export const preflightTable = tablePane<PreflightItem>({
  id: "preflight",
  first: true,
  title: (model) => {
    const { restore } = model.setting.texts;
    const all = planHere(model)?.preflight ?? [];
    const of = (verdict: PreflightItem["verdict"]): number =>
      all.filter((item) => item.verdict === verdict).length;
    return [
      restore.preflight,
      ...(all.length === 0 ? [] : [restore.preflightCount(of("pass"), of("warn"), of("stop"))]),
    ];
  },
  list: preflightList,
  heads: false,
  whenEmpty: () => "",
  columns: ({ setting }, look, { columns }): readonly Column<PreflightItem>[] => {
    const { restore } = setting.texts;
    return [
      {
        id: "verdict",
        title: "",
        width: 7,
        dispensable: 0,
        cell: ({ verdict }) => ({
          text: `${look.symbol(verdictStates[verdict])} ${restore.verdicts[verdict]}`,
          role: `state.${verdictStates[verdict]}`,
        }),
      },
      {
        id: "check",
        title: "",
        width: Math.min(34, Math.max(22, Math.floor(columns * 0.28))),
        dispensable: 0,
        cell: ({ check, verdict }) => ({
          text: restore.checks[check] ?? check,
          ...(verdict === "pass" ? {} : { role: `state.${verdictStates[verdict]}` as const }),
        }),
      },
      {
        id: "evidence",
        title: "",
        width: 30,
        dispensable: 0,
        grows: true,
        slides: true,
        cell: (item) => ({ text: lookWords(setting.texts, item).why }),
      },
    ];
  },
});

/** All of the selected look: its evidence, and what to do about it. */
export const preflightDetail: Pane = {
  id: "preflight-detail",
  body: {
    kind: "picture",
    paint: (model, { columns, rows }, look) => {
      const item = preflightList.selected(model);
      if (item === undefined) return [];
      const { restore } = model.setting.texts;
      const { why, wayOut } = lookWords(model.setting.texts, item);
      const role = item.verdict === "pass" ? undefined : (`state.${verdictStates[item.verdict]}` as const);
      const fields: readonly Field[] = [
        {
          name: look.symbol(verdictStates[item.verdict]),
          value: why,
          ...(role === undefined ? {} : { role }),
        },
        ...(wayOut === undefined ? [] : [{ name: look.symbol("arrow"), value: wayOut }]),
      ];
      return [
        look.rule(columns, restore.checks[item.check] ?? item.check),
        ...fieldLines(fields, columns, look).slice(0, rows - 1),
      ];
    },
  },
};
