import type { ConsoleModel } from "../state/model.ts";
import { width } from "../theme/index.ts";

/** Columns for the longest name of a fleet: names are what somebody wrote, wide letters and all. */
export const nameColumns = ({ watch }: ConsoleModel, least: number, most: number): number =>
  Math.min(
    most,
    watch.gateways.reduce((widest, { identity }) => Math.max(widest, width(identity.name)), least),
  );
