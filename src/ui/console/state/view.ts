/**
 * What the person has done to the screen: where she is, what is selected, what she is typing. Everything a user would
 * call state lives here or in watch's model, and nothing of it in a component.
 */
export type ScreenId = "fleet" | "help";

/** One step of the breadcrumb. */
export type Place = { readonly screen: ScreenId };

/** A line being typed at the foot of the screen. */
export type Prompt =
  | { readonly kind: "filter"; readonly text: string; readonly before: string }
  | { readonly kind: "palette"; readonly text: string; readonly selected: number };

export type Toast = { readonly text: string; readonly until: number };

export type View = {
  readonly columns: number;
  readonly rows: number;
  /** The way here; the last place is the one shown. Never empty. */
  readonly places: readonly [Place, ...Place[]];
  /** The name of the selected gateway; absent: the first row. By name, so that rows may move under it. */
  readonly selectedGateway: string | undefined;
  readonly filter: string;
  readonly prompt: Prompt | undefined;
  readonly toast: Toast | undefined;
  /** ctrl-c was pressed at this time: once more soon, and the console ends. */
  readonly quitAskedAt: number | undefined;
  /** The first line shown of a screen that is longer than the terminal, such as the help. */
  readonly scroll: number;
  readonly ended: boolean;
};

export const firstView: View = {
  columns: 80,
  rows: 24,
  places: [{ screen: "fleet" }],
  selectedGateway: undefined,
  filter: "",
  prompt: undefined,
  toast: undefined,
  quitAskedAt: undefined,
  scroll: 0,
  ended: false,
};

export const placeOf = (view: View): Place => view.places.at(-1) ?? view.places[0];
