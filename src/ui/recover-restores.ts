import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { openJournal, phaseOf, recoverPending, realPlace, type Recovered } from "../core/index.ts";
import { ExitCode, problemOf, Problem } from "../ground/index.ts";
import { profileOfDirectory } from "../openclaw/index.ts";
import type { Context } from "./cli/command.ts";
import { hasConfigFile } from "./config/places.ts";

/** What was found of an interrupted restore, and what became of it. */
export type RecoveredRestore = {
  /** Links resolved. */
  readonly stateDir: string;
  /** Whose it is, where the restore knew. */
  readonly gateway: string | undefined;
  readonly outcome:
    Exclude<Recovered, { kind: "nothing" }> | { readonly kind: "stuck"; readonly problem: Problem };
};

/**
 * Whatever of ours starts brings a restore that was interrupted to an end first, because nothing that is read in
 * between can be trusted. Looked at are the state directories that this run could be about, and those of this home: one
 * that is missing between old and new would not be found otherwise. With `--read-only` it is only said.
 */
export const recoverRestores = async (context: Context): Promise<readonly RecoveredRestore[]> => {
  const found: RecoveredRestore[] = [];
  for (const stateDir of new Set((await candidates(context)).map(realPlace))) {
    const recovered = await recoverOne(context, stateDir);
    if (recovered !== undefined) found.push(recovered);
  }
  return found;
};

const recoverOne = async (context: Context, stateDir: string): Promise<RecoveredRestore | undefined> => {
  try {
    const journal = openJournal(stateDir);
    if (journal === undefined) return undefined;
    const { gateway } = journal.begun;
    const outcome =
      context.flags["read-only"] && phaseOf(journal.records) !== "in-place"
        ? notNow(journal.begun.snapshot)
        : await recoverPending(stateDir, { clock: context.clock });
    return outcome.kind === "nothing" ? undefined : { stateDir, gateway, outcome };
  } catch (error) {
    return { stateDir, gateway: undefined, outcome: { kind: "stuck", problem: problemOf(error) } };
  }
};

const notNow = (snapshot: string): RecoveredRestore["outcome"] => ({
  kind: "stuck",
  problem: new Problem(
    "RESTORE_INTERRUPTED",
    `The restore of ${snapshot} was interrupted, and is not brought to an end with --read-only.`,
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

/** One sentence each for a person; a restore that only waits to be accepted is no news. */
export const recoveredLines = (recovered: readonly RecoveredRestore[]): readonly string[] =>
  recovered.flatMap(({ outcome, gateway, stateDir }) => {
    const whose = gateway ?? stateDir;
    switch (outcome.kind) {
      case "waiting":
        return [];
      case "stuck": {
        const { message, hint } = outcome.problem;
        return [`! ${whose}: ${message}`, ...(hint === undefined ? [] : [`  ${hint}`])];
      }
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
                "  It had stopped the gateway. `clawback service status` says whether it runs,",
                "  `clawback service start` starts it.",
              ]
            : []),
        ];
    }
  });

/** For whoever is about to read or change this very state: it must be one state, and nobody else's to change now. */
export const refuseUnsettled = (recovered: readonly RecoveredRestore[], stateDir: string): void => {
  const own = recovered.find((each) => each.stateDir === realPlace(stateDir))?.outcome;
  if (own?.kind === "stuck") throw own.problem;
  if (own?.kind !== "running") return;
  throw new Problem("RESTORE_RUNNING", own.words, {
    hint: "Wait until it has ended; `clawback restore status` says how far it is.",
    exit: ExitCode.refused,
  });
};
