import { refProblem, resolveRef, type Listed, type SnapshotSummary } from "../core/index.ts";
import { ExitCode, harmlessLine, Problem } from "../ground/index.ts";
import { belongingTo, type Whose } from "./whose.ts";

export type RefScope = {
  /** What `latest`, times and names are looked up among. An id always finds its snapshot. */
  readonly of?: Whose;
  /** What `last-good` means, and why: the caller knows what was healthy. */
  readonly lastGood?: { readonly snapshot: string; readonly reasons: readonly string[] };
};

export type FoundSnapshot = {
  readonly snapshot: SnapshotSummary;
  /** Why this one, where the reference left it open: `last-good` was chosen, damaged ones were passed over. */
  readonly notes: readonly string[];
};

/** The snapshot that a reference means; a Problem that lists the candidates when it means several, or none. */
export const findSnapshot = (written: string, listed: Listed, scope: RefScope): FoundSnapshot => {
  const all = listed.snapshots;
  const here = scope.of === undefined ? all : all.filter(belongingTo(scope.of));
  const isId = all.some(({ id }) => id === written.trim());
  const { lastGood } = scope;
  const answer = resolveRef(
    written,
    candidatesOf(isId ? all : here, listed),
    lastGood === undefined ? {} : { lastGood: lastGood.snapshot },
  );
  const problem = refProblem(written, answer);
  if (problem !== undefined) {
    throw answer.kind === "none" && !isId ? (ofAnother(written, listed, scope, problem) ?? problem) : problem;
  }
  const snapshot = answer.kind === "found" ? all.find(({ id }) => id === answer.id) : undefined;
  if (answer.kind !== "found" || snapshot === undefined) {
    throw new Problem("SNAPSHOT_UNKNOWN", `There is no snapshot ${written}.`);
  }
  const notes = answer.passedOver.map((id) => `${id} is damaged and was passed over`);
  if (answer.via === "last-good" && lastGood !== undefined) {
    return { snapshot, notes: [`last-good is ${snapshot.id}: ${lastGood.reasons.join(", ")}`, ...notes] };
  }
  return { snapshot, notes };
};

/** Moving one gateway's state to another is meant only by who names it in full. */
const ofAnother = (
  written: string,
  listed: Listed,
  { of }: RefScope,
  cause: Problem,
): Problem | undefined => {
  const answer = resolveRef(written, candidatesOf(listed.snapshots, listed));
  if (of === undefined || answer.kind !== "found" || !["name", "prefix"].includes(answer.via))
    return undefined;
  const other = listed.snapshots.find(({ id }) => id === answer.id);
  if (other === undefined) return undefined;
  const [ours, theirs] = [of.name ?? of.stateDir, other.gateway ?? other.stateDir].map((each) =>
    harmlessLine(each ?? "?", 80),
  );
  return new Problem(
    "SNAPSHOT_OF_ANOTHER",
    `No snapshot of ${ours} is meant by ${harmlessLine(written.trim(), 80)}: ${other.id} is of ${theirs}.`,
    {
      hint: `To take ${ours} to that one all the same, name it by its id: ${other.id}.`,
      exit: ExitCode.usage,
      cause,
    },
  );
};

/** Several references, each snapshot once, in the order they were named. */
export const findSnapshots = (
  written: readonly string[],
  listed: Listed,
  scope: RefScope,
): readonly FoundSnapshot[] => {
  const found = new Map<string, FoundSnapshot>();
  for (const each of written) {
    const one = findSnapshot(each, listed, scope);
    if (!found.has(one.snapshot.id)) found.set(one.snapshot.id, one);
  }
  return [...found.values()];
};

const candidatesOf = (
  snapshots: readonly SnapshotSummary[],
  { deleted, findings }: Listed,
): Parameters<typeof resolveRef>[1] => [
  ...snapshots.map(({ id, name, createdAt }) => ({
    id,
    name,
    takenAt: Date.parse(createdAt),
    state: "whole" as const,
  })),
  ...findings.flatMap(({ snapshot: id }) =>
    id === undefined ? [] : [{ id, takenAt: minuteOf(id), state: "damaged" as const }],
  ),
  ...deleted.map((id) => ({ id, takenAt: minuteOf(id), state: "deleted" as const })),
];

/** An id says the minute; of what cannot be read nothing more is known. */
const minuteOf = (id: string): number => {
  const [, date, hour, minute] = /^(\d{4}-\d{2}-\d{2})-(\d{2})-(\d{2})/.exec(id) ?? [];
  return date === undefined ? 0 : Date.parse(`${date}T${hour ?? "00"}:${minute ?? "00"}:00Z`);
};
