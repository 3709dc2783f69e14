import { civilOfMs, dateText, dayMs, timeText, two } from "../../ground/index.ts";
import { compareIds } from "../refs/snapshot-id.ts";
import { durationText } from "./duration.ts";

/** Which snapshots to keep. Each rule only ever keeps; what no rule keeps goes. Without any rule everything stays. */
export type RetentionRules = {
  /** Younger than this. */
  readonly keepWithinMs?: number;
  /** The newest so many. */
  readonly keepLast?: number;
  /** The newest of each of the last so many hours, days (UTC), weeks (from Monday) or months that have any. */
  readonly hourly?: number;
  readonly daily?: number;
  readonly weekly?: number;
  readonly monthly?: number;
};

export type RetentionPolicy = RetentionRules & {
  /** Rules of their own for kinds of snapshots; they are counted apart. */
  readonly kinds?: Readonly<Record<string, RetentionRules>>;
};

export type RetentionSubject = {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly takenAt: number;
  readonly kind: string;
  /** What it is a snapshot of: gateways are counted apart. */
  readonly of: string;
  /** Why it must stay: pinned by a person, needed by a restore that is not accepted yet. */
  readonly protectedBecause?: string;
  /** All its bytes were read and found right. */
  readonly verified: boolean;
  readonly damaged: boolean;
  /** Said when it was taken; it takes the place of the rule by age. */
  readonly keepUntil?: number;
};

export type KeepReason =
  | { readonly kind: "protected"; readonly because: string }
  | { readonly kind: "age"; readonly until: number }
  | { readonly kind: "last"; readonly place: number; readonly of: number }
  | { readonly kind: Period; readonly slot: string }
  /** The newest of its gateway that is known to be whole. */
  | { readonly kind: "last-verified" }
  /** None of its gateway was ever verified: the newest is all there is. */
  | { readonly kind: "newest" }
  /** What is left of it may still be salvaged; it counts for no rule. */
  | { readonly kind: "damaged" }
  /** The clock was wrong when it was taken, or is now: counted, it would push out those that are really the newest. */
  | { readonly kind: "ahead" }
  | { readonly kind: "no-rules" };

export type Period = "hourly" | "daily" | "weekly" | "monthly";

export type RetentionVerdict = {
  readonly id: string;
  /** Empty: it goes. */
  readonly keep: readonly KeepReason[];
  /** When it will go if nothing else happens. Absent: it depends on the snapshots to come, or never. */
  readonly expiresAt?: number;
  /** The same for a person. */
  readonly why: string;
};

export type RetentionOptions = {
  readonly now: number;
  /** Lets go even of the last verified one. Protected ones stay. */
  readonly force?: boolean;
};

/** One verdict for each snapshot, newest first. */
export const planRetention = (
  snapshots: readonly RetentionSubject[],
  policy: RetentionPolicy,
  options: RetentionOptions,
): readonly RetentionVerdict[] => {
  const ordered = [...snapshots].sort(newestFirst);
  const kept = new Map<string, KeepReason[]>(ordered.map(({ id }) => [id, []]));
  const keep = (subject: RetentionSubject, reason: KeepReason): void => {
    kept.get(subject.id)?.push(reason);
  };
  for (const subject of ordered) {
    if (subject.protectedBecause !== undefined) {
      keep(subject, { kind: "protected", because: subject.protectedBecause });
    }
    if (subject.damaged) keep(subject, { kind: "damaged" });
    else if (isAhead(subject, options.now)) keep(subject, { kind: "ahead" });
  }
  const counted = ordered.filter((subject) => !subject.damaged && !isAhead(subject, options.now));
  for (const { rules, members } of groupsOf(counted, policy)) {
    applyRules(members, rules, options.now, keep);
  }
  if (options.force !== true) keepLastOnes(counted, kept, keep);
  return ordered.map((subject) => verdictOf(subject, kept.get(subject.id) ?? [], policy));
};

/** Further than clocks of different hosts, and zones that were mistaken, are apart. */
const isAhead = ({ takenAt }: RetentionSubject, now: number): boolean => takenAt - now > dayMs;

type Keep = (subject: RetentionSubject, reason: KeepReason) => void;

type Group = { readonly rules: RetentionRules; readonly members: readonly RetentionSubject[] };

/** Those that are counted together: of one gateway, under one set of rules. */
const groupsOf = (counted: readonly RetentionSubject[], policy: RetentionPolicy): readonly Group[] => {
  const groups = new Map<string, { rules: RetentionRules; members: RetentionSubject[] }>();
  for (const subject of counted) {
    const own = ownRules(policy, subject.kind);
    const key = JSON.stringify([subject.of, own === undefined ? null : subject.kind]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { rules: own ?? policy, members: [subject] });
    else group.members.push(subject);
  }
  return [...groups.values()];
};

