import type { GatewayPorts, GatewaySettings, Service } from "../../../clients/index.ts";
import {
  abandon,
  beginTakeback,
  placesOf,
  putBack,
  stage,
  swapIn,
  type Journal,
  type Staged,
  type TakebackRoot,
  type Vault,
} from "../../../core/index.ts";
import { age, bytes, ExitCode, Problem, problemOf, type Clock } from "../../../ground/index.ts";
import { saveSnapshot, vaultWithin, type StateSource } from "../../../keeping/index.ts";
import { processState, type StateReading } from "../../../openclaw/index.ts";
import { configuredChannels } from "../../takeback/channels.ts";
import type { RestoreEvent, RestoreStep } from "../../takeback/restore-event.ts";
import { stopsOf } from "../../takeback/restore-plan.ts";
import { verifyRecovery, type Recovery } from "../../takeback/verify-recovery.ts";
import { confirmHotConfig } from "./hot-config.ts";
import { listedSessionKeys } from "./listed-sessions.ts";
import type { PreparedRestore } from "./plan-restore.ts";
import { waitReady, type Readiness } from "./wait-ready.ts";

export type RestoreResult =
  | {
      readonly outcome: "restored";
      readonly safetySnapshot: string;
      readonly recovery: Recovery | null;
      readonly readiness: Readiness | null;
      readonly downtimeMs: number | null;
      readonly files: number;
      readonly bytes: number;
      readonly warnings: readonly string[];
    }
  /** The old state is back; the gateway runs on it again when it ran before. */
  | {
      readonly outcome: "rolled-back";
      readonly why: string;
      readonly safetySnapshot: string;
      readonly running: boolean;
      readonly recovery: Recovery | null;
    }
  /** Nothing live was changed. */
  | { readonly outcome: "called-off"; readonly why: string; readonly running: boolean };

export type RestoreInPlaceOptions = {
  readonly vault: Vault;
  /** Where it lies, when that could be inside of what is restored. */
  readonly vaultPath?: string;
  readonly prepared: PreparedRestore;
  readonly source: StateSource;
  /** The same state looked at anew: after the files have changed places the configuration is another. */
  readonly lookAgain: () => Promise<StateSource>;
  readonly settings: GatewaySettings;
  readonly ports: GatewayPorts;
  readonly service: Service;
  readonly controllable: boolean;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onEvent: (event: RestoreEvent) => void;
  readonly drainBudgetMs?: number;
  readonly readyBudgetMs?: number;
  readonly channelPatienceMs?: number;
  readonly settleMs?: number;
  /** Tells a test how far it has come. */
  readonly onPoint?: (point: string) => void;
};

/**
 * The whole restore on a live host. In order: a snapshot of how it is now; everything new written and checked beside the
 * old (a whole restore does this while the gateway still runs); the gateway stopped through its own supervisor; old and
 * new change places; the gateway started, waited for, compared. What goes wrong before the exchange is called off, what
 * goes wrong after it is put back.
 */
