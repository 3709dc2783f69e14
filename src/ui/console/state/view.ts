import type { AuditEntry } from "./audit.ts";
import type { Dialog } from "./dialog.ts";
import type { ListState } from "./list.ts";
import type { PerfFacts } from "./perf.ts";
import { placeKey, type Place } from "./place.ts";

/**
 * What the person has done to the screen: where she is, what is selected, what she is typing. Everything a user would
 * call state lives here or in watch's model, and nothing of it in a component.
 */
export type View = {
  readonly columns: number;
  readonly rows: number;
  /** The way here; the last place is the one shown. Never empty. */
  readonly places: readonly [Place, ...Place[]];
  /** What was selected, sorted, filtered and scrolled, by list and place: coming back finds it as it was left. */
  readonly lists: ReadonlyMap<string, ListState>;
  /** The pane that keys move in, by place; absent: the first one that can be moved in. */
  readonly focus: ReadonlyMap<string, string>;
  readonly prompt: Prompt | undefined;
  readonly dialog: Dialog | undefined;
  readonly toast: Toast | undefined;
  /** The moment every pane of an incident shows; absent: now. */
  readonly moment: number | undefined;
  /** Snapshots chosen for a comparison, at most two. */
  readonly marked: readonly string[];
  /** ctrl-c was pressed at this time: once more soon, and the console ends. */
  readonly quitAskedAt: number | undefined;
  /** What was done from this console, newest last. */
  readonly audit: readonly AuditEntry[];
  /** Clicks and the wheel are listened to. */
  readonly mouse: boolean;
  /** The row that was clicked last: a second click in its place opens it. */
  readonly clicked: { readonly pane: string; readonly row: number; readonly key: string } | undefined;
  readonly perf: PerfFacts | undefined;
  readonly ended: boolean;
};

/** A line being typed at the foot of the screen. */
export type Prompt =
  /** `list` is the state it filters; `before` comes back with Esc. */
  | { readonly kind: "filter"; readonly list: string; readonly text: string; readonly before: string }
  /** What is to be found in `list`. */
  | { readonly kind: "find"; readonly list: string; readonly text: string }
  | { readonly kind: "palette"; readonly text: string; readonly selected: number }
  | { readonly kind: "note"; readonly incident: string; readonly text: string }
  /** The name of a snapshot that is to be taken; it may be empty. */
  | { readonly kind: "save"; readonly gateway: string; readonly text: string }
  /** The file that snapshots are to be written to. */
  | {
      readonly kind: "export";
      readonly gateway: string;
      readonly ids: readonly string[];
      readonly text: string;
    }
  /** Which part of a snapshot is to come back. */
  | { readonly kind: "scope"; readonly text: string };

export type Toast = {
  readonly text: string;
  readonly until: number;
  /** Of a key that did nothing: the place where it did not. Elsewhere it would be about something else. */
  readonly at?: string;
};

export const firstView: View = {
  columns: 80,
  rows: 24,
  places: [{ screen: "fleet" }],
  lists: new Map(),
  focus: new Map(),
  prompt: undefined,
  dialog: undefined,
  toast: undefined,
  moment: undefined,
  marked: [],
  quitAskedAt: undefined,
  audit: [],
  mouse: false,
  clicked: undefined,
  perf: undefined,
  ended: false,
};

export const placeOf = (view: View): Place => view.places.at(-1) ?? view.places[0];

export const keyHere = (view: View): string => placeKey(placeOf(view));

/** What there is to say now, for a moment. */
export const toastAt = (view: View, now: number): string | undefined => {
  const { toast } = view;
  if (toast === undefined || toast.until <= now) return undefined;
  return toast.at === undefined || toast.at === keyHere(view) ? toast.text : undefined;
};
