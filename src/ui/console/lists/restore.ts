import { bytes, count, harmlessLine } from "../../../ground/index.ts";
import type { PreflightItem, RecoveryCheck, RestorePlan, SessionLoss } from "../../../watch/index.ts";
import { sayIn, type Texts } from "../language/index.ts";
import { defineList } from "../state/list.ts";
import { remembered } from "../state/memo.ts";
import type { ConsoleModel } from "../state/model.ts";
import { isGoing, isWaiting, type RestoreRun } from "../state/restore-run.ts";
import { planKey, type Planned } from "../state/takeback.ts";
import { placeOf } from "../state/view.ts";

/** What is being done to a gateway, or waits to be decided. */
export const openRun = ({ takeback }: ConsoleModel, gateway: string): RestoreRun | undefined => {
  const run = takeback.runs.get(gateway);
  return run !== undefined && (isGoing(run) || isWaiting(run)) ? run : undefined;
};

/** The restore this place shows instead of a plan: one that goes on or waits, or one of this snapshot that has ended. */
export const runShown = (model: ConsoleModel): RestoreRun | undefined => {
  const place = placeOf(model.view);
  if (place.screen !== "restore") return undefined;
  const run = model.takeback.runs.get(place.gateway);
  return run !== undefined && (isGoing(run) || isWaiting(run) || run.snapshot === place.snapshot)
    ? run
    : undefined;
};

export const plannedHere = ({ view, takeback }: ConsoleModel): Planned | undefined => {
  const place = placeOf(view);
  return place.screen === "restore" ? takeback.plans.get(planKey(place)) : undefined;
};

export const planHere = (model: ConsoleModel): RestorePlan | undefined => {
  const planned = plannedHere(model);
  return planned?.kind === "done" ? planned.plan : undefined;
};

/** One thing that will be gone, back, or another. */
export type LossRow = {
  readonly key: string;
  readonly sign: "+" | "-" | "~";
  readonly what: string;
  readonly how: string;
  readonly last: number | undefined;
};

const sessionRow = (sign: LossRow["sign"], session: SessionLoss, how: string): LossRow => ({
  key: `${sign} session ${session.agentId} ${session.key}`,
  sign,
  what: session.key,
  how,
  last: session.lastActivityAt ?? undefined,
});

const number = (value: number | null): string => count(value ?? undefined);

const written = (value: unknown, { restore }: Texts): string =>
  value === undefined ? restore.notThere : JSON.stringify(value);

/** Names and values come from the disk of a gateway: whatever stands in them must not act on a terminal. */
const longest = 300;
const tame = (row: LossRow): LossRow => ({
  ...row,
  what: harmlessLine(row.what, longest),
  how: harmlessLine(row.how, longest),
});

const lossesIn = remembered((texts: Texts) =>
  remembered((plan: RestorePlan): readonly LossRow[] => {
    const { loss } = texts.restore;
    const rows: readonly Omit<LossRow, "last">[] = [
      ...plan.devices.map(({ deviceId, name }) => ({
        key: `device ${deviceId}`,
        sign: "-" as const,
        what: name ?? deviceId.slice(0, 12),
        how: loss.device,
      })),
      ...plan.ratchetChannels.map((name) => ({
        key: `channel ${name}`,
        sign: "~" as const,
        what: name,
        how: loss.ratchet,
      })),
      ...(plan.deliveriesDropped === 0
        ? []
        : [
            {
              key: "deliveries",
              sign: "-" as const,
              what: loss.deliveries,
              how: loss.notSent(count(plan.deliveriesDropped)),
            },
          ]),
      ...plan.versions.schemas.map(({ database, now, inSnapshot }) => ({
        key: `schema ${database}`,
        sign: "~" as const,
        what: database,
        how: loss.schema(number(now), number(inSnapshot)),
      })),
      ...plan.config.map(({ path, before, after, differs }) => ({
        key: `config ${path}`,
        sign: "~" as const,
        what: path,
        how: differs === true ? loss.secret : `${written(before, texts)} → ${written(after, texts)}`,
      })),
      ...(plan.migration?.moves ?? []).map(({ from, to }) => ({
        key: `move ${from}`,
        sign: "~" as const,
        what: from,
        how: loss.moved(to),
      })),
      ...(plan.migration?.kept ?? []).map((path) => ({
        key: `kept ${path}`,
        sign: "~" as const,
        what: path,
        how: loss.kept,
      })),
      ...plan.files.removed.map(({ path, size }) => ({
        key: `file ${path}`,
        sign: "-" as const,
        what: path,
        how: loss.file(bytes(size)),
      })),
    ];
    return [
      ...(plan.sessions?.gone ?? []).map((each) => sessionRow("-", each, loss.gone(number(each.messages)))),
      ...(plan.sessions?.shortened ?? []).map((each) =>
        sessionRow("~", each, loss.shorter(number(each.messages), number(each.messagesAfter))),
      ),
      ...rows.map((row) => ({ ...row, last: undefined })),
      ...(plan.sessions?.back ?? []).map((each) => sessionRow("+", each, loss.back(number(each.messages)))),
    ].map(tame);
  }),
);