export const restoreInPlace = async (options: RestoreInPlaceOptions): Promise<RestoreResult> => {
  const { prepared, source, service, clock, vault, signal } = options;
  const { plan, scope } = prepared;
  const blocked = stopsOf(plan)[0];
  if (blocked !== undefined) {
    throw new Problem("RESTORE_REFUSED", `Not restored, because: ${blocked.evidence}.`, {
      ...(blocked.wayOut === undefined ? {} : { hint: blocked.wayOut }),
      exit: ExitCode.refused,
    });
  }
  const tell = teller(options);
  const hot = plan.how === "hot";
  const roots = rootsFor(options);
  const own = await processState(process.pid);
  const journal = beginTakeback({
    id: plan.snapshot.id,
    snapshot: plan.snapshot.id,
    stateDir: source.stateDir,
    roots: roots.map(({ prefix, live }) => ({ prefix, live })),
    scope: scope.words,
    runBy: {
      pid: process.pid,
      ...(own.kind === "running" && own.startTime !== undefined ? { startTime: own.startTime } : {}),
    },
    clock,
    ...(options.onPoint === undefined ? {} : { onStep: options.onPoint }),
  });
  let stopped = false;
  let stoppedAt: number | undefined;
  let safety = "";
  let staged: Staged;
  const stopIt = async (): Promise<void> => {
    if (hot || !prepared.wasRunning) return;
    journal.append({ step: "noted", at: clock.now(), what: "stopping", detail: service.words });
    stopped = true;
    stoppedAt = clock.steady();
    await stopGateway(options, tell);
  };
  const stageIt = async (): Promise<Staged> => {
    tell("stage", "begun", "writing the snapshot beside the live state", "ctrl-c: nothing was touched yet");
    const facts =
      scope.extent.kind === "whole" || hot
        ? prepared.facts
        : { ...prepared.facts, live: await vault.liveFacts(plan.snapshot.id, source.plan, signal) };
    const made = await stage(vault, { snapshot: plan.snapshot.id, roots, scope, facts, signal });
    const leases = made.databases.reduce((sum, each) => sum + each.leases, 0);
    tell(
      "stage",
      "done",
      `${made.files} files, ${bytes(made.bytes)} written and read back; ${made.databases.length} databases checked, ${leases} leases of the old process taken out`,
    );
    return made;
  };
  try {
    tell("safety-snapshot", "begun", "a snapshot of how it is now", "ctrl-c: nothing was touched yet");
    const { snapshot: taken } = await saveSnapshot(vault, source, {
      kind: "pre-restore",
      gateway: plan.gateway,
      description: `before the restore of ${plan.snapshot.id}`,
      signal,
    });
    safety = taken.id;
    journal.append({ step: "noted", at: clock.now(), what: "safety-snapshot", detail: safety });
    tell("safety-snapshot", "done", `${safety}: ${bytes(taken.newBytes)} new`);
    // A part is compared with what is live, so nobody may write to that any more.
    if (scope.extent.kind === "whole" || hot) {
      staged = await stageIt();
      await stopIt();
    } else {
      await stopIt();
      staged = await stageIt();
    }
    signal.throwIfAborted();
    tell(
      "swap",
      "begun",
      "old out, new in",
      "from here on an interruption is finished or undone by the next command",
    );
    await swapIn(journal, staged.exchanges, { clock, owner: hot ? "hot" : "must-be-gone" });
    tell("swap", "done", `${staged.exchanges.length} renames; the old state is kept beside it`);
  } catch (error) {
    return await callOff(options, journal, stopped, error, tell);
  }
  return await bringUp({ ...options, tell, journal, safety, staged, stoppedAt });
};

type Tell = (step: RestoreStep, state: RestoreEvent["state"], detail: string, wayOut?: string) => void;

const teller =
  ({ onEvent, clock }: RestoreInPlaceOptions): Tell =>
  (step, state, detail, wayOut) => {
    onEvent({ step, state, detail, at: clock.now(), ...(wayOut === undefined ? {} : { wayOut }) });
  };

const rootsFor = ({
  source,
  prepared: { plan, facts },
  vaultPath,
}: RestoreInPlaceOptions): readonly TakebackRoot[] =>
  source.present
    .filter(({ prefix }) => prefix === "" || facts.snapshot.some(({ path }) => path.startsWith(prefix)))
    .map(({ prefix, path, kind }) => {
      const vault = vaultWithin(path, vaultPath);
      return {
        ...placesOf(prefix, path, plan.snapshot.id),
        kind: kind === "workspace" ? "workspace" : "state",
        ...(vault === undefined ? {} : { vault }),
      };
    });

const stopGateway = async (options: RestoreInPlaceOptions, tell: Tell): Promise<void> => {
  const { service, signal, drainBudgetMs, settleMs } = options;
  tell(
    "stop",
    "begun",
    `asking ${service.words} to stop it`,
    "ctrl-c: it is started again, nothing was touched",
  );
  const result = await service.stop({
    signal,
    ...(drainBudgetMs === undefined ? {} : { drainBudgetMs }),
    ...(settleMs === undefined ? {} : { settleMs }),
    onEvent: (event) => {
      if (event.kind !== "waiting") return;
      const left = age(event.budgetMs - event.elapsedMs);
      tell("stop", "going-on", `draining for ${age(event.elapsedMs)}; it may take up to ${left} more`);
    },
  });
  if (result.outcome === "done" || result.outcome === "already" || result.outcome === "killed") {
    tell("stop", "done", `stopped after ${age(result.tookMs)}`);
    return;
  }
  throw new Problem(
    "GATEWAY_NOT_STOPPED",
    `The gateway was not stopped: ${result.evidence[0] ?? result.outcome}.`,
    {
      hint: result.hint ?? "Stop it by hand, and run the same command again.",
      exit: ExitCode.refused,
    },
  );
};

