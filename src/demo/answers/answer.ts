import type { JsonObject } from "../json.ts";
import type { RunningGateway } from "../running.ts";

export type Scope = "operator.read" | "operator.write" | "operator.admin" | "operator.pairing";

/** What one method asks for and says. */
export type Answer = {
  readonly scope: Scope;
  /** Known parameters; a method without them takes what comes, as most reading methods do here. */
  readonly params?: {
    readonly required: readonly string[];
    readonly optional: readonly string[];
    /** Refuses without saying what was wrong. */
    readonly terse?: true;
  };
  /** Answered after whatever arrived together with it: answers may come in another order than questions. */
  readonly slow?: true;
  readonly answer: (gateway: RunningGateway, params: JsonObject, caller: Caller) => Outcome;
};

export type Caller = {
  readonly scopes: readonly string[];
  readonly subscribe: () => void;
};

export type Outcome =
  { readonly ok: true; readonly payload: unknown } | { readonly ok: false; readonly error: JsonObject };

export const says = (payload: unknown): Outcome => ({ ok: true, payload });

export const refuses = (code: string, message: string, more: JsonObject = {}): Outcome => ({
  ok: false,
  error: { code, message, ...more },
});
