import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  planRetention,
  type RetentionPolicy,
  type RetentionSubject,
  type RetentionVerdict,
} from "../../../src/core/retention/index.ts";
import { snapshotIdOf } from "../../../src/core/refs/index.ts";

const hour = 3_600_000;
const day = 24 * hour;
const now = Date.parse("2026-11-20T15:00:00Z");

const subject = (ageMs: number, more: Partial<RetentionSubject> = {}): RetentionSubject => ({
  id: snapshotIdOf(now - ageMs),
  takenAt: now - ageMs,
  kind: "full",
  of: "prod",
  verified: false,
  damaged: false,
  ...more,
});

const verdictOf = (
  verdicts: readonly RetentionVerdict[],
  of: RetentionSubject,
): RetentionVerdict | undefined => verdicts.find(({ id }) => id === of.id);

const goes = (verdicts: readonly RetentionVerdict[]): readonly string[] =>
  verdicts.filter(({ keep }) => keep.length === 0).map(({ id }) => id);

const anySubjects = fc
  .array(
    fc.record({
      ageMs: fc.integer({ min: -hour, max: 60 * day }),
      kind: fc.constantFrom("full", "critical", "manual", "pre-restore"),
      of: fc.constantFrom("prod", "staging"),
      verified: fc.boolean(),
      damaged: fc.boolean(),
      pinned: fc.boolean(),
      keepUntil: fc.option(fc.integer({ min: now - 10 * day, max: now + 10 * day }), { nil: undefined }),
    }),
    { maxLength: 40 },
  )
  .map((all) =>
    all.map(({ ageMs, pinned, keepUntil, ...rest }, at) =>
      subject(ageMs, {
        ...rest,
        id: snapshotIdOf(now - ageMs, at + 1),
        ...(pinned ? { protectedBecause: "pinned" } : {}),
        ...(keepUntil === undefined ? {} : { keepUntil }),
      }),
    ),
  );

const count = fc.option(fc.integer({ min: 0, max: 10 }), { nil: undefined });
const anyRules = fc
  .record({
    keepWithinMs: fc.option(fc.integer({ min: 1, max: 40 * day }), { nil: undefined }),
    keepLast: count,
    hourly: count,
    daily: count,
    weekly: count,
    monthly: count,
  })
  .map((rules): RetentionPolicy =>
    Object.fromEntries(Object.entries(rules).filter(([, value]) => value !== undefined)),
  );

describe("rules", () => {
  it("by age keep what is younger and say until when", () => {
    const young = subject(11 * hour);
    const old = subject(13 * hour);
    const newest = subject(0);
    const plan = planRetention([young, old, newest], { keepWithinMs: 12 * hour }, { now });
    expect(goes(plan)).toEqual([old.id]);
    expect(verdictOf(plan, young)).toEqual({
      id: young.id,
      keep: [{ kind: "age", until: young.takenAt + 12 * hour }],
      expiresAt: young.takenAt + 12 * hour,
      why: "kept until 2026-11-20 16:00:00",
    });
    expect(verdictOf(plan, old)?.why).toBe("older than 12h, and no other rule keeps it");
  });

  it("by number keep the newest, counted for each gateway apart", () => {
    const prod = [1, 2, 3].map((hours) => subject(hours * hour));
    const staging = [1, 2, 3].map((hours) => subject(hours * hour + 60_000, { of: "staging" }));
    const plan = planRetention([...staging, ...prod], { keepLast: 2 }, { now });
    expect(goes(plan)).toEqual([prod[2]?.id, staging[2]?.id]);
  });

  it("by grandfathering keep the newest of each hour, day and week", () => {
    const taken = (text: string): RetentionSubject => subject(now - Date.parse(text));
    const friday = taken("2026-11-20T14:50:00Z");
    const earlierThatHour = taken("2026-11-20T14:10:00Z");
    const thursday = taken("2026-11-19T09:00:00Z");
    const wednesday = taken("2026-11-18T09:00:00Z");
    const sundayBefore = taken("2026-11-15T23:59:00Z");
    const plan = planRetention(
      [friday, earlierThatHour, thursday, wednesday, sundayBefore],
      { hourly: 1, daily: 2, weekly: 2 },
      { now },
    );
    expect(goes(plan)).toEqual([earlierThatHour.id, wednesday.id]);
    expect(verdictOf(plan, friday)?.why).toBe(
      "the hourly one of 2026-11-20 14:00; the daily one of 2026-11-20; the weekly one of week of 2026-11-16",
    );
    expect(verdictOf(plan, sundayBefore)?.keep).toEqual([{ kind: "weekly", slot: "week of 2026-11-09" }]);
  });

  it("of its own for a kind take the place of the general ones", () => {
    const manual = subject(20 * day, { kind: "manual" });
    const critical = subject(2 * hour, { kind: "critical" });
    const plan = planRetention(
      [manual, critical, subject(0)],
      { keepWithinMs: 12 * hour, kinds: { manual: {}, critical: { keepWithinMs: hour } } },
      { now },
    );
    expect(goes(plan)).toEqual([critical.id]);
    expect(verdictOf(plan, manual)?.keep).toEqual([{ kind: "no-rules" }]);
  });

  it("yield to a time that was set when the snapshot was taken", () => {
    const longer = subject(20 * hour, { keepUntil: now + hour });
    const shorter = subject(2 * hour, { keepUntil: now - 1 });
    const plan = planRetention([longer, shorter, subject(0)], { keepWithinMs: 12 * hour }, { now });
    expect(goes(plan)).toEqual([shorter.id]);
    expect(verdictOf(plan, longer)?.expiresAt).toBe(now + hour);
  });

  it("that are none keep everything", () => {
    expect(goes(planRetention([subject(900 * day), subject(0)], {}, { now }))).toEqual([]);
  });
});