/** Before the exchange: what was staged goes, and the gateway runs again when it ran. */
const callOff = async (
  options: RestoreInPlaceOptions,
  journal: Journal,
  stopped: boolean,
  error: unknown,
  tell: Tell,
): Promise<RestoreResult> => {
  const { clock, signal } = options;
  const problem = signal.aborted
    ? new Problem("RESTORE_CALLED_OFF", "The restore was called off.", { exit: ExitCode.interrupted })
    : problemOf(error);
  if (journal.records.some(({ step }) => step === "swapping")) {
    // Some of it may have moved: the journal knows, and puts it back.
    return await goBack({ ...options, tell, journal, safety: safetyOf(journal) }, problem.message);
  }
  abandon(journal, problem.message, clock);
  const running = stopped ? await startAgain(options, tell) : options.prepared.wasRunning;
  if (signal.aborted) return { outcome: "called-off", why: problem.message, running };
  throw new Problem(problem.code, problem.message, {
    hint: `${problem.hint ?? "Nothing live was changed."}${stopped ? (running ? " The gateway runs again as before." : " The gateway is stopped: start it.") : ""}`,
    exit: stopped && !running ? ExitCode.needsPerson : problem.exit,
    cause: error,
  });
};

const safetyOf = ({ records }: Journal): string =>
  records.flatMap((record) =>
    record.step === "noted" && record.what === "safety-snapshot" ? [record.detail] : [],
  )[0] ?? "";

const startAgain = async (options: RestoreInPlaceOptions, tell: Tell): Promise<boolean> => {
  const { service } = options;
  tell("start", "begun", `asking ${service.words} to start it again`);
  // Whoever called off still wants it to run.
  try {
    const result = await service.start({ signal: new AbortController().signal });
    const runs = result.outcome === "done" || result.outcome === "already";
    tell("start", runs ? "done" : "failed", runs ? "it runs again" : (result.hint ?? result.outcome));
    return runs;
  } catch (error) {
    // The state is what it was; that it does not run is told, and is no reason to call it lost.
    tell("start", "failed", problemOf(error).message);
    return false;
  }
};

type InPlace = RestoreInPlaceOptions & {
  readonly tell: Tell;
  readonly journal: Journal;
  readonly safety: string;
};

type Staging = { readonly staged: Staged; readonly stoppedAt: number | undefined };

/** It came up well, or why it has to go back. */
type Outcome =
  | { readonly kind: "well"; readonly result: Extract<RestoreResult, { outcome: "restored" }> }
  | { readonly kind: "ill"; readonly why: string; readonly recovery?: Recovery };

const bringUp = async (place: InPlace & Staging): Promise<RestoreResult> => {
  let outcome: Outcome;
  try {
    outcome = await comeUp(place);
  } catch (error) {
    outcome = { kind: "ill", why: place.signal.aborted ? "it was called off" : problemOf(error).message };
  }
  return outcome.kind === "well"
    ? outcome.result
    : await goBack(place, outcome.why, outcome.recovery ?? null);
};

const comeUp = async (place: InPlace & Staging): Promise<Outcome> => {
  const { prepared, service, clock, signal, tell, journal, staged, safety, controllable } = place;
  const { plan } = prepared;
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
  const expected = await (await place.lookAgain()).read();
  if (plan.how === "hot") {
    tell("verify", "begun", "waiting until the gateway has taken the configuration over");
    const verdict = await confirmHotConfig(place);
    if (verdict.kind === "refused") return { kind: "ill", why: verdict.why };
    tell("verify", "done", verdict.words);
    return { kind: "well", result: { ...done, downtimeMs: 0 } };
  }
  if (!controllable) {
    tell(
      "start",
      "skipped",
      "nothing is known about how it is started: start it now, as it was started before",
    );
    return { kind: "well", result: { ...done, downtimeMs: null } };
  }
  tell("start", "begun", `asking ${service.words} to start it`, "ctrl-c: the old state is put back");
  const started = await service.start({ signal });
  if (started.outcome !== "done" && started.outcome !== "already") {
    return { kind: "ill", why: `it was not started: ${started.evidence[0] ?? started.outcome}` };
  }
  tell("start", "done", `runs after ${age(started.tookMs)}`);
  journal.append({ step: "noted", at: clock.now(), what: "started", detail: service.words });
  const readiness = await watchReady(place, "ctrl-c: the old state is put back");
  if (readiness.kind === "failed") return { kind: "ill", why: readiness.evidence };
  const downtimeMs = place.stoppedAt === undefined ? null : clock.steady() - place.stoppedAt;
  if (readiness.kind === "started") {
    warnings.push(
      `It runs, and will not become ready while ${readiness.failing.join(", ")} fails: look at that channel's account. Its provider refuses it; the restore did not change that.`,
    );
  }
  const recovery = await compare(place, expected);
  const fault = recovery.checks.find(({ verdict }) => verdict === "differs");
  if (fault !== undefined) return { kind: "ill", why: `${fault.what}: ${fault.evidence}`, recovery };
  journal.append({
    step: "noted",
    at: clock.now(),
    what: "verified",
    detail: `${recovery.checks.length} checks`,
  });
  return { kind: "well", result: { ...done, recovery, readiness, downtimeMs } };
};

