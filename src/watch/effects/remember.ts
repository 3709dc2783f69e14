import type { Effect } from "../effect.ts";
import type { History } from "./history/index.ts";

/** Writes down what an effect asks to be kept. `leads`: this process is the one that samples for all that watch. */
export const remember = (effect: Effect, { keep, stories }: History, leads: boolean): void => {
  switch (effect.kind) {
    case "record-samples":
      if (leads) keep(effect.rows);
      return;
    case "record-alert":
      if (leads) stories.putAlert(effect.alert);
      return;
    case "record-incident":
      if (leads) stories.putIncident(effect.incident);
      return;
    // What people say is written by whoever hears it, also beside the one that samples.
    case "record-mark":
      stories.putMark(effect.mark);
      return;
    case "record-restore":
      stories.putRestore(effect.restore);
      return;
    case "record-silence":
      stories.putSilence(effect.silence);
      return;
    case "forget-silence":
      stories.dropSilence(effect.id);
      return;
    case "take-snapshot":
    case "recover":
    case "announce":
      return;
  }
};