const noLosses: readonly LossRow[] = [];

/** What it costs, thing by thing. */
export const lossList = defineList<LossRow>({
  id: "losses",
  rows: (model) => {
    const plan = planHere(model);
    return plan === undefined ? noLosses : lossesIn(model.setting.texts)(plan);
  },
  keyOf: ({ key }) => key,
  textOf: ({ sign, what, how }) => `${sign} ${what} ${how}`,
  copies: ({ what }) => what,
  sorts: { what: ({ what }) => what, last: ({ last }) => last },
});

const urgency = { stop: 0, warn: 1, pass: 2 } as const;

const preflightOf = remembered(({ preflight }: RestorePlan): readonly PreflightItem[] =>
  preflight.toSorted((a, b) => urgency[a.verdict] - urgency[b.verdict]),
);

/** Why it was judged so, and what to do about it, in the reader's language. */
export const lookWords = (
  texts: Texts,
  { evidence, said, wayOut, advice }: PreflightItem,
): { readonly why: string; readonly wayOut: string | undefined } => ({
  why: harmlessLine(sayIn(texts, said, evidence), longest),
  wayOut: wayOut === undefined ? undefined : harmlessLine(sayIn(texts, advice, wayOut)),
});
const noItems: readonly PreflightItem[] = [];

/** What was looked at before, what stands in the way first. */
export const preflightList = defineList<PreflightItem>({
  id: "preflight",
  rows: (model) => {
    const plan = planHere(model);
    return plan === undefined ? noItems : preflightOf(plan);
  },
  keyOf: ({ check }) => check,
  textOf: (item, { setting }) => {
    const { why, wayOut } = lookWords(setting.texts, item);
    return `${item.verdict} ${item.check} ${why} ${wayOut ?? ""}`;
  },
  copies: (item, { setting }) => {
    const { why, wayOut } = lookWords(setting.texts, item);
    return `${item.check}: ${why}${wayOut === undefined ? "" : ` ${wayOut}`}`;
  },
});

export type CheckRow = RecoveryCheck;

const checksOf = remembered(({ end }: RestoreRun): readonly CheckRow[] =>
  end !== undefined && "recovery" in end ? (end.recovery?.checks ?? []) : [],
);

export const checkWords = (texts: Texts, { said, evidence }: CheckRow): string =>
  harmlessLine(sayIn(texts, said, evidence), longest);
const noChecks: readonly CheckRow[] = [];

/** What was compared when it was there again. */
export const checkList = defineList<CheckRow>({
  id: "checks",
  rows: (model) => {
    const run = runShown(model);
    return run === undefined ? noChecks : checksOf(run);
  },
  keyOf: ({ what }) => what,
  textOf: (check, { setting }) => `${check.verdict} ${check.what} ${checkWords(setting.texts, check)}`,
  copies: (check, { setting }) => `${check.what}: ${checkWords(setting.texts, check)}`,
});
