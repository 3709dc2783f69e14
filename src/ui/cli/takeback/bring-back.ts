import { beginTakeback, laidOut, thisRun, type Vault } from "../../../core/index.ts";
import { counted, ExitCode, Problem, problemOf } from "../../../ground/index.ts";
import { saveSnapshot, type StateSource } from "../../../keeping/index.ts";
import type { DeletedArchive } from "../../../openclaw/index.ts";
import {
  afterStop,
  importArchive,
  isStillDraining,
  stopGateway,
  teller,
  withState,
} from "../../../watch/effects/index.ts";
import { undeleting } from "../../../watch/index.ts";
import { announce } from "../../tell-watchers.ts";
import type { Context } from "../command.ts";
import { nextCommand } from "../same-world.ts";
import { audit } from "./audit.ts";
import type { Desk } from "./desk.ts";
import { tellRestore } from "./event-line.ts";

export type BringBack = {
  readonly key: string;
  readonly archive: DeletedArchive;
  readonly vault: Vault;
  readonly source: StateSource;
  readonly program: string;
  readonly reason?: string;
};

/** The stop and the start of a gateway, and a few seconds of OpenClaw's between them. */
const usualMs = 60_000;

/**
 * A snapshot, the gateway stopped, the import, the gateway started again: also when the import failed. The journal beside the
 * state directory says so to everybody, and to whoever comes after one that was killed.
 */
export const bringBack = async (context: Context, desk: Desk, work: BringBack): Promise<ExitCode> => {
  const { key, archive, vault, source, program, reason } = work;
  const { settings, service, fleet, stateDir } = desk;
  const { clock, signal } = context;
  const { state } = await service.status(signal);
  const wasRunning = state === "running" || state === "starting";
  if (wasRunning && !desk.controllable) {
    throw new Problem(
      "GATEWAY_NOT_OURS",
      `${settings.name} runs, and nothing is known about how it is stopped and started.`,
      {
        hint: `Name its \`service\` in the configuration, or stop it by hand first. Nothing was changed.`,
        exit: ExitCode.refused,
      },
    );
  }
  const tell = teller({ clock, onEvent: tellRestore(context) });
  tell("safety-snapshot", "begun", { say: "snapshot-of-now" });
  const { snapshot } = await saveSnapshot(vault, source, {
    kind: "pre-op",
    gateway: settings.name,
    description: `before ${key} was brought back`,
    signal,
  });
  tell("safety-snapshot", "done", { say: "as-told", text: snapshot.id });
  const journal = beginTakeback({
    id: snapshot.id,
    snapshot: snapshot.id,
    stateDir: source.stateDir,
    roots: [],
    scope: `session ${key}`,
    session: key,
    runBy: await thisRun(),
    gateway: settings.name,
    downtimeMs: usualMs,
    clock,
  });
  const note = (what: string, detail: string): void => {
    journal.append({ step: "noted", at: clock.now(), what, detail });
  };
  const operation = undeleting({
    session: key,
    gateway: settings.name,
    startedAt: journal.begun.at,
    expectedMs: usualMs,
  });
  await announce(context, fleet, operation);
  let failure: unknown;
  let stopped = false;
  try {
    if (wasRunning) {
      note("stopping", service.words);
      stopped = true;
      await stopGateway({
        clock,
        service,
        signal,
        tell,
        journal,
        wayOut: "ctrl-c: it is started again, nothing was changed",
      });
    }
    await importArchive({
      key,
      archive,
      stateDir,
      read: source.read,
      program,
      env: { ...context.env },
      signal,
      onLayingOut: (path) => {
        note(laidOut, path);
      },
    });
  } catch (error) {
    failure = error ?? new Error("it failed without a word");
  }
  // Whatever came of it: what we stopped runs again, once it has ended.
  const stands = stopped ? await afterStop({ settings, service, clock, signal, tell }, failure) : undefined;
  journal.close();
  const back = (await source.read()).sessions.find((session) => session.key === key);
  // Called off while OpenClaw took it in, it may be there all the same.
  const isBack = failure === undefined || back !== undefined;
  const outcome = isBack ? "done" : "failed";
  await announce(context, fleet, { ...operation, ended: { at: clock.now(), ok: isBack, text: outcome } });
  await audit(context, {
    deed: "session-undelete",
    gateway: settings.name,
    session: key,
    snapshot: snapshot.id,
    outcome,
    ...(reason === undefined ? {} : { reason }),
  });
  if (!isBack) throw withState(whyNotBack(signal, failure, key), stands);
  const runs = stands?.say === "runs-as-before";
  const messages = back?.messages;
  const isDown = wasRunning && !runs;
  context.out(
    context.flags.json
      ? `${JSON.stringify({ result: { outcome: "undeleted", key, messages: messages ?? null, safetySnapshot: snapshot.id, running: runs, wasRunning } })}\n`
      : [
          `✅ ${key} is back with ${counted(messages, "message")}.`,
          `   As it was before: snapshot ${snapshot.id}`,
          ...(isDown
            ? [`❌ The gateway is not ready: ${nextCommand(context.flags, settings.name, "service status")}`]
            : []),
          "",
        ].join("\n"),
  );
  return isDown ? ExitCode.needsPerson : ExitCode.fine;
};

/** Whoever called it off is told what became of that, like anybody else. */
const whyNotBack = (signal: AbortSignal, failure: unknown, key: string): Problem =>
  signal.aborted && !isStillDraining(failure)
    ? new Problem("UNDELETE_CALLED_OFF", `${key} was not brought back: it was called off.`, {
        exit: ExitCode.interrupted,
      })
    : problemOf(failure);
