import { byUrgency, isFiring, type Alert } from "../alerts/alert.ts";
import { tellsMore } from "../alerts/catalogue.ts";
import { liveAlerts, type Model } from "../model.ts";

/** Alerts of all gateways and the vault that fire now, the most urgent and telling first. */
export const firingAlerts = (model: Model): readonly Alert[] =>
  liveAlerts(model)
    .filter(isFiring)
    .toSorted(
      (a, b) =>
        byUrgency(a, b) || tellsMore(a, b) || a.since - b.since || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0),
    );
