import { age, count, harmlessLine, percent } from "../../../ground/index.ts";
import { rollbackHere } from "../lists/rollback.ts";
import { failureIn } from "../language/index.ts";
import type { ConsoleModel } from "../state/model.ts";
import { takebackLine, type Rollback, type SessionGoal } from "../state/takeback.ts";
import { placeOf } from "../state/view.ts";
import type { Look } from "../theme/index.ts";
import { fieldLines, type Field } from "./fields.ts";
import type { Pane } from "./pane.ts";
import { vaultTrouble } from "./snapshots.ts";

/** One session, where it would go back to, and what came of it. */
export const rollbackPane: Pane = {
  id: "rollback",
  title: ({ view }) => {
    const place = placeOf(view);
    return place.screen === "rollback" ? [harmlessLine(place.session, 120)] : [];
  },
  body: {
    kind: "text",
    lines: (model, columns, look) => {
      const place = placeOf(model.view);
      if (place.screen !== "rollback") return [];
      const trouble = vaultTrouble(model);
      const fields =
        trouble === undefined
          ? rollbackFields(rollbackHere(model), place, model, look)
          : [{ name: look.symbol("warn"), value: trouble, role: "state.warn" as const }];
      return fieldLines(fields, columns, look);
    },
  },
};

const number = (value: number | undefined): string => count(value);

export const rollbackFields = (
  rollback: Rollback | undefined,
  goal: SessionGoal,
  model: ConsoleModel,
  look: Look,
): readonly Field[] => {
  const { rollback: words } = model.setting.texts;
  const { facts } = words;
  const { now } = model.watch;
  const session: Field = { name: facts.session, value: harmlessLine(goal.session, 200), role: "text.strong" };
  const byHand: Field = {
    name: facts.byHand,
    value: takebackLine({ kind: "session-back", ...goal }, model.vault.access),
    role: "text.dim",
  };
  const told = (sign: "bad" | "warn" | "good" | "busy", value: string): Field => ({
    name: look.symbol(sign),
    value,
    role: `state.${sign}`,
  });
  if (rollback === undefined) return [session, told("busy", words.looking(age(0)))];
  switch (rollback.kind) {
    case "looking":
      return [session, told("busy", words.looking(age(Math.max(0, now - rollback.since))))];
    case "failed":
      return [
        session,
        told("bad", words.failed(failureIn(model.setting.texts, rollback))),
        { name: look.symbol("arrow"), value: words.whole },
      ];
    case "there-already":
      return [session, told("good", words.there(rollback.snapshot))];
    case "no-way":
      return [
        session,
        { name: facts.to, value: rollback.snapshot },
        told("bad", words.noWay(failureIn(model.setting.texts, rollback))),
        { name: look.symbol("arrow"), value: words.whole },
      ];
    case "planned":
      return [
        session,
        { name: facts.to, value: toWords(rollback.snapshot, model), role: "state.good" },
        { name: facts.stays, value: words.stays(number(rollback.messagesThen)) },
        { name: facts.aside, value: words.aside(number(rollback.aside)), role: "state.warn" },
        { name: facts.downtime, value: words.none },
        { name: facts.undo, value: words.undo },
        byHand,
      ];
    case "going":
      return [
        session,
        { name: facts.to, value: rollback.snapshot },
        told("busy", `${words.going[rollback.what]} ${age(Math.max(0, now - rollback.since))}`),
      ];
    case "done":
      return doneFields(rollback, goal, model, told);
  }
};

const toWords = (snapshot: string, model: ConsoleModel): string => {
  const stored = model.vault.listed.find(({ id }) => id === snapshot);
  if (stored === undefined) return snapshot;
  return `${snapshot}, ${model.setting.texts.restore.taken(age(Math.max(0, model.watch.now - stored.at)))}`;
};

const doneFields = (
  done: Extract<Rollback, { readonly kind: "done" }>,
  goal: SessionGoal,
  { setting }: ConsoleModel,
  told: (sign: "bad" | "warn" | "good" | "busy", value: string) => Field,
): readonly Field[] => {
  const { rollback: words } = setting.texts;
  const { facts } = words;
  const { probe, undone } = done;
  const name = harmlessLine(goal.session, 200);
  return [
    told("good", undone ? words.undone(name) : words.done(name, done.snapshot)),
    { name: facts.is, value: words.messages(number(done.messagesBefore), number(done.messagesAfter)) },
    { name: facts.took, value: words.took(`${Math.round(done.tookMs)} ms`) },
    ...(undone ? [] : [{ name: facts.undo, value: words.undo }]),
    ...(undone
      ? []
      : probe === undefined
        ? [{ name: facts.proof, value: words.probeHint }]
        : [
            probe.kind === "answered"
              ? told("good", words.answered(percent(probe.pressure)))
              : told("bad", words.notAnswered(failureIn(setting.texts, probe))),
          ]),
  ];
};
