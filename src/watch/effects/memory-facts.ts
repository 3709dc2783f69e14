import type { StateReading } from "../../openclaw/index.ts";
import type { MemoryFacts } from "../gateway-model.ts";

/** What the memory files on disk and the index over them say of each other; what could not be looked at stays unknown. */
export const memoryFactsOf = ({ memory, vitals }: Pick<StateReading, "memory" | "vitals">): MemoryFacts => {
  const sum = (pick: (record: StateReading["memory"][number]) => number | undefined): number =>
    memory.reduce((total, record) => total + (pick(record) ?? 0), 0);
  const stale = sum((record) => record.stale);
  const gone = sum((record) => record.gone);
  // An index in use beside files that could not be looked at may or may not agree with them.
  const isUnsure = memory.some((record) => (record.indexedFiles ?? 0) > 0 && record.stale === undefined);
  return {
    ...(vitals.memoryKeys === undefined ? {} : { keys: vitals.memoryKeys }),
    files: sum((record) => record.files),
    ...(stale + gone === 0 && isUnsure ? {} : { inSync: stale + gone === 0 }),
    ...(stale + gone === 0
      ? {}
      : {
          stale,
          gone,
          detail: `${stale} files the index does not know or knows otherwise, ${gone} it knows and are gone`,
        }),
  };
};
