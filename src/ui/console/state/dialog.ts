import type { Action } from "./action.ts";

/**
 * A decision. What could hurt says what it will do and the command line that would do the same; a `y` or the typed
 * name of what it is about lets it happen. Enter alone is never yes.
 */
export type Dialog = {
  readonly title: string;
  /** What will happen, and what will not. */
  readonly says: readonly string[];
  /** Rows of a small table: what is meant, in figures. */
  readonly facts?: readonly (readonly [name: string, value: string])[];
  /** The command that would do the same by hand; absent: there is none. */
  readonly command: string | undefined;
  readonly needs: Needs;
  /** What has been typed so far. */
  readonly typed: string;
  readonly actions: readonly Action[];
};

export type Needs =
  | { readonly kind: "y" }
  | { readonly kind: "name"; readonly name: string }
  /** It only says something: whatever is typed does nothing, until Enter or Esc puts it away. */
  | { readonly kind: "nothing" };

/** Whether what was typed lets it happen: the whole name, letter by letter. */
export const isConfirmed = ({ needs, typed }: Dialog): boolean =>
  needs.kind === "name" && typed === needs.name;
