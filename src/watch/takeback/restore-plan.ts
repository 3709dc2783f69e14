import type { ConfigChange, FilePlan } from "../../core/index.ts";
import { english, type Sentence } from "../sentences/index.ts";
import type { Migration } from "./migration.ts";

/** What was looked at before a restore may begin. A `stop` is never overridden; a `warn` is said before the question. */
export type PreflightItem = {
  readonly check: string;
  readonly verdict: "pass" | "warn" | "stop";
  readonly evidence: string;
  readonly said?: Sentence;
  /** What to do about it; every stop has one. */
  readonly wayOut?: string;
  readonly advice?: Sentence;
};

const looked = (
  check: string,
  verdict: PreflightItem["verdict"],
  said: Sentence,
  advice?: Sentence,
): PreflightItem => ({
  check,
  verdict,
  evidence: english(said),
  said,
  ...(advice === undefined ? {} : { wayOut: english(advice), advice }),
});

export const pass = (check: string, said: Sentence): PreflightItem => looked(check, "pass", said);

export const stop = (check: string, said: Sentence, advice: Sentence): PreflightItem =>
  looked(check, "stop", said, advice);

export const warn = (check: string, said: Sentence, advice: Sentence): PreflightItem =>
  looked(check, "warn", said, advice);

export type SessionLoss = {
  readonly key: string;
  readonly agentId: string;
  /** null is not known. */
  readonly messages: number | null;
  readonly messagesAfter: number | null;
  readonly lastActivityAt: number | null;
};

export type SchemaStep = {
  readonly database: string;
  readonly now: number | null;
  readonly inSnapshot: number | null;
};

/**
 * Exactly what a restore in place will do, and what will be lost. It is the same document whether it is only shown or
 * also done; the screen and the JSON are two printers of it.
 */
export type RestorePlan = {
  readonly snapshot: {
    readonly id: string;
    readonly name: string | null;
    readonly createdAt: string;
    readonly gatewayVersion: string | null;
  };
  readonly gateway: string;
  readonly stateDir: string;
  readonly scope: string;
  /** Into another place or onto another gateway: what is adapted on the way. */
  readonly migration: Migration | null;
  /** `hot`: the gateway goes on running and takes the configuration over. */
  readonly how: "stop-and-start" | "hot" | "files-only";
  readonly preflight: readonly PreflightItem[];
  readonly files: FilePlan;
  readonly sessions: {
    /** There now and not in the snapshot. */
    readonly gone: readonly SessionLoss[];
    /** In both, and shorter afterwards. */
    readonly shortened: readonly SessionLoss[];
    /** In the snapshot and not there now. */
    readonly back: readonly SessionLoss[];
    readonly messagesLost: number;
  } | null;
  readonly config: readonly ConfigChange[];
  readonly versions: {
    readonly now: string | null;
    readonly inSnapshot: string | null;
    readonly schemas: readonly SchemaStep[];
  };
  /** Paired since the snapshot: they have to pair again. */
  readonly devices: readonly { readonly deviceId: string; readonly name: string | null }[];
  /** Channels whose keys move on with every message: going back may log them out. */
  readonly ratchetChannels: readonly string[];
  /** Messages on their way out that will not be sent. */
  readonly deliveriesDropped: number;
  readonly space: { readonly needBytes: number; readonly freeBytes: number };
  readonly downtime: { readonly words: string; readonly expectedMs: number | null };
};

export const stopsOf = (plan: RestorePlan): readonly PreflightItem[] =>
  plan.preflight.filter(({ verdict }) => verdict === "stop");
