import type { TakebackRecord } from "../../core/index.ts";
import { begunRun, withRestoreEvent, type RestoreRun, type RunEnd } from "../console/index.ts";
import { inWords } from "../../ground/index.ts";
import { inEnglish, type RestoreEvent, type Sentence } from "../../watch/index.ts";

/** A sentence as the detail of a step. */
export const detail = (said: Sentence): Pick<RestoreEvent, "detail" | "said"> => ({
  detail: inWords(inEnglish, said),
  said,
});

/** What a line of the journal means to somebody who reads it later, as the events she did not hear. */
const eventsOf = (record: TakebackRecord): readonly Omit<RestoreEvent, "at">[] => {
  if (record.step === "noted") return noted(record.what, record.detail);
  if (record.step === "swapping") {
    return [
      { step: "swap", state: "begun", ...detail({ say: "exchanging", roots: record.exchanges.length }) },
    ];
  }
  if (record.step === "swapped") {
    return [{ step: "swap", state: "done", ...detail({ say: "exchanged" }) }];
  }
  if (record.step === "putting-back") return [{ step: "put-back", state: "begun", detail: record.reason }];
  return record.step === "put-back"
    ? [{ step: "put-back", state: "done", ...detail({ say: "old-is-back" }) }]
    : [];
};

const noted = (what: string, detail: string): readonly Omit<RestoreEvent, "at">[] => {
  switch (what) {
    case "safety-snapshot":
      return [{ step: "safety-snapshot", state: "done", detail }];
    case "stopping":
      return [{ step: "stop", state: "begun", detail }];
    case "killing":
      return [{ step: "stop", state: "going-on", detail }];
    case "started":
      return [{ step: "start", state: "done", detail }];
    case "verified":
      return [{ step: "verify", state: "done", detail }];
    default:
      return [];
  }
};

export const safetyIn = (records: readonly TakebackRecord[]): string | undefined =>
  records.flatMap((record) =>
    record.step === "noted" && record.what === "safety-snapshot" ? [record.detail] : [],
  )[0];

/** A stop that was followed by the exchange was one: the journal does not say so by itself. */
const withStopDone = (run: RestoreRun): RestoreRun => ({
  ...run,
  steps: run.steps.map((each, at) =>
    each.step === "stop" && each.endedAt === undefined && run.steps[at + 1] !== undefined
      ? { ...each, state: "done", endedAt: run.steps[at + 1]?.begunAt }
      : each,
  ),
  // When it answered again is not written down: that it was down is, for how long is not claimed.
  down: undefined,
});

/** A restore as its journal tells it: begun by another process, cut off, or left waiting. */
export const foundRun = (
  gateway: string,
  records: readonly TakebackRecord[],
  more: Pick<RestoreRun, "process" | "recovered"> & { readonly end: RunEnd | undefined },
): RestoreRun | undefined => {
  const begun = records[0];
  if (begun?.step !== "begun") return undefined;
  const told = records.reduce<RestoreRun>(
    (run, record) =>
      eventsOf(record).reduce((now, event) => withRestoreEvent(now, { ...event, at: record.at }), run),
    begunRun({ gateway, snapshot: begun.snapshot, scope: begun.scope }, begun.at),
  );
  const endedAt = records.at(-1)?.at ?? begun.at;
  return {
    ...withStopDone(told),
    process: more.process,
    recovered: more.recovered,
    safetySnapshot: safetyIn(records),
    end: more.end === undefined ? undefined : { ...more.end, at: endedAt },
  };
};

/** How the last transaction of a state directory ended, by its journal. */
export const endOf = (records: readonly TakebackRecord[]): RunEnd | undefined => {
  if (records.some(({ step }) => step === "accepted")) return { kind: "accepted", recovery: null };
  const abandoned = records.find((record) => record.step === "abandoned");
  if (abandoned !== undefined) return { kind: "called-off", why: abandoned.reason, running: true };
  if (!records.some(({ step }) => step === "put-back")) return undefined;
  const why = records.findLast((record) => record.step === "putting-back")?.reason ?? "";
  return { kind: "put-back", why, running: true, recovery: null };
};
