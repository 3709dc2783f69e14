import { existsSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import {
  openJournal,
  parseDuration,
  phaseOf,
  realPlace,
  recoverPending,
  sweepKept,
  workOf,
  type Journal,
  type Recovered,
} from "../core/index.ts";
import { ExitCode, isProblem, problemOf, Problem } from "../ground/index.ts";
import { profileOfDirectory } from "../openclaw/index.ts";
import type { Event } from "../watch/index.ts";
import type { Context } from "./cli/command.ts";
import { inSameWorld, ofGateway } from "./cli/same-world.ts";
import { auditEnded } from "./cli/takeback/audit.ts";
import { hasConfigFile, recoveryDefaults } from "./config/places.ts";

/** What was found of an interrupted restore, and what became of it. */
export type RecoveredRestore = {
  /** Links resolved. */
  readonly stateDir: string;
  /** Whose it is, where the restore knew. */
  readonly gateway: string | undefined;
  readonly outcome:
    | Exclude<Recovered, { kind: "nothing" }>
    | { readonly kind: "stuck"; readonly problem: Problem }
    /** Old states that nobody asked back in time were deleted. */
    | { readonly kind: "swept"; readonly words: string; readonly accepted: boolean };
};

/**
 * Whatever of ours starts brings a restore that was interrupted to an end first, because nothing that is read in
 * between can be trusted. Looked at are the state directories that this run could be about, and those of this home: one
 * that is missing between old and new would not be found otherwise. With `--read-only` it is only said.
 */
export const recoverRestores = async (context: Context): Promise<readonly RecoveredRestore[]> => {
  const found: RecoveredRestore[] = [];
  for (const stateDir of new Set((await candidates(context)).map(realPlace))) {
    const begun = begunAt(stateDir);
    const gateway = begun?.gateway;
    for (const look of [sweep, recover]) {
      const outcome = await look(context, stateDir).catch((error: unknown): Outcome => ({
        kind: "stuck",
        problem: problemOf(error),
      }));
      if (outcome === undefined) continue;
      found.push({ stateDir, gateway, outcome });
      const ended = endOf(outcome);
      if (ended === undefined) continue;
      const { snapshot, session } = begun ?? {};
      await auditEnded(context, { gateway: gateway ?? stateDir, snapshot, session, outcome: ended });
    }
  }
  return found;
};

type Outcome = RecoveredRestore["outcome"];

/** What was done here about a restore; undefined: it was only looked at. */
const endOf = (outcome: Outcome): "abandoned" | "put-back" | "accepted" | "swapped" | undefined => {
  switch (outcome.kind) {
    case "abandoned":
    case "put-back":
    case "accepted":
    case "swapped":
      return outcome.kind;
    case "swept":
      return outcome.accepted ? "accepted" : undefined;
    case "running":
    case "waiting":
    case "stuck":
      return undefined;
  }
};

/** Without a journal that can be read it is not known; whoever goes on says why. */
const begunAt = (stateDir: string): Journal["begun"] | undefined => {
  try {
    return openJournal(stateDir)?.begun;
  } catch (error) {
    if (isProblem(error)) return undefined;
    throw error;
  }
};

const recover = async ({ clock, flags }: Context, stateDir: string): Promise<Outcome | undefined> => {
  const journal = openJournal(stateDir);
  if (journal === undefined) return undefined;
  if (flags["read-only"] && phaseOf(journal.records) !== "in-place") return notNow(workOf(journal.begun));
  const recovered = await recoverPending(stateDir, { clock });
  return recovered.kind === "nothing" ? undefined : recovered;
};

/** Old states that nobody asked back within the time of the configuration are deleted, and it is said. */
const sweep = async (context: Context, stateDir: string): Promise<Outcome | undefined> => {
  const { clock, cwd, env, flags } = context;
  if (flags["read-only"] || !existsSync(dirname(stateDir))) return undefined;
  const { acceptWithin } = hasConfigFile(flags.config, env, cwd)
    ? (await context.config()).recovery
    : recoveryDefaults;
  const swept = await sweepKept(stateDir, { clock, withinMs: parseDuration(acceptWithin) });
  return swept === undefined
    ? undefined
    : { kind: "swept", words: swept.words, accepted: swept.accepted !== undefined };
};

const notNow = (work: string): Outcome => ({
  kind: "stuck",
  problem: new Problem(
    "RESTORE_INTERRUPTED",
    `${work.charAt(0).toUpperCase()}${work.slice(1)} was interrupted, and is not brought to an end with --read-only.`,
    { hint: "Run `clawback restore status` without --read-only.", exit: ExitCode.refused },
  ),
});

const candidates = async (context: Context): Promise<readonly string[]> => {
  const { cwd, env, flags } = context;
  const named = flags["state-dir"];
  if (named !== undefined) return [resolve(cwd, named)];
  const configured = hasConfigFile(flags.config, env, cwd) ? (await context.config()).gateways : [];
  const told = env["OPENCLAW_STATE_DIR"];
  return [
    ...configured.flatMap(({ stateDir }) => stateDir ?? []),
    ...(told === undefined || told === "" ? [] : [resolve(cwd, told)]),
    ...inHome(env["HOME"]),
  ];
};

const inHome = (home: string | undefined): readonly string[] => {
  if (home === undefined || !existsSync(home)) return [];
  const directories = readdirSync(home)
    .map((name) => /^(\.(?:openclaw|clawdbot)(?:-[^.]+)?)\.clawback-restore\.jsonl$/.exec(name)?.[1] ?? "")
    .filter((name) => profileOfDirectory(name) !== undefined);
  return directories.map((name) => join(home, name));
};

/** Says what was found, beside the answer. */
export const sayRecovered = (
  recovered: readonly RecoveredRestore[],
  { err, flags }: Pick<Context, "err" | "flags">,
): void => {
  for (const line of recoveredLines(recovered)) err(`${inSameWorld(line, flags)}\n`);
};

/** One sentence each for a person; a restore that only waits to be accepted is no news. */
const recoveredLines = (recovered: readonly RecoveredRestore[]): readonly string[] =>
  recovered.flatMap(({ outcome, gateway, stateDir }) => {
    const whose = gateway ?? stateDir;
    const named = ofGateway(gateway);
    switch (outcome.kind) {
      case "waiting":
        return [];
      case "stuck": {
        const { message, hint } = outcome.problem;
        return [`! ${whose}: ${message}`, ...(hint === undefined ? [] : [`  ${hint}`])];
      }
      case "swept":
      case "running":
        return [`! ${whose}: ${outcome.words}`];
      case "abandoned":
      case "accepted":
      case "put-back":
      case "swapped":
        return [
          `! ${whose}: ${outcome.words}`,
          ...(outcome.gatewayStopped
            ? [
                "  It had stopped the gateway.",
                `  Whether it runs:  clawback service status${named}`,
                `  To start it:      clawback service start${named}`,
              ]
            : []),
          ...(outcome.kind === "swapped"
            ? [
                `  Keep it so:       clawback restore accept${named}`,
                `  Back to before:   clawback restore rollback${named}`,
              ]
            : []),
        ];
    }
  });

/** For whoever is about to read or change this very state: it must be one state, and nobody else's to change now. */
export const refuseUnsettled = (
  recovered: readonly RecoveredRestore[],
  stateDir: string,
  onlyLooks = false,
): void => {
  const found = recovered.find((each) => each.stateDir === realPlace(stateDir));
  const own = found?.outcome;
  if (own?.kind === "stuck") throw own.problem;
  if (own?.kind !== "running" || onlyLooks) return;
  throw new Problem("RESTORE_RUNNING", own.words, {
    hint: `Wait until it has ended; \`clawback restore status${ofGateway(found?.gateway)}\` says how far it is.`,
    exit: ExitCode.refused,
  });
};

/** The same for whoever watches: marks on the time axis, and trouble where a person is needed. */
export const recoveredEvents = (
  recovered: readonly RecoveredRestore[],
  gateways: readonly { readonly name: string; readonly stateDir?: string }[],
  at: number,
): readonly Event[] =>
  recovered.flatMap(({ gateway, stateDir, outcome }): Event[] => {
    if (outcome.kind === "waiting" || outcome.kind === "running") return [];
    if (outcome.kind === "stuck") {
      const { code, message } = outcome.problem;
      return [{ kind: "trouble", at, trouble: { at, effect: "restore", code, message } }];
    }
    const known = gateways.find(
      (each) => each.stateDir !== undefined && realPlace(each.stateDir) === stateDir,
    );
    const name = known?.name ?? gateway;
    const whose = name === undefined ? {} : { gateway: name };
    return [{ kind: "mark", at, mark: { at, text: outcome.words, by: "clawback", ...whose } }];
  });
