import {
  parseDuration,
  planRetention,
  type Listed,
  type RetentionPolicy,
  type RetentionVerdict,
  type SnapshotSummary,
} from "../core/index.ts";

export type CleanupRules = RetentionPolicy & { readonly force?: boolean };

export type CleanupPlan = {
  readonly keep: readonly Judged[];
  readonly remove: readonly Judged[];
  /** What taking the removed ones brought into the vault. What others still need of it stays. */
  readonly storedBytesAtMost: number;
};

export type Judged = { readonly snapshot: SnapshotSummary; readonly verdict: RetentionVerdict };

/** The rule by age that the configuration knows: how long an unprotected snapshot stays. */
export const rulesOf = (retention: string, more: Omit<CleanupRules, "keepWithinMs"> = {}): CleanupRules => ({
  keepWithinMs: parseDuration(retention),
  ...more,
});

/** Which snapshots stay and which go, and why each. Nothing is deleted here. */
export const planCleanup = (
  { snapshots, hurt }: Pick<Listed, "snapshots" | "hurt">,
  { force, ...policy }: CleanupRules,
  now: number,
): CleanupPlan => {
  const byId = new Map(snapshots.map((snapshot) => [snapshot.id, snapshot]));
  const verdicts = planRetention(
    snapshots.map((snapshot) => ({
      id: snapshot.id,
      takenAt: Date.parse(snapshot.createdAt),
      kind: snapshot.kind,
      of: snapshot.gateway ?? snapshot.stateDir,
      ...(snapshot.protected ? { protectedBecause: "somebody pinned it" } : {}),
      verified: snapshot.verifiedAt !== null,
      damaged: hurt.has(snapshot.id),
      ...(snapshot.expiresAt === null ? {} : { keepUntil: Date.parse(snapshot.expiresAt) }),
    })),
    policy,
    { now, ...(force === undefined ? {} : { force }) },
  );
  const judged = verdicts.flatMap((verdict): Judged[] => {
    const snapshot = byId.get(verdict.id);
    return snapshot === undefined ? [] : [{ snapshot, verdict }];
  });
  const remove = judged.filter(({ verdict }) => verdict.keep.length === 0);
  return {
    keep: judged.filter(({ verdict }) => verdict.keep.length > 0),
    remove,
    storedBytesAtMost: remove.reduce((sum, { snapshot }) => sum + snapshot.storedBytes, 0),
  };
};

/** Of those whose age ends first so many are looked at: what else keeps one then keeps nearly always none of them. */
const lookedAhead = 8;

/** The next one to go, and when: its age ends, and what is left by then keeps it for no other reason. */
export const nextToGo = (
  listed: Pick<Listed, "snapshots" | "hurt">,
  rules: CleanupRules,
  now: number,
): { readonly id: string; readonly at: number } | undefined =>
  planCleanup(listed, rules, now)
    .keep.flatMap(({ snapshot: { id }, verdict }) => {
      const ends = verdict.keep.map((reason) => (reason.kind === "age" ? reason.until : Infinity));
      const at = Math.max(...ends);
      return Number.isFinite(at) ? [{ id, at }] : [];
    })
    .toSorted((one, other) => one.at - other.at)
    .slice(0, lookedAhead)
    .find(({ id, at }) =>
      planCleanup(listed, rules, at + 1).remove.some(({ snapshot }) => snapshot.id === id),
    );
