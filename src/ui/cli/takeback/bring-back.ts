import type { Vault } from "../../../core/index.ts";
import { counted, ExitCode, Problem } from "../../../ground/index.ts";
import { saveSnapshot, type StateSource } from "../../../keeping/index.ts";
import type { DeletedArchive } from "../../../openclaw/index.ts";
import {
  importArchive,
  isStillDraining,
  runAgain,
  stopGateway,
  teller,
} from "../../../watch/effects/index.ts";
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

/** A snapshot, the gateway stopped, the import, the gateway started again: also when the import failed. */
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
  const startedAt = clock.now();
  const operation = {
    id: `undelete-${settings.name}-${startedAt}`,
    kind: "run",
    gateway: settings.name,
    startedAt,
    step: `session undelete ${key}`,
    disturbs: true,
  } as const;
  await announce(context, fleet, operation);
  let outcome = "failed";
  let drains = false;
  let runs = false;
  try {
    if (wasRunning) {
      await stopGateway({
        clock,
        service,
        signal,
        tell,
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
    });
    outcome = "done";
  } catch (error) {
    drains = isStillDraining(error);
    throw error;
  } finally {
    // Whatever came of it: what we stopped runs again, once it has ended.
    if (wasRunning && !drains) runs = (await runAgain({ settings, service, clock, tell })) === "ready";
    await announce(context, fleet, {
      ...operation,
      ended: { at: clock.now(), ok: outcome === "done", text: outcome },
    });
    await audit(context, {
      deed: "session-undelete",
      gateway: settings.name,
      session: key,
      snapshot: snapshot.id,
      outcome,
      ...(reason === undefined ? {} : { reason }),
    });
  }
  const messages = (await source.read()).sessions.find((session) => session.key === key)?.messages;
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
