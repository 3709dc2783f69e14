import { age } from "../../../ground/index.ts";
import type { ConnectionReport, ConnectionState } from "../../facts.ts";
import { bootSeen, type Boots, bootsWithin, crashLoopBoots, crashLoopMs, noBoots } from "./boots.ts";
import type { Observation } from "./observation.ts";
import { reportAfter, type Verdict } from "./report.ts";
import { failureVerdict } from "./verdict.ts";

/**
 * What the connection means. One pure step: what was believed, what was seen, and the time, to what is believed now.
 * The table in PROTOCOL.md lists the rows; the test of this file has one case for each.
 *
 * Three things are remembered besides the report: the boots seen (for crash loops), a goodbye (so that a planned
 * restart is no outage while it takes its time), and whether a suspension is ours.
 */
export type Belief = {
  readonly report: ConnectionReport;
  readonly boots: Boots;
  /** When it said goodbye, why, and until when its absence is expected. */
  readonly goodbye: { readonly at: number; readonly reason: string; readonly until: number } | undefined;
  /** A suspension that clawback itself asked for, and when its lease ends. */
  readonly ourSuspensionUntil: number | undefined;
  /** Whether it was ever up since we watch: before that nothing can have crashed. */
  readonly met: boolean;
  /** Since when it is not up, whatever the reasons were: where an outage began. */
  readonly lostAt: number | undefined;
};

/** How long a planned restart may take before its absence is an outage: a boot takes 11 to 24 seconds. */
export const restartGraceMs = 60_000;

export const firstBelief = (now: number): Belief => ({
  report: { state: { kind: "connecting", attempt: 1 }, since: now, evidence: "first attempt" },
  boots: noBoots,
  goodbye: undefined,
  ourSuspensionUntil: undefined,
  met: false,
  lostAt: undefined,
});

