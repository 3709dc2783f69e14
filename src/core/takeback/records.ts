import type { Exchange } from "./exchange.ts";
import type { RunBy } from "./run-by.ts";

export type Begun = {
  readonly step: "begun";
  readonly at: number;
  readonly id: string;
  readonly snapshot: string;
  readonly stateDir: string;
  /** The live directories that it will touch, the state directory first. */
  readonly roots: readonly string[];
  /** What of the snapshot, in words; `everything`, or `config`. */
  readonly scope: string;
  /** The session that is brought back from its archive. That is no restore: nothing changes places, and nothing waits. */
  readonly session?: string;
  readonly runBy: RunBy;
  /** Whose state it is, by its name in the configuration. */
  readonly gateway?: string;
  /** How long the gateway is expected to be away; 0: it goes on running, absent: not known. */
  readonly downtimeMs?: number;
};

/** One line of the journal. Each is on disk before what it announces begins. */
export type TakebackRecord =
  | Begun
  /** What the caller wants remembered: nothing follows from it here. */
  | { readonly step: "noted"; readonly at: number; readonly what: string; readonly detail: string }
  /** Somebody goes on with it. */
  | { readonly step: "claimed"; readonly at: number; readonly runBy: RunBy }
  /** It rests: nobody is at it any more. */
  | { readonly step: "released"; readonly at: number; readonly runBy: RunBy }
  | { readonly step: "swapping"; readonly at: number; readonly exchanges: readonly Exchange[] }
  | { readonly step: "swapped"; readonly at: number }
  | { readonly step: "putting-back"; readonly at: number; readonly reason: string }
  | { readonly step: "put-back"; readonly at: number }
  | { readonly step: "accepted"; readonly at: number; readonly by: string }
  | { readonly step: "abandoned"; readonly at: number; readonly reason: string };

export type Phase =
  /** Nothing live was touched yet. */
  | "preparing"
  /** Between old and new: to be finished. */
  | "swapping"
  /** The new state is in place; the old one is kept until somebody accepts. */
  | "in-place"
  | "putting-back"
  | "put-back"
  | "accepted"
  | "abandoned";

/** Noted before a file is laid where it is not to stay: whoever clears up takes it away. */
export const laidOut = "laid-out";

/** What goes on, in the middle of a sentence. */
export const workOf = ({ session, snapshot }: Pick<Begun, "session" | "snapshot">): string =>
  session === undefined ? `the restore of ${snapshot}` : `the undeleting of ${session}`;

export type EndRecord = Extract<TakebackRecord, { step: "accepted" | "put-back" | "abandoned" }>;

/** What a transaction that is over came to: whoever cleared up after one that was killed wrote behind it. */
export const endIn = (records: readonly TakebackRecord[]): EndRecord | undefined =>
  records.findLast(
    (record): record is EndRecord =>
      record.step === "accepted" || record.step === "put-back" || record.step === "abandoned",
  );

const steps: ReadonlySet<string> = new Set([
  "begun",
  "noted",
  "claimed",
  "released",
  "swapping",
  "swapped",
  "putting-back",
  "put-back",
  "accepted",
  "abandoned",
] satisfies TakebackRecord["step"][]);

/** A line of the journal; undefined of one that was cut short or that is of a newer kind. */
export const parseRecord = (line: string): TakebackRecord | undefined => {
  try {
    const value: unknown = JSON.parse(line);
    const isRecord =
      typeof value === "object" &&
      value !== null &&
      "step" in value &&
      typeof value.step === "string" &&
      steps.has(value.step);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own file, 0600, one writer
    return isRecord ? (value as TakebackRecord) : undefined;
  } catch {
    // A line that power cut short.
    return undefined;
  }
};

/** What is not named here changes nothing. */
const phaseAfter: Readonly<Partial<Record<TakebackRecord["step"], Phase>>> = {
  swapping: "swapping",
  swapped: "in-place",
  "putting-back": "putting-back",
  "put-back": "put-back",
  accepted: "accepted",
  abandoned: "abandoned",
};

export const phaseOf = (records: readonly TakebackRecord[]): Phase => {
  let phase: Phase = "preparing";
  for (const { step } of records) phase = phaseAfter[step] ?? phase;
  return phase;
};
