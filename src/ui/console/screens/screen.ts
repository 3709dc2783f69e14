import type { Pane } from "../panes/pane.ts";
import type { Box, Placed } from "../state/layout.ts";
import type { ConsoleModel } from "../state/model.ts";
import type { Place, PlaceOf, ScreenId } from "../state/place.ts";

/** What a screen is: its name in the breadcrumb, and which panes stand where. Everything else is drawn for it. */
export type Screen<Id extends ScreenId = ScreenId> = {
  /** The steps it adds to the breadcrumb; most add one. */
  readonly crumbs: (model: ConsoleModel, place: PlaceOf<Id>) => readonly string[];
  /** What stands at the right of the header instead of the state of the fleet: from many words to few. */
  readonly headline?: (model: ConsoleModel, place: PlaceOf<Id>) => readonly string[] | undefined;
  readonly layout: (model: ConsoleModel, box: Box, place: PlaceOf<Id>) => readonly Placed<Pane>[];
};

/** Gives up the kind of place for the registry, which asks each screen only about its own. */
export const defineScreen = <Id extends ScreenId>(id: Id, screen: Screen<Id>): Screen => {
  const mine = (place: Place): place is PlaceOf<Id> => place.screen === id;
  return {
    crumbs: (model, place) => (mine(place) ? screen.crumbs(model, place) : []),
    headline: (model, place) => (mine(place) ? screen.headline?.(model, place) : undefined),
    layout: (model, box, place) => (mine(place) ? screen.layout(model, box, place) : []),
  };
};
