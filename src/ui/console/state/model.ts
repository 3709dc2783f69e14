import type { Model } from "../../../watch/index.ts";
import type { View } from "./view.ts";

/** All that the console draws: what is known of the world, and what the person has done to the screen. */
export type ConsoleModel = {
  readonly watch: Model;
  readonly view: View;
  /** Said in the header when the fleet is not real. */
  readonly banner: string | undefined;
  /** The gateways are not known yet: the first frame is drawn before anything is read or started. */
  readonly isStarting: boolean;
};
