import type { ConnectionState } from "../../facts.ts";
import type { ConnectionSentence } from "../../sentences/index.ts";
import { type Belief, firstAttempt, notAhead, restartGraceMs } from "./belief.ts";
import { bootSeen, bootsWithin, crashLoopBoots, crashLoopMs } from "./boots.ts";
import type { Observation } from "./observation.ts";
import { reportAfter, type Verdict } from "./report.ts";
import { failureVerdict } from "./verdict.ts";

/**
 * What the connection means. One pure step: what was believed, what was seen, and the time, to what is believed now.
 * The table in PROTOCOL.md lists the rows; the test of this file has one case for each.
 */
export const judge = (believed: Belief, seen: Observation, now: number): Belief => {
  const belief = notAhead(believed, now);
  switch (seen.kind) {
    case "attempt":
      // While something is known, an attempt changes nothing: "down" stays down until it answers.
      return belief.report.state.kind === "connecting"
        ? settle(belief, { state: { kind: "connecting", attempt: seen.attempt }, said: firstAttempt }, now)
        : belief;
    case "hello":
      return onHello(belief, seen, now);
    case "failure":
      return onFailure(belief, seen, now);
    case "end":
      return onEnd(belief, seen, now);
    case "starting": {
      const boots = bootSeen(belief.boots, undefined, seen.uptimeMs, now, belief.goodbye?.at);
      return withLoop(
        { ...belief, boots },
        {
          state: { kind: "booting", ...(seen.pending === undefined ? {} : { pending: seen.pending }) },
          said: {
            say: "starting",
            ...(seen.uptimeMs === undefined ? {} : { sinceMs: seen.uptimeMs }),
            ...(seen.pending === undefined ? {} : { pending: seen.pending }),
          },
        },
        now,
      );
    }
    case "silence":
      return settle(
        {
          ...belief,
          lostAt: belief.lostAt ?? now - seen.silentMs,
          answersNothing: seen.because === "only events",
        },
        {
          state: { kind: "half-open" },
          said: { say: silences[seen.because], silentMs: seen.silentMs },
          advice: { say: "connects-again" },
        },
        now,
      );
    case "suspension":
      return onSuspension(belief, seen, now);
    case "our-suspension": {
      const known = { ...belief, ourSuspensionUntil: seen.until };
      // Its own word of the suspension may have been quicker than ours.
      return belief.report.state.kind === "suspended" && seen.until !== undefined
        ? onSuspension(known, { kind: "suspension", active: true, phase: "prepared" }, now)
        : known;
    }
    case "answers":
      return onAnswers(belief, now);
    case "goodbye": {
      const after = onGoodbye(
        belief,
        seen.reason,
        seen.restartExpectedMs,
        { say: "goodbye", reason: seen.reason },
        now,
      );
      return seen.draining === undefined || after.goodbye === undefined
        ? after
        : { ...after, goodbye: { ...after.goodbye, draining: true } };
    }
    case "time":
      return onTime(belief, now);
  }
};

const silences = { "no tick": "no-tick", "no answer": "no-answer", "only events": "only-events" } as const;

/** What refused or did not answer, answers: the same process goes on. */
const onAnswers = (belief: Belief, now: number): Belief => {
  const { state } = belief.report;
  const isBack =
    (state.kind === "half-open" && belief.answersNothing) ||
    (state.kind === "stopping" && belief.goodbye?.draining === true);
  if (!isBack) return { ...belief, answersNothing: false };
  return settle(
    { ...belief, answersNothing: false, goodbye: undefined, lostAt: undefined },
    {
      state: { kind: "up" },
      said: { say: "same-process", awayMs: now - (belief.lostAt ?? belief.report.since) },
    },
    now,
  );
};

const onHello = (belief: Belief, seen: Extract<Observation, { kind: "hello" }>, now: number): Belief => {
  const boots = bootSeen(belief.boots, seen.bootId, seen.uptimeMs, now, belief.goodbye?.at);
  const restarted = belief.met && boots.newest !== belief.boots.newest;
  if (belief.answersNothing && !restarted) return { ...belief, boots };
  const before = {
    ...belief,
    boots,
    met: true,
    goodbye: undefined,
    lostAt: undefined,
    answersNothing: false,
  };
  const missing = seen.asked.filter((scope) => !seen.granted.includes(scope));
  if (missing.length > 0) {
    return settle(
      before,
      {
        state: { kind: "under-scoped", missing },
        said: { say: "under-scoped", asked: seen.asked, granted: seen.granted },
        advice: { say: "pair-this-machine" },
      },
      now,
    );
  }
  if (seen.suspended)
    return onSuspension(before, { kind: "suspension", active: true, phase: "prepared" }, now);
  const about = {
    version: seen.version,
    ...(seen.uptimeMs === undefined ? {} : { uptimeMs: seen.uptimeMs }),
  };
  const away = belief.lostAt === undefined ? {} : { awayMs: now - belief.lostAt };
  return withLoop(
    before,
    {
      state: { kind: "up" },
      said: restarted
        ? { say: "back", announced: belief.goodbye !== undefined, ...away, ...about }
        : closed.has(belief.report.state.kind)
          ? { say: "let-in", ...about }
          : belief.lostAt === undefined || !belief.met
            ? { say: "met", ...about }
            : { say: "same-process", ...away },
    },
    now,
  );
};

