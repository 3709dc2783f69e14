import type { BootRecord } from "../../openclaw/index.ts";
import type { Sentence } from "../sentences/index.ts";

const lookBackMs = 600_000;
const fewestDeaths = 3;

export type Deaths = {
  /** By its supervisor's count. */
  readonly deaths: number | undefined;
  readonly boots: readonly BootRecord[] | undefined;
  readonly now: number;
};

/**
 * Whether a gateway dies and is started again; undefined: nothing says so. One that dies before it has opened
 * its database leaves no word on disk, and then only its supervisor knows.
 */
export const keepsDying = ({ deaths, boots, now }: Deaths): Sentence | undefined => {
  if (deaths !== undefined && deaths >= fewestDeaths) return { say: "keeps-dying", deaths };
  const recent = (boots ?? []).filter(
    ({ startedAt, outcome }) =>
      now - startedAt < lookBackMs && (outcome.kind === "crashed" || outcome.kind === "startup-failed"),
  );
  return recent.length < fewestDeaths
    ? undefined
    : { say: "keeps-dying", deaths: recent.length, withinMs: lookBackMs };
};
