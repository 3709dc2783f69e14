import type { Model } from "../model.ts";

/** How many of the remembered restores in place ended well: running, and as the snapshot promised. */
export const restoreCounts = ({
  restores,
}: Pick<Model, "restores">): { readonly all: number; readonly succeeded: number } => ({
  all: restores.length,
  succeeded: restores.filter(({ outcome, mismatches }) => outcome === "restored" && mismatches.length === 0)
    .length,
});
