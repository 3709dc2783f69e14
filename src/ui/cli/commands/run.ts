import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { constants as system } from "node:os";
import { basename, delimiter, resolve } from "node:path";
import type { Vault } from "../../../core/index.ts";
import { ExitCode, harmlessLine, lendKeyboard, Problem, type Clock } from "../../../ground/index.ts";
import { saveSnapshot } from "../../../keeping/index.ts";
import type { Operation } from "../../../watch/index.ts";
import { planRestore, waitReady } from "../../../watch/effects/index.ts";
import { signalBehind } from "../../interruption.ts";
import { announce } from "../../tell-watchers.ts";
import { defineCommand, type Context } from "../command.ts";
import { refuseReadOnly } from "../confirm.ts";
import { nextCommand } from "../same-world.ts";
import { audit } from "../takeback/audit.ts";
import { carryOut } from "../takeback/carry-out.ts";
import { openDesk, openOwnVault, refuseWaiting, type Desk } from "../takeback/desk.ts";

/** Long enough for an update that restarts the gateway. */
const healthMs = 120_000;

export const command = defineCommand({
  words: ["run"],
  summary: "Run a command with a snapshot right before it, and look whether the gateway is well after it.",
  details: [
    "Takes a snapshot named pre-OPERATION-TIME, runs the command with its input and output untouched, then waits until the",
    "gateway answers and is ready. The exit code is the command's own, or 1 when only the gateway is not well. With",
    "--rollback-on-failure the state goes back to that snapshot when either fails; the exit code is then 6 for put back, or",
    "7 when it could not be, and the command's own code is printed. Standard output belongs to the command: what clawback",
    "says goes to standard error, where with --json the last line is one document.",
    "Made for `openclaw update`, deploys and migrations.",
  ].join("\n"),
  options: {
    name: { kind: "text", value: "OP", help: "what to call it; the command's own name otherwise" },
    "rollback-on-failure": {
      kind: "flag",
      help: "go back when the command fails or the gateway is not well",
    },
  },
  passThrough: true,
  run: async (context, { options, afterDashes }) => {
    const [program] = afterDashes;
    if (program === undefined || program === "") {
      throw new Problem("USAGE_OPERAND", "There is no command to run.", {
        hint: "clawback run -- openclaw update",
        exit: ExitCode.usage,
      });
    }
    refuseReadOnly(context, "A command would be run.");
    // Before a snapshot is taken for nothing.
    if (!isProgram(program, context))
      throw commandMissing(program, "there is no such program that can be run");
    // It is told to every console, and stands in the snapshot.
    const operation = harmlessLine(options.name ?? basename(program), 100);
    await using desk = await openDesk(context);
    refuseWaiting(desk);
    const vault = await openOwnVault(context);
    const { state } = await desk.service.status(context.signal);
    const wasRunning = state === "running" || state === "starting";
    const { snapshot } = await saveSnapshot(vault, await desk.live(), {
      kind: "pre-op",
      gateway: desk.settings.name,
      name: await freeName(vault, nameOf(operation, context.clock)),
      tags: [`operation:${operation}`],
      signal: context.signal,
    });
    const next = (to: string): string => nextCommand(context.flags, desk.settings.name, to);
    const say = (line: string): void => {
      if (!context.flags.json) context.err(`${line}\n`);
    };
    say(`✅ Snapshot ${snapshot.id} (${snapshot.name ?? ""})`);

    const tell = announcing(context, desk, operation);
    await tell();
    const { code, words } = await lendKeyboard(() => runThrough(afterDashes, context)).catch(
      async (error: unknown) => {
        await tell({ ok: false, text: "it could not be run" });
        throw error;
      },
    );
    const health = wasRunning ? await healthAfter(desk, context) : undefined;
    await tell({ ok: code === 0 && health?.well !== false, text: words });
    say(
      `${code === 0 ? "✅" : "❌"} ${operation} ${words}${health === undefined ? "; the gateway did not run before" : `; ${health.words}`}`,
    );
    const failed = code !== 0 || health?.well === false;
    await audit(context, {
      deed: "run",
      gateway: desk.settings.name,
      operation,
      snapshot: snapshot.id,
      exitCode: code,
      outcome: failed ? "failed" : "done",
    });
    const end = (outcome: RunOutcome, exit: ExitCode): ExitCode => {
      const run = { operation, snapshot: snapshot.id, exitCode: code, well: health?.well ?? null, outcome };
      if (context.flags.json) context.err(`${JSON.stringify({ run })}\n`);
      return exit;
    };
    if (!failed) return end("done", ExitCode.fine);
    if (!options["rollback-on-failure"]) {
      say(`   Back to before:  ${next(`snapshots restore ${snapshot.id}`)}`);
      return end("failed", code === 0 ? ExitCode.notFine : kept(code));
    }
    // Whoever asked for the way back asks first where the state stands; why the command failed is said beside it.
    if (!(await goBack(context, desk, vault, snapshot.id))) {
      say(
        `❌ It could not be taken back to ${snapshot.id}. It stands as the command left it; ${operation} ${words}.`,
      );
      return end("not-put-back", ExitCode.needsPerson);
    }
    say(
      [
        `✅ Taken back to ${snapshot.id}; ${operation} ${words}. What it left is kept beside.`,
        `   Keep it so:            ${next("restore accept")}`,
        `   Back to what it left:  ${next("restore rollback")}`,
      ].join("\n"),
    );
    return end("put-back", ExitCode.putBack);
  },
});