const watchReady = async (place: InPlace, wayOut?: string): Promise<Readiness> => {
  const { settings, service, clock, signal, tell } = place;
  tell("ready", "begun", "waiting until it has started and is ready", wayOut);
  let told = "";
  const readiness = await waitReady({
    settings,
    service,
    clock,
    signal,
    onLook: (words) => {
      if (words !== told) tell("ready", "going-on", words);
      told = words;
    },
    ...(place.readyBudgetMs === undefined ? {} : { budgetMs: place.readyBudgetMs }),
    ...(place.channelPatienceMs === undefined ? {} : { channelPatienceMs: place.channelPatienceMs }),
  });
  const took = age(readiness.tookMs);
  if (readiness.kind === "failed") tell("ready", "failed", readiness.evidence);
  else if (readiness.kind === "ready") tell("ready", "done", `ready after ${took}`);
  else tell("ready", "done", `started after ${took}; not ready because of ${readiness.failing.join(", ")}`);
  return readiness;
};

const compare = async (place: InPlace, expected: StateReading): Promise<Recovery> => {
  const { prepared, settings, ports, tell } = place;
  tell("verify", "begun", "comparing what runs with what was put back");
  const again = await place.lookAgain();
  const found = await again.read();
  const listedKeys = await listedSessionKeys(settings, ports);
  const wanted = prepared.scope.extent.kind === "whole" ? prepared.savedConfig : undefined;
  const live = again.config.kind === "read" ? again.config.config : undefined;
  const skills = (facts: PreparedRestore["facts"]["snapshot"]): number =>
    facts.filter(({ path, type }) => type === "file" && again.classesOf(path).includes("skills")).length;
  const recovery = verifyRecovery({
    expected,
    found,
    ...(listedKeys === undefined ? {} : { listedKeys }),
    channels: { expected: configuredChannels(wanted), found: configuredChannels(live) },
    skills: {
      expected: prepared.scope.extent.kind === "whole" ? skills(prepared.facts.snapshot) : 0,
      found: skills(await place.vault.liveFacts(prepared.plan.snapshot.id, again.plan)),
    },
    boot: { before: newestBoot(expected), after: newestBoot(found) },
  });
  tell(
    "verify",
    recovery.ok ? "done" : "failed",
    recovery.checks.map(({ what, evidence }) => `${what}: ${evidence}`).join("; "),
  );
  return recovery;
};

const newestBoot = ({ boots }: StateReading): string | undefined =>
  boots?.toSorted((left, right) => right.startedAt - left.startedAt)[0]?.bootId;

/** The way back after the exchange: stop what was started, old in, start it again. */
const goBack = async (
  place: InPlace,
  why: string,
  recovery: Recovery | null = null,
): Promise<RestoreResult> => {
  const { service, clock, journal, tell, prepared, settleMs } = place;
  // From here on nothing calls it off any more.
  const signal = new AbortController().signal;
  tell("put-back", "begun", `putting the old state back: ${why}`);
  const hot = prepared.plan.how === "hot";
  if (!hot) {
    const stopped = await service.stop({
      signal,
      whenOver: "kill",
      ...(settleMs === undefined ? {} : { settleMs }),
    });
    const gone = stopped.outcome === "done" || stopped.outcome === "already" || stopped.outcome === "killed";
    // With nobody to ask, a gateway that is not there is as good as one that was stopped: the guard looks again.
    if (!gone && place.controllable) throw stuck(place, why, stopped.evidence[0] ?? stopped.outcome);
  }
  try {
    await putBack(journal, why, { clock, owner: hot ? "hot" : "must-be-gone" });
  } catch (error) {
    throw stuck(place, why, problemOf(error).message);
  }
  tell("put-back", "done", "all of the old state is there again");
  const runs = hot || !prepared.wasRunning || (await startAgain(place, tell));
  const readiness = hot || !prepared.wasRunning || !runs ? undefined : await watchReady({ ...place, signal });
  const running = prepared.wasRunning && runs && readiness?.kind !== "failed";
  return { outcome: "rolled-back", why, safetySnapshot: place.safety, running, recovery };
};

const stuck = ({ journal }: InPlace, why: string, what: string): Problem =>
  new Problem(
    "RESTORE_STUCK",
    `The restore failed (${why}), and the old state could not be put back: ${what}.`,
    {
      hint: `Both states are there: ${journal.path} names them. Stop the gateway for good, then run \`clawback restore rollback\`.`,
      exit: ExitCode.needsPerson,
    },
  );
