import type { Model } from "../../../watch/index.ts";
import type { Texts } from "../language/index.ts";
import type { TakebackState } from "./takeback.ts";
import type { TimeWords } from "./time.ts";
import type { VaultState } from "./vault.ts";
import type { View } from "./view.ts";

/** All that the console draws: what is known of the world, and what the person has done to the screen. */
export type ConsoleModel = {
  readonly watch: Model;
  readonly view: View;
  readonly vault: VaultState;
  readonly takeback: TakebackState;
  readonly setting: Setting;
  /** The gateways are not known yet: the first frame is drawn before anything is read or started. */
  readonly isStarting: boolean;
};

/** What stays as it is for as long as the console is open, once the fleet is known. */
export type Setting = {
  readonly texts: Texts;
  readonly time: TimeWords;
  /** Said in the header when the fleet is not real. */
  readonly banner: string | undefined;
  /** Who acts: written beside acknowledgements and notes. */
  readonly person: string;
  readonly version: string;
  /** Nothing may be changed: anywhere, or on these gateways. */
  readonly readOnly: { readonly all: boolean; readonly gateways: ReadonlySet<string> };
};
