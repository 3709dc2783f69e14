import { freshValue, type VitalName } from "../vitals/vital.ts";
import type { View } from "./rule.ts";

/** The gateway answers, so that what is known of it is of now. */
export const isLive = ({ gateway }: View): boolean => {
  const kind = gateway.connection?.state.kind;
  return kind === "up" || kind === "http-only";
};

/** A vital that is still believed and was heard since this machine last paused. */
export const seen = (
  view: View,
  name: VitalName,
): { readonly value: number; readonly at: number } | undefined => {
  const reading = view.gateway.vitals[name];
  if (reading === undefined || reading.at < view.awakeSince) return undefined;
  return freshValue(view.gateway.vitals, name, view.now) === undefined ? undefined : reading;
};
