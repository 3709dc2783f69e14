import type { RestoreEvent, RestorePlan, Sentence } from "../../../watch/index.ts";
import type { Failed } from "./failed.ts";
import type { RestoreRun, RunEnd } from "./restore-run.ts";
import { clawbackLine, type VaultAccess } from "./vault.ts";

/** What the console knows of going back: plans that were asked for, restores that run or wait, sessions. */
export type TakebackState = {
  /** By `planKey`, newest last. */
  readonly plans: ReadonlyMap<string, Planned>;
  /** By gateway: the restore that runs, waits or ended last. */
  readonly runs: ReadonlyMap<string, RestoreRun>;
  /** By `rollbackKey`. */
  readonly rollbacks: ReadonlyMap<string, Rollback>;
};

export const firstTakeback: TakebackState = { plans: new Map(), runs: new Map(), rollbacks: new Map() };

export type Planned =
  | { readonly kind: "running"; readonly since: number }
  | Failed
  | { readonly kind: "done"; readonly at: number; readonly plan: RestorePlan };

/** What is to be taken back. `scope` is as one types it: classes, agents and paths; `!memory` stays; empty is all. */
export type Goal = { readonly gateway: string; readonly snapshot: string; readonly scope: string };

export const planKey = ({ gateway, snapshot, scope }: Goal): string =>
  [gateway, snapshot, scope].join("\u0000");

/** One session, and the snapshot it is to go back to; `last-good` is the newest in which it was well. */
export type SessionGoal = { readonly gateway: string; readonly session: string; readonly ref: string };

export const rollbackKey = ({ gateway, session, ref }: SessionGoal): string =>
  [gateway, session, ref].join("\u0000");

export const lastGoodRef = "last-good";

/** What a rollback of one session would do, does, or has done. Counts of messages may be unknown. */
export type Rollback =
  | { readonly kind: "looking"; readonly since: number }
  | Failed
  /** It stands where the snapshot has it. */
  | { readonly kind: "there-already"; readonly snapshot: string }
  /** This gateway or this history does not allow it: the whole restore does. */
  | {
      readonly kind: "no-way";
      readonly snapshot: string;
      readonly why: string;
      readonly said?: Sentence | undefined;
    }
  | {
      readonly kind: "planned";
      readonly at: number;
      readonly snapshot: string;
      readonly messagesNow: number | undefined;
      readonly messagesThen: number | undefined;
      /** How many messages go aside. */
      readonly aside: number | undefined;
    }
  | {
      readonly kind: "going";
      readonly snapshot: string;
      readonly since: number;
      readonly what: "back" | "undo" | "probe";
    }
  | {
      readonly kind: "done";
      readonly at: number;
      readonly snapshot: string;
      readonly messagesBefore: number | undefined;
      readonly messagesAfter: number | undefined;
      readonly tookMs: number;
      /** The rollback was taken back itself. */
      readonly undone: boolean;
      readonly probe: Probed | undefined;
    };

/** What one turn after the rollback has shown. */
export type Probed = { readonly kind: "answered"; readonly pressure: number | undefined } | Failed;

/** What is asked. All but the looks are deeds, and each is one command line as well. */
export type TakebackRequest =
  | ({ readonly kind: "plan" } & Goal)
  | ({ readonly kind: "restore" } & Goal)
  | { readonly kind: "call-off"; readonly gateway: string }
  | { readonly kind: "cut-short"; readonly gateway: string }
  | { readonly kind: "accept"; readonly gateway: string }
  | { readonly kind: "put-back"; readonly gateway: string }
  | ({ readonly kind: "session-plan" } & SessionGoal)
  | ({ readonly kind: "session-back" } & SessionGoal)
  | ({ readonly kind: "session-undo" } & SessionGoal)
  | ({ readonly kind: "session-probe" } & SessionGoal);

/** What there is to say about it. */
export type TakebackNews =
  | { readonly kind: "planned"; readonly key: string; readonly planned: Planned }
  | {
      readonly kind: "begun";
      readonly at: number;
      readonly gateway: string;
      readonly snapshot: string;
      readonly scope: string;
      readonly doing: RestoreRun["doing"];
    }
  | { readonly kind: "event"; readonly gateway: string; readonly event: RestoreEvent }
  | { readonly kind: "safety"; readonly gateway: string; readonly snapshot: string }
  | { readonly kind: "ended"; readonly at: number; readonly gateway: string; readonly end: RunEnd }
  /** What a journal says of a restore that is not ours, or that was cut off; undefined: there is none. */
  | { readonly kind: "found"; readonly gateway: string; readonly run: RestoreRun | undefined }
  | { readonly kind: "rollback"; readonly key: string; readonly rollback: Rollback };

/** What is only looked at is no deed and needs no line in the audit log. */
export const isLook = ({ kind }: TakebackRequest): boolean => kind === "plan" || kind === "session-plan";

export type ScopeWords = { readonly only: readonly string[]; readonly except: readonly string[] };

/** The words of a scope: those after `!` stay as they are. */
export const scopeWords = (scope: string): ScopeWords => {
  const words = scope.split(/[\s,]+/u).filter((word) => word !== "" && word !== "!");
  return {
    only: words.filter((word) => !word.startsWith("!")),
    except: words.filter((word) => word.startsWith("!")).map((word) => word.slice(1)),
  };
};

/** The same scope is always written the same way. */
export const tidyScope = (scope: string): string => {
  const { only, except } = scopeWords(scope);
  return [...only, ...except.map((word) => `!${word}`)].join(" ");
};

/** A scope as a journal and a plan name it; undefined when that is in other words. */
export const scopeSaid = (words: string): ScopeWords | undefined => {
  if (words === "everything") return { only: [], except: [] };
  const found = /^(?:only (?<only>.+?)(?=, all but |$))?(?:, )?(?:all but (?<except>.+))?$/su.exec(
    words,
  )?.groups;
  if (found === undefined || words === "") return undefined;
  const listed = (text: string | undefined) => text?.split(", ") ?? [];
  return { only: listed(found["only"]), except: listed(found["except"]) };
};

const repeated = (flag: string, words: readonly string[]): readonly string[] =>
  words.flatMap((word) => [flag, word]);

/** The command line that does the same by hand. */
export const takebackLine = (request: TakebackRequest, access: VaultAccess): string => {
  const of = ["--gateway", request.gateway];
  switch (request.kind) {
    case "plan":
    case "restore": {
      const { only, except } = scopeWords(request.scope);
      return clawbackLine(
        access,
        "snapshots",
        "restore",
        request.snapshot,
        ...repeated("--only", only),
        ...repeated("--except", except),
        ...(request.kind === "plan" ? ["--dry-run"] : []),
        ...of,
      );
    }
    case "accept":
      return clawbackLine(access, "restore", "accept", ...of);
    case "cut-short":
      return clawbackLine(access, "service", "stop", "--drain-budget", "1s", "--kill-when-over", ...of);
    case "call-off":
    case "put-back":
      return clawbackLine(access, "restore", "rollback", ...of);
    case "session-undo":
      return clawbackLine(access, "session", "rollback", request.session, "--undo", ...of);
    case "session-plan":
    case "session-back":
    case "session-probe": {
      const probe = request.kind === "session-probe" ? ["--probe"] : [];
      return clawbackLine(
        access,
        "session",
        "rollback",
        request.session,
        "--snapshot-id",
        request.ref,
        ...probe,
        ...of,
      );
    }
  }
};