type RunOutcome = "done" | "failed" | "put-back" | "not-put-back";

/** What a command does to a gateway on our watch is no outage: said when it begins and when it has ended. */
const announcing = (
  context: Context,
  { fleet, settings }: Desk,
  step: string,
): ((ended?: { readonly ok: boolean; readonly text: string }) => Promise<void>) => {
  const startedAt = context.clock.now();
  const operation: Operation = {
    id: `run-${settings.name}-${startedAt}`,
    kind: "run",
    gateway: settings.name,
    startedAt,
    step,
    disturbs: true,
  };
  return (ended) =>
    announce(
      context,
      fleet,
      ended === undefined ? operation : { ...operation, ended: { at: context.clock.now(), ...ended } },
    );
};

/** `pre-deploy-20261120-101500`. */
const nameOf = (operation: string, clock: Clock): string => {
  const at = new Date(clock.now()).toISOString().replaceAll(/[-:]/g, "").slice(0, 15).replace("T", "-");
  return `pre-${operation.replaceAll(/[^\p{L}\p{N}._-]+/gu, "-").slice(0, 60)}-${at}`;
};

/** Two operations may begin in one second. */
const freeName = async (vault: Vault, wanted: string): Promise<string> => {
  const taken = new Set((await vault.list()).snapshots.map(({ name }) => name));
  let name = wanted;
  for (let number = 2; taken.has(name); number += 1) name = `${wanted}-${number}`;
  return name;
};

type Over = { readonly code: number; readonly words: string };

/**
 * The command has the terminal to itself; ctrl-c goes to it as to any program in the foreground. What ends us alone is
 * passed on: it would go on with nobody to look after it.
 */
const runThrough = (argv: readonly string[], { env, cwd, signal }: Context): Promise<Over> => {
  const [program = "", ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env: { ...env }, stdio: "inherit" });
    const passOn = (): void => {
      const name = signalBehind(signal);
      if (name !== undefined && name !== "SIGINT") child.kill(name);
    };
    signal.addEventListener("abort", passOn, { once: true });
    if (signal.aborted) passOn();
    child.once("error", (error) => {
      signal.removeEventListener("abort", passOn);
      reject(commandMissing(program, error.message));
    });
    child.once("exit", (code, name) => {
      signal.removeEventListener("abort", passOn);
      resolve(
        name === null
          ? { code: code ?? 0, words: `ended with exit code ${code}` }
          : { code: byShellsRule(name), words: `was ended by ${name}` },
      );
    });
  });
};

const byShellsRule = (name: NodeJS.Signals): number => 128 + system.signals[name];

/** As a shell would find it: where it says when there is a slash in it, else along PATH. */
const isProgram = (program: string, { env, cwd }: Context): boolean => {
  const places = program.includes("/") ? [""] : (env["PATH"] ?? "/usr/bin:/bin").split(delimiter);
  return places.some((place) => {
    try {
      accessSync(resolve(cwd, place, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
};

const commandMissing = (program: string, why: string): Problem =>
  new Problem("COMMAND_MISSING", `${harmlessLine(program, 200)} cannot be run: ${harmlessLine(why, 200)}.`, {
    hint: "Nothing was changed. Check its name and PATH.",
    exit: ExitCode.usage,
  });

const healthAfter = async (
  { settings, service }: Desk,
  { clock, err }: Context,
): Promise<{ readonly well: boolean; readonly words: string }> => {
  const seen = await waitReady({
    settings,
    service,
    clock,
    // The command may have been interrupted; whether the gateway is well is then the question.
    signal: new AbortController().signal,
    budgetMs: healthMs,
    onLook: () => undefined,
  });
  switch (seen.kind) {
    case "ready":
      return {
        well: true,
        words: `the gateway is ready${seen.version === undefined ? "" : `, version ${seen.version}`}`,
      };
    case "started":
      err(`⚠️ ${seen.failing.join(", ")} is not ready\n`);
      return { well: true, words: `the gateway runs, without ${seen.failing.join(", ")}` };
    case "failed":
      return { well: false, words: `the gateway is not well: ${seen.evidence}` };
  }
};

/** Whether all of it is back. */
const goBack = async (context: Context, desk: Desk, vault: Vault, id: string): Promise<boolean> => {
  const { settings, service, controllable } = desk;
  const { clock } = context;
  const signal = new AbortController().signal;
  const source = await desk.live();
  const common = { vault, source, settings, service, controllable, clock, signal };
  const prepared = await planRestore({
    ...common,
    snapshot: await vault.show(id),
    choice: { only: [], except: [] },
    readOnly: false,
  });
  const result = await carryOut(context, desk, { vault, prepared, source, deed: "run-rollback", signal });
  return result.outcome === "restored";
};

/** The command's exit code is its own, whatever number it is. */
const kept = (code: number): ExitCode => code as ExitCode;
