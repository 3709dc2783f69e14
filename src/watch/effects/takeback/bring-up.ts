import type { Staged } from "../../../core/index.ts";
import { sleep } from "../../../ground/index.ts";
import { asTold, english, failureOf, type Sentence } from "../../sentences/index.ts";
import { expectedState } from "../../takeback/expected-state.ts";
import type { Recovery } from "../../takeback/verify-recovery.ts";
import { compareRecovery } from "./compare-recovery.ts";
import { restMs, watchReady } from "./drive-gateway.ts";
import { confirmHotConfig } from "./hot-config.ts";
import type { RestoreResult, UnderWay } from "./under-way.ts";
import type { Readiness } from "./wait-ready.ts";
import { goBack } from "./way-back.ts";

/** The new state is in place, and nothing runs on it yet. */
export type Exchanged = UnderWay & { readonly staged: Staged; readonly stoppedAt: number | undefined };

/** It came up well, or why it has to go back. */
type Outcome =
  | { readonly kind: "well"; readonly result: Extract<RestoreResult, { outcome: "restored" }> }
  | { readonly kind: "ill"; readonly why: Sentence; readonly recovery?: Recovery };

const wayOut = "ctrl-c: the old state is put back";

/** Starts the gateway on the new state, waits, compares; whatever goes wrong puts the old state back. */
export const bringUp = async (place: Exchanged): Promise<RestoreResult> => {
  let outcome: Outcome;
  try {
    outcome = await comeUp(place);
  } catch (error) {
    outcome = { kind: "ill", why: place.signal.aborted ? { say: "was-called-off" } : failureOf(error).said };
  }
  return outcome.kind === "well"
    ? outcome.result
    : await goBack(place, outcome.why, outcome.recovery ?? null);
};

/**
 * Nobody starts it again, and what kept it from starting may pass: a port that somebody else had, a machine so busy that
 * it gave up on itself. A second try costs seconds, and putting back costs the restore. With a supervisor that starts it
 * again by itself it has had its tries.
 */
const mayPass: ReadonlySet<Sentence["say"]> = new Set(["was-not-started", "ended-while-starting"]);

const startUp = async (place: Exchanged): Promise<NotStarted | Readiness> => {
  const { service, signal, tell, journal, clock } = place;
  tell("start", "begun", { say: "asking-to-start", service: service.words }, { wayOut });
  const started = await service.start({ signal });
  if (started.outcome !== "done" && started.outcome !== "already") {
    const said = { say: "was-not-started", because: started.evidence[0] ?? started.outcome } as const;
    tell("start", "failed", said);
    return { kind: "failed", said };
  }
  tell("start", "done", { say: "runs-after", tookMs: started.tookMs });
  journal.append({ step: "noted", at: clock.now(), what: "started", detail: service.words });
  return await watchReady(place, wayOut);
};

type NotStarted = { readonly kind: "failed"; readonly said: Sentence };

const comeUp = async (place: Exchanged): Promise<Outcome> => {
  const { prepared, clock, signal, tell, journal, staged, safety, controllable } = place;
  const warnings = staged.findings.map(({ message }) => message);
  const done = {
    outcome: "restored",
    safetySnapshot: safety,
    files: staged.files,
    bytes: staged.bytes,
    recovery: null,
    readiness: null,
    warnings,
  } as const;
  const lying = await (await place.lookAgain()).read();
  if (prepared.plan.how === "hot") {
    tell("verify", "begun", { say: "waiting-for-config" });
    const verdict = await confirmHotConfig(place);
    if (verdict.kind === "refused") return { kind: "ill", why: verdict.why };
    tell("verify", "done", { say: "config-in-use" });
    return { kind: "well", result: { ...done, vitals: lying.vitals, downtimeMs: 0 } };
  }
  if (!controllable) {
    tell("start", "skipped", { say: "start-it-now" });
    return { kind: "well", result: { ...done, vitals: lying.vitals, downtimeMs: null } };
  }
  let readiness = await startUp(place);
  if (readiness.kind === "failed" && mayPass.has(readiness.said.say)) {
    tell("start", "going-on", { say: "starts-once-more", restMs }, { wayOut });
    await sleep(clock, restMs);
    signal.throwIfAborted();
    readiness = await startUp(place);
  }
  if (readiness.kind === "failed") return { kind: "ill", why: readiness.said };
  const downtimeMs = place.stoppedAt === undefined ? null : clock.steady() - place.stoppedAt;
  if (readiness.kind === "started") {
    warnings.push(english({ say: "will-not-be-ready", failing: readiness.failing }));
  }
  const expected = expectedState(lying, prepared.saved, prepared.scope);
  const { recovery, found } = await compareRecovery(place, expected);
  const faults = recovery.checks.filter(({ verdict }) => verdict === "differs");
  if (faults.length > 0) {
    const things = faults.map(({ what, evidence, said }): Sentence => ({
      say: "thing-differs",
      what,
      because: said ?? asTold(evidence),
    }));
    for (const thing of things) {
      journal.append({ step: "noted", at: clock.now(), what: "mismatch", detail: english(thing) });
    }
    return { kind: "ill", why: { say: "not-as-put-back", things }, recovery };
  }
  journal.append({
    step: "noted",
    at: clock.now(),
    what: "verified",
    detail: `${recovery.checks.length} checks`,
  });
  return { kind: "well", result: { ...done, vitals: found.vitals, recovery, readiness, downtimeMs } };
};