export const judge = (belief: Belief, seen: Observation, now: number): Belief => {
  switch (seen.kind) {
    case "attempt":
      // While something is known, an attempt changes nothing: "down" stays down until it answers.
      return belief.report.state.kind === "connecting"
        ? settle(
            belief,
            { state: { kind: "connecting", attempt: seen.attempt }, evidence: belief.report.evidence },
            now,
          )
        : belief;
    case "hello":
      return onHello(belief, seen, now);
    case "failure":
      return onFailure(belief, seen, now);
    case "end":
      return onEnd(belief, seen, now);
    case "starting": {
      const boots = bootSeen(belief.boots, undefined, seen.uptimeMs, now);
      return withLoop(
        { ...belief, boots },
        {
          state: { kind: "booting", ...(seen.pending === undefined ? {} : { pending: seen.pending }) },
          evidence: `starts since ${age(seen.uptimeMs)}${seen.pending === undefined ? "" : `, waits for ${seen.pending}`}`,
        },
        now,
      );
    }
    case "silence":
      return settle(
        { ...belief, lostAt: belief.lostAt ?? now - seen.silentMs },
        {
          state: { kind: "half-open" },
          evidence:
            seen.because === "no tick"
              ? `no tick for ${age(seen.silentMs)}, and the socket is open`
              : `a question unanswered and nothing else heard for ${age(seen.silentMs)}`,
          next: "clawback connects again to tell a dead network from a frozen gateway.",
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
    case "goodbye":
      return onGoodbye(belief, seen.reason, seen.restartExpectedMs, `said goodbye: ${seen.reason}`, now);
    case "time":
      return onTime(belief, now);
  }
};

const onHello = (belief: Belief, seen: Extract<Observation, { kind: "hello" }>, now: number): Belief => {
  const boots = bootSeen(belief.boots, seen.bootId, seen.uptimeMs, now);
  const restarted = belief.met && boots.newest !== belief.boots.newest;
  const before = { ...belief, boots, met: true, goodbye: undefined, lostAt: undefined };
  const missing = seen.asked.filter((scope) => !seen.granted.includes(scope));
  if (missing.length > 0) {
    return settle(
      before,
      {
        state: { kind: "under-scoped", missing },
        evidence: `asked for ${seen.asked.join(", ")}, was granted ${seen.granted.length === 0 ? "nothing" : seen.granted.join(", ")}`,
        next: "Pair this machine as a device of the gateway, or connect from the gateway's own machine.",
      },
      now,
    );
  }
  if (seen.suspended)
    return onSuspension(before, { kind: "suspension", active: true, phase: "prepared" }, now);
  const about = `version ${seen.version}, up ${age(seen.uptimeMs)}`;
  const away = belief.lostAt === undefined ? "" : ` after ${age(now - belief.lostAt)}`;
  return withLoop(
    before,
    {
      state: { kind: "up" },
      evidence: restarted
        ? `restarted${belief.goodbye === undefined ? " without goodbye" : " as announced"}, back${away}, ${about}`
        : closed.has(belief.report.state.kind)
          ? `let in now, ${about}`
          : belief.lostAt === undefined || !belief.met
            ? about
            : `the same process answers again${away}`,
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
      stopping(goodbye, `${verdict.evidence}, as announced ${age(now - goodbye.at)} ago`),
      now,
    );
  }
  const history =
    goodbye !== undefined
      ? `; it said goodbye (${goodbye.reason}) ${age(now - goodbye.at)} ago and did not come back`
      : belief.met && lost.lostAt !== undefined && lost.lostAt < now
        ? `; lost ${age(now - lost.lostAt)} ago without goodbye`
        : "";
  return withLoop(lost, { ...verdict, evidence: `${verdict.evidence}${history}` }, now);
};

const onEnd = (belief: Belief, seen: Extract<Observation, { kind: "end" }>, now: number): Belief => {
  const { end } = seen;
  const lost = { ...belief, lostAt: belief.lostAt ?? now };
  // 1012 is "service restart": a goodbye even when the shutdown event before it got lost.
  if (end.goodbye !== undefined || end.code === 1012) {
    const reason = end.goodbye?.reason ?? (end.reason === "" ? "service restart" : end.reason);
    const evidence = `said goodbye: ${reason} (close ${end.code})`;
    return onGoodbye(lost, reason, end.goodbye?.restartExpectedMs, evidence, now);
  }
  return withLoop(
    lost,
    {
      state: { kind: "crashed", retryAt: seen.retryAt },
      evidence: `the connection ended without goodbye (close ${end.code}${end.reason === "" ? "" : `, ${end.reason}`})`,
      next: "Read the last lines of its log: a crash, a kill or the network.",
    },
    now,
  );
};

const onGoodbye = (
  belief: Belief,
  reason: string,
  restartExpectedMs: number | undefined,
  evidence: string,
  now: number,
): Belief => {
  const goodbye = { at: now, reason, until: now + (restartExpectedMs ?? 0) + restartGraceMs };
  return settle({ ...belief, goodbye }, stopping(goodbye, evidence, restartExpectedMs), now);
};

const stopping = (
  goodbye: { readonly at: number; readonly until: number },
  evidence: string,
  restartExpectedMs?: number,
): Verdict => ({
  state: {
    kind: "stopping",
    ...(restartExpectedMs === undefined ? {} : { restartExpectedAt: goodbye.at + restartExpectedMs }),
  },
  evidence,
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
          { state: { kind: "up" }, evidence: `resumed after ${age(now - belief.report.since)}` },
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
      evidence: ours
        ? "quiesced by clawback for a snapshot"
        : `quiesced by somebody else (${seen.phase}); such a lease ends by itself after 2 minutes`,
    },
    now,
  );
};

const onTime = (belief: Belief, now: number): Belief => {
  const { state } = belief.report;
  if (state.kind === "crash-loop" && bootsWithin(belief.boots, now) < crashLoopBoots) {
    return belief.lostAt === undefined
      ? settle(belief, { state: { kind: "up" }, evidence: `no new boot for ${age(crashLoopMs)}` }, now)
      : settle(
          belief,
          { state: { kind: "down" }, evidence: "no new boot any more, and nobody answers" },
          now,
        );
  }
  if (state.kind === "stopping" && belief.goodbye !== undefined && now >= belief.goodbye.until) {
    return settle(
      belief,
      {
        state: { kind: "down" },
        evidence: `said goodbye (${belief.goodbye.reason}) ${age(now - belief.goodbye.at)} ago and did not come back`,
        next: "Start it again, or ask its service why it did not.",
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
      evidence: `${boots} new boots within ${age(crashLoopMs)}; now: ${verdict.evidence}`,
      next: "Stop its service so that it rests, then read the log of the last boot before going back to a snapshot.",
    },
    now,
  );
};

const settle = (belief: Belief, verdict: Verdict, now: number): Belief => {
  return { ...belief, report: reportAfter(belief.report, verdict, now) };
};
