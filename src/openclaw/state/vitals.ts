import type { AgentRecord, MemoryRecord, SessionRecord } from "./records.ts";
import { pressureOf, usageOf } from "./sessions.ts";

/**
 * The few numbers that describe a gateway at one moment, as they are kept with a snapshot. Absent is not known.
 */
export type StateVitals = {
  /** Of the fullest session that is not archived, 0..1 and beyond. */
  readonly contextUsage?: number;
  /** Likewise; above 1 its next turn does not fit. */
  readonly contextPressure?: number;
  /** What conversations take on disk. */
  readonly contextBytes?: number;
  readonly agents?: number;
  /** Without archived ones. */
  readonly sessions?: number;
  /** Pieces in the memory indexes, and memory files. */
  readonly memoryKeys?: number;
};

export const vitalsOf = (state: {
  readonly agents: readonly AgentRecord[];
  /** Undefined: at least one agent's sessions could not be read, so that a count would be too low. */
  readonly sessions: readonly SessionRecord[] | undefined;
  readonly memory: readonly MemoryRecord[];
}): StateVitals => {
  const active = state.sessions?.filter((session) => session.archivedAt === undefined);
  const contextUsage = highest(active?.map(usageOf));
  const contextPressure = highest(active?.map(pressureOf));
  const stored = state.agents.filter(({ kind }) => kind !== "configured");
  const sizes = stored.flatMap(({ sizeBytes }) => sizeBytes ?? []);
  // Part of a number is none: without the files of one agent the sum would be too low.
  const keys = state.memory.map(({ indexed, files }) =>
    files === undefined ? undefined : (indexed ?? 0) + files,
  );
  const memoryKeys = keys.every((count) => count !== undefined) ? total(keys) : undefined;
  return {
    ...(contextUsage === undefined ? {} : { contextUsage }),
    ...(contextPressure === undefined ? {} : { contextPressure }),
    ...(sizes.length === 0 || sizes.length < stored.length ? {} : { contextBytes: total(sizes) }),
    agents: state.agents.length,
    ...(active === undefined ? {} : { sessions: active.length }),
    ...(memoryKeys === undefined || keys.length === 0 ? {} : { memoryKeys }),
  };
};

const highest = (values: readonly (number | undefined)[] | undefined): number | undefined => {
  const given = (values ?? []).filter((value) => value !== undefined);
  return given.length === 0 ? undefined : given.reduce((left, right) => Math.max(left, right));
};

const total = (values: readonly number[]): number => values.reduce((left, right) => left + right, 0);
