import type { CommandId } from "../language/index.ts";
import type { Action } from "../state/action.ts";
import type { ConsoleModel } from "../state/model.ts";
import type { ScreenId } from "../state/place.ts";

/** How much a slip of the finger could hurt: nothing, ask first, or have the name typed. */
export type Risk = "none" | "confirm" | "typed";

/**
 * One record per command of the console. Keys, footer, palette, `?` and the generated key table all read it, so none of
 * them can disagree with what happens. Its title and help stand in the language files under its id.
 */
export type ConsoleCommand = {
  readonly id: CommandId;
  /** As the key parser names them; the first one is the one shown. */
  readonly keys: readonly string[];
  readonly risk: Risk;
  readonly where: "everywhere" | readonly ScreenId[];
  /** Its place in the footer, left to right; absent: not shown there. */
  readonly footer?: number;
  /** What it is called at a moment at which it does something else; undefined: as ever. */
  readonly titledNow?: (model: ConsoleModel) => string | undefined;
  /** It is there only at such a moment; at any other its key is somebody else's. */
  readonly when?: (model: ConsoleModel) => boolean;
  /** It changes something outside of this screen: refused, with an explanation, where only looking is allowed. */
  readonly changes?: true;
  /** Why it cannot run now, in words a person can act on; undefined when it can. */
  readonly disabledReason?: (model: ConsoleModel) => string | undefined;
  /** One types a name after it without looking: where it is refused, those letters must not be taken for keys. */
  readonly thenName?: true;
  readonly run: (model: ConsoleModel) => readonly Action[];
};
