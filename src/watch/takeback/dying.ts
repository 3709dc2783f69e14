import { age, count } from "../../ground/index.ts";
import type { BootRecord } from "../../openclaw/index.ts";

const lookBackMs = 600_000;
const fewestDeaths = 3;

export type Deaths = {
  /** By its supervisor's count. */
  readonly deaths: number | undefined;
  readonly boots: readonly BootRecord[] | undefined;
  readonly now: number;
};

/**
 * Whether a gateway dies and is started again, in words; undefined: nothing says so. One that dies before it has opened
 * its database leaves no word on disk, and then only its supervisor knows.
 */
export const dyingWords = ({ deaths, boots, now }: Deaths): string | undefined => {
  if (deaths !== undefined && deaths >= fewestDeaths) {
    return `it dies and is started again: ${count(deaths)} times since somebody last started it`;
  }
  const recent = (boots ?? []).filter(
    ({ startedAt, outcome }) =>
      now - startedAt < lookBackMs && (outcome.kind === "crashed" || outcome.kind === "startup-failed"),
  );
  return recent.length < fewestDeaths
    ? undefined
    : `it dies and is started again: ${count(recent.length)} times within ${age(lookBackMs)}`;
};