describe("the last verified snapshot of a gateway", () => {
  const verified = subject(50 * day, { verified: true });
  const all = [verified, subject(49 * day), subject(60 * day, { verified: true })];

  it("stays although every rule lets it go", () => {
    const plan = planRetention(all, { keepWithinMs: hour }, { now });
    expect(plan.filter(({ keep }) => keep.length > 0).map(({ id }) => id)).toEqual([verified.id]);
    expect(verdictOf(plan, verified)?.why).toBe("the newest that was verified");
  });

  it("goes when that is forced", () => {
    expect(goes(planRetention(all, { keepWithinMs: hour }, { now, force: true }))).toHaveLength(3);
  });

  it("is not one that was damaged since", () => {
    const damaged = subject(day, { verified: true, damaged: true });
    const plan = planRetention([damaged, ...all], { keepWithinMs: hour }, { now });
    expect(verdictOf(plan, verified)?.keep).toEqual([{ kind: "last-verified" }]);
    expect(verdictOf(plan, damaged)?.keep).toEqual([{ kind: "damaged" }]);
  });
});

describe("snapshots from a time when the clock was ahead", () => {
  it("stay, and push out none of those that are really the newest", () => {
    const ahead = [1, 2, 3].map((years) => subject(-years * 365 * day, { verified: true }));
    const real = [subject(hour), subject(day, { verified: true }), subject(2 * day), subject(3 * day)];
    const plan = planRetention([...ahead, ...real], { keepLast: 2 }, { now });
    expect(goes(plan)).toEqual(real.slice(2).map(({ id }) => id));
    for (const each of ahead) expect(verdictOf(plan, each)?.keep).toEqual([{ kind: "ahead" }]);
    expect(verdictOf(plan, real[1] ?? subject(0))?.keep).toContainEqual({ kind: "last-verified" });
  });
});

describe("whatever the snapshots and the rules", () => {
  it("protected ones stay, forced or not, and each snapshot has one verdict with its reason", () => {
    fc.assert(
      fc.property(anySubjects, anyRules, fc.boolean(), (subjects, policy, force) => {
        const plan = planRetention(subjects, policy, { now, force });
        expect(plan.map(({ id }) => id).sort()).toEqual(subjects.map(({ id }) => id).sort());
        for (const each of subjects) {
          const verdict = verdictOf(plan, each);
          const isProtected = verdict?.keep.some(({ kind }) => kind === "protected");
          expect(isProtected).toBe(each.protectedBecause !== undefined);
          expect(verdict?.why).toBeTruthy();
        }
      }),
    );
  });

  it("each gateway keeps a whole snapshot, and a verified one where there is one", () => {
    fc.assert(
      fc.property(anySubjects, anyRules, (subjects, policy) => {
        const gone = new Set(goes(planRetention(subjects, policy, { now })));
        for (const of of ["prod", "staging"]) {
          const whole = subjects.filter((each) => each.of === of && !each.damaged);
          const kept = whole.filter(({ id }) => !gone.has(id));
          expect(kept.length > 0).toBe(whole.length > 0);
          expect(kept.some(({ verified }) => verified)).toBe(whole.some(({ verified }) => verified));
        }
      }),
    );
  });

  it("as many stay as the rule by number asks for, if there are as many", () => {
    fc.assert(
      fc.property(anySubjects, fc.integer({ min: 1, max: 10 }), (subjects, keepLast) => {
        const gone = new Set(goes(planRetention(subjects, { keepLast }, { now })));
        for (const of of ["prod", "staging"]) {
          const whole = subjects.filter((each) => each.of === of && !each.damaged);
          expect(whole.filter(({ id }) => !gone.has(id)).length).toBeGreaterThanOrEqual(
            Math.min(keepLast, whole.length),
          );
        }
      }),
    );
  });

  it("time only ever lets more go, and a more generous rule only ever keeps more", () => {
    fc.assert(
      fc.property(anySubjects, anyRules, fc.integer({ min: 0, max: 60 * day }), (subjects, policy, later) => {
        const today = goes(planRetention(subjects, policy, { now }));
        const then = goes(planRetention(subjects, policy, { now: now + later }));
        expect(then).toEqual(expect.arrayContaining([...today]));
        const generous = Object.fromEntries(
          Object.entries(policy).map(([rule, value]) => [
            rule,
            typeof value === "number" ? value + 3 : value,
          ]),
        );
        expect(today).toEqual(expect.arrayContaining([...goes(planRetention(subjects, generous, { now }))]));
      }),
    );
  });

  it("what is said to expire stays until then and goes then", () => {
    fc.assert(
      fc.property(anySubjects, anyRules, (subjects, policy) => {
        for (const { id, expiresAt } of planRetention(subjects, policy, { now })) {
          if (expiresAt === undefined) continue;
          const keptAt = (moment: number): boolean =>
            (planRetention(subjects, policy, { now: moment }).find((each) => each.id === id)?.keep.length ??
              0) > 0;
          expect(keptAt(expiresAt - 1)).toBe(true);
          // Unless it is the only one left by then.
          const alone = planRetention(subjects, policy, { now: expiresAt }).find((each) => each.id === id);
          expect(alone?.keep.filter(({ kind }) => kind !== "newest")).toEqual([]);
        }
      }),
    );
  });
});