/** States in which it answered all along and did not let us in. */
const closed: ReadonlySet<ConnectionState["kind"]> = new Set([
  "pairing",
  "under-scoped",
  "unauthorised",
  "incompatible",
]);

const onFailure = (belief: Belief, seen: Extract<Observation, { kind: "failure" }>, now: number): Belief => {
  const verdict = failureVerdict(seen.failure, seen.retryAt);
  const lost = { ...belief, lostAt: belief.lostAt ?? now };
  if (verdict.state.kind !== "down") return withLoop(lost, verdict, now);
  const { goodbye } = belief;
  if (goodbye !== undefined && now < goodbye.until) {
    return settle(
      lost,
      stopping(goodbye, { say: "as-announced", because: verdict.said, at: goodbye.at }),
      now,
    );
  }
  const said: ConnectionSentence =
    goodbye !== undefined
      ? {
          say: "did-not-return",
          because: verdict.said,
          reason: goodbye.reason,
          at: goodbye.at,
        }
      : belief.met && lost.lostAt < now
        ? { say: "lost-without-goodbye", because: verdict.said, at: lost.lostAt }
        : verdict.said;
  return withLoop(lost, { ...verdict, said }, now);
};

const onEnd = (belief: Belief, seen: Extract<Observation, { kind: "end" }>, now: number): Belief => {
  const { end } = seen;
  const lost = { ...belief, lostAt: belief.lostAt ?? now };
  // 1012 is "service restart": a goodbye even when the shutdown event before it got lost.
  if (end.goodbye !== undefined || end.code === 1012) {
    const reason = end.goodbye?.reason ?? (end.reason === "" ? "service restart" : end.reason);
    const said = { say: "goodbye", reason, code: end.code } as const;
    return onGoodbye(lost, reason, end.goodbye?.restartExpectedMs, said, now);
  }
  return withLoop(
    lost,
    {
      state: { kind: "crashed", retryAt: seen.retryAt },
      said: { say: "no-goodbye", code: end.code, reason: end.reason },
      advice: { say: "read-last-lines" },
    },
    now,
  );
};

const onGoodbye = (
  belief: Belief,
  reason: string,
  restartExpectedMs: number | undefined,
  said: ConnectionSentence,
  now: number,
): Belief => {
  const goodbye = { at: now, reason, until: now + (restartExpectedMs ?? 0) + restartGraceMs };
  return settle({ ...belief, goodbye }, stopping(goodbye, said, restartExpectedMs), now);
};

const stopping = (
  goodbye: { readonly at: number; readonly until: number },
  said: ConnectionSentence,
  restartExpectedMs?: number,
): Verdict => ({
  state: {
    kind: "stopping",
    ...(restartExpectedMs === undefined ? {} : { restartExpectedAt: goodbye.at + restartExpectedMs }),
  },
  said,
});

const onSuspension = (
  belief: Belief,
  seen: Extract<Observation, { kind: "suspension" }>,
  now: number,
): Belief => {
  if (!seen.active) {
    return belief.report.state.kind === "suspended"
      ? settle(
          { ...belief, ourSuspensionUntil: undefined },
          { state: { kind: "up" }, said: { say: "resumed", afterMs: now - belief.report.since } },
          now,
        )
      : belief;
  }
  const until = belief.ourSuspensionUntil;
  const ours = until !== undefined && now < until;
  return settle(
    belief,
    {
      state: { kind: "suspended", ours, ...(ours ? { until } : {}) },
      said: ours ? { say: "quiesced-by-us" } : { say: "quiesced", phase: seen.phase },
    },
    now,
  );
};

const onTime = (belief: Belief, now: number): Belief => {
  const { state } = belief.report;
  if (state.kind === "crash-loop" && bootsWithin(belief.boots, now) < crashLoopBoots) {
    return belief.lostAt === undefined
      ? settle(belief, { state: { kind: "up" }, said: { say: "no-new-boot", withinMs: crashLoopMs } }, now)
      : settle(belief, { state: { kind: "down" }, said: { say: "no-new-boot-silent" } }, now);
  }
  if (state.kind === "stopping" && belief.goodbye !== undefined && now >= belief.goodbye.until) {
    return settle(
      belief,
      {
        state: { kind: "down" },
        said: {
          say: "gone-after-goodbye",
          reason: belief.goodbye.reason,
          at: belief.goodbye.at,
        },
        advice: { say: "start-it-again" },
      },
      now,
    );
  }
  return belief;
};

/** A verdict about a process that comes and goes too often is about that: crash loop, with the rest as evidence. */
const withLoop = (belief: Belief, verdict: Verdict, now: number): Belief => {
  const boots = bootsWithin(belief.boots, now);
  const about: readonly ConnectionState["kind"][] = ["up", "down", "crashed", "booting"];
  if (boots < crashLoopBoots || !about.includes(verdict.state.kind)) return settle(belief, verdict, now);
  return settle(
    belief,
    {
      state: { kind: "crash-loop", boots, withinMs: crashLoopMs },
      said: { say: "quick-boots", boots, withinMs: crashLoopMs, now: verdict.said },
      advice: { say: "stop-and-read" },
    },
    now,
  );
};

const settle = (belief: Belief, verdict: Verdict, now: number): Belief => {
  return { ...belief, report: reportAfter(belief.report, verdict, now) };
};