const ownRules = (policy: RetentionPolicy, kind: string): RetentionRules | undefined =>
  policy.kinds !== undefined && Object.hasOwn(policy.kinds, kind) ? policy.kinds[kind] : undefined;

const periods: readonly Period[] = ["hourly", "daily", "weekly", "monthly"];

const hasRules = (rules: RetentionRules): boolean =>
  rules.keepWithinMs !== undefined ||
  rules.keepLast !== undefined ||
  periods.some((period) => rules[period] !== undefined);

const applyRules = (
  members: readonly RetentionSubject[],
  rules: RetentionRules,
  now: number,
  keep: Keep,
): void => {
  for (const [at, subject] of members.entries()) {
    const until = keptUntil(subject, rules);
    if (until === undefined && !hasRules(rules)) keep(subject, { kind: "no-rules" });
    if (until !== undefined && until > now) keep(subject, { kind: "age", until });
    if (rules.keepLast !== undefined && at < rules.keepLast) {
      keep(subject, { kind: "last", place: at + 1, of: rules.keepLast });
    }
  }
  for (const period of periods) {
    const wanted = rules[period];
    if (wanted === undefined) continue;
    const slots = new Set<string>();
    for (const subject of members) {
      const slot = slotOf(period, subject.takenAt);
      if (slots.has(slot)) continue;
      if (slots.size >= wanted) break;
      slots.add(slot);
      keep(subject, { kind: period, slot });
    }
  }
};

const keptUntil = (subject: RetentionSubject, rules: RetentionRules): number | undefined =>
  subject.keepUntil ?? (rules.keepWithinMs === undefined ? undefined : subject.takenAt + rules.keepWithinMs);

/** Whatever the rules say, each gateway keeps its newest verified snapshot, or its newest when none is verified. */
const keepLastOnes = (
  counted: readonly RetentionSubject[],
  kept: ReadonlyMap<string, readonly KeepReason[]>,
  keep: Keep,
): void => {
  const sources = new Set(counted.map(({ of }) => of));
  for (const source of sources) {
    const whole = counted.filter((subject) => subject.of === source);
    const verified = whole.find((subject) => subject.verified);
    if (verified !== undefined) keep(verified, { kind: "last-verified" });
    else if (whole[0] !== undefined && (kept.get(whole[0].id)?.length ?? 0) === 0)
      keep(whole[0], { kind: "newest" });
  }
};

/** A name for the hour, day, week or month, the same for all that fall into it. */
const slotOf = (period: Period, takenAt: number): string => {
  // 1970-01-01 was a Thursday: three days later a week begins.
  const at =
    period === "weekly" ? (Math.floor((Math.floor(takenAt / dayMs) + 3) / 7) * 7 - 3) * dayMs : takenAt;
  const { year, month, day, hour } = civilOfMs(at);
  switch (period) {
    case "hourly":
      return `${dateText(year, month, day)} ${two(hour)}:00`;
    case "daily":
      return dateText(year, month, day);
    case "weekly":
      return `week of ${dateText(year, month, day)}`;
    case "monthly":
      return dateText(year, month, day).slice(0, 7);
  }
};

const verdictOf = (
  subject: RetentionSubject,
  keep: readonly KeepReason[],
  policy: RetentionPolicy,
): RetentionVerdict => {
  const until = keep.every((reason) => reason.kind === "age") ? keep[0] : undefined;
  return {
    id: subject.id,
    keep,
    ...(until?.kind === "age" ? { expiresAt: until.until } : {}),
    why: keep.length === 0 ? whyItGoes(subject, policy) : keep.map(whyItStays).join("; "),
  };
};

const whyItGoes = (subject: RetentionSubject, policy: RetentionPolicy): string => {
  if (subject.keepUntil !== undefined) return `was to be kept until ${timeText(subject.keepUntil)}`;
  const { keepWithinMs } = ownRules(policy, subject.kind) ?? policy;
  return keepWithinMs === undefined
    ? "no rule keeps it"
    : `older than ${durationText(keepWithinMs)}, and no other rule keeps it`;
};

const whyItStays = (reason: KeepReason): string => {
  switch (reason.kind) {
    case "protected":
      return `protected: ${reason.because}`;
    case "age":
      return `kept until ${timeText(reason.until)}`;
    case "last":
      return `number ${reason.place} of the last ${reason.of}`;
    case "hourly":
    case "daily":
    case "weekly":
    case "monthly":
      return `the ${reason.kind} one of ${reason.slot}`;
    case "last-verified":
      return "the newest that was verified";
    case "newest":
      return "the newest, and none was verified yet";
    case "damaged":
      return "damaged: repair it, or delete it by its id";
    case "ahead":
      return "taken in the future: a clock is wrong, or was; delete it by its id";
    case "no-rules":
      return "no rule says how long to keep it";
  }
};

const newestFirst = (left: RetentionSubject, right: RetentionSubject): number =>
  right.takenAt - left.takenAt || compareIds(right.id, left.id);
