/** The numbers that are kept with a snapshot. Usage and pressure are fractions of 1. Absent is not known. */
export type VitalsFacts = { readonly [name: string]: number | undefined };

export type VitalChange = {
  readonly name: string;
  readonly before: number | null;
  readonly after: number | null;
  /** null as soon as one side is not known. */
  readonly delta: number | null;
};

/** Always there, known or not, and in this order; any other number follows by name. */
const headline = ["contextUsage", "agents", "memoryKeys", "filesAccessed"] as const;

export const compareVitals = (before: VitalsFacts, after: VitalsFacts): readonly VitalChange[] => {
  const others = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => !headline.some((first) => first === name))
    .filter((name) => before[name] !== undefined || after[name] !== undefined)
    .sort();
  return [...headline, ...others].map((name) => {
    const old = before[name];
    const now = after[name];
    return {
      name,
      before: old ?? null,
      after: now ?? null,
      delta: old === undefined || now === undefined ? null : now - old,
    };
  });
};
