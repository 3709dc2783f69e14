import { existsSync } from "node:fs";
import { join } from "node:path";
import { cleanStaged, type ChosenAmount, type FileRow, type Finding } from "../../../core/index.ts";
import { bytes, count, counted, ExitCode, Problem, shellWord } from "../../../ground/index.ts";
import { choosePaths, isInPlaceOfLost, pathsChosen, refuseTarget } from "../../../keeping/index.ts";
import { openConfiguredVault } from "../../vault-source.ts";
import type { Context } from "../command.ts";
import { refuseReadOnly } from "../confirm.ts";
import { nextCommand } from "../same-world.ts";
import { findingLines, findOne, noteLines, showProgress } from "../vault/index.ts";

export type Beside = {
  readonly target: string;
  readonly only: readonly string[];
  readonly except: readonly string[];
  readonly dryRun: boolean;
};

/** Lays a snapshot, or a choice of it, out in a directory of its own. Nothing live is touched. */
export const restoreBeside = async (
  context: Context,
  ref: string,
  { target, only, except, dryRun }: Beside,
): Promise<ExitCode> => {
  const { flags, out, err, progress, signal } = context;
  const { vault, settings } = await openConfiguredVault(context);
  const found = await findOne(context, await vault.list(), ref);
  err(noteLines([found], context));
  const { id, gateway } = found.snapshot;
  const start = nextCommand(flags, gateway ?? undefined, "service start");
  refuseTarget(target, settings.path, found.snapshot);
  const inItsPlace = isInPlaceOfLost(target, found.snapshot.stateDir);
  const [chosen, within] = [choosePaths(only, except), pathsChosen(only)];
  const planOf = ({ names, ...amount }: ChosenAmount) => {
    if (names > 0) return { snapshot: id, target, only, except, ...amount };
    throw new Problem("NOTHING_CHOSEN", `Nothing in ${id} is meant by that choice.`, {
      hint: `clawback snapshots show ${id} --files lists what is in it.`,
      exit: ExitCode.usage,
    });
  };
  if (dryRun) {
    const plan = planOf(await amountOf(vault.files(id), chosen));
    out(
      flags.json
        ? `${JSON.stringify({ plan, result: { outcome: "planned" } })}\n`
        : `Would restore ${counted(plan.files, "file")} (${bytes(plan.bytes)}) of ${id} to ${target}. Nothing was written.\n`,
    );
    return ExitCode.fine;
  }
  refuseReadOnly(context, `${target} would be written.`);
  let plan: ReturnType<typeof planOf> | undefined;
  const restored = await vault
    .restoreTo(id, target, {
      signal,
      onChosen: (amount) => {
        plan = planOf(amount);
      },
      onProgress: showProgress(context),
      ...(chosen === undefined ? {} : { select: chosen }),
      ...(within === undefined ? {} : { within }),
    })
    .finally(() => {
      progress(undefined);
      if (signal.aborted) err(`Interrupted: ${target} is not complete. The same command completes it.\n`);
    });
  // Only a whole state is something a gateway can be started on: rows that name the old process must not stop it.
  const damaged: Finding[] = [];
  const onDamaged = (finding: Finding): void => void damaged.push(finding);
  const databases = chosen === undefined ? await cleanStaged(target, vault.hands, { onDamaged }) : [];
  const findings = [...restored.findings, ...damaged];
  out(
    flags.json
      ? `${JSON.stringify({ plan, result: { outcome: "restored", target, ...restored, findings, databases } })}\n`
      : [
          `${findings.length === 0 ? "✅" : "⚠️"} Restored snapshot: ${id}`,
          `✅ Files: ${count(restored.files)} (${bytes(restored.bytes)}) in ${target}`,
          ...(restored.alreadyRight === 0
            ? []
            : [`✅ ${count(restored.alreadyRight)} of them were there already`]),
          ...(databases.length === 0
            ? []
            : [
                `✅ Databases: ${count(databases.length)} checked; rows that name the old process are taken out`,
              ]),
          ...findingLines(findings),
          ...(inItsPlace && chosen === undefined
            ? movesLeft(target, (await vault.carried(id)).roots, start)
            : []),
          "",
        ].join("\n"),
  );
  const isFine = damaged.length === 0 && findings.every(({ code }) => code !== "NOT_RESTORED");
  return isFine ? ExitCode.fine : ExitCode.notFine;
};

/** What has places of its own outside, and lies inside until somebody moves it there. */
const movesLeft = (
  target: string,
  roots: readonly { readonly prefix: string; readonly path: string }[],
  start: string,
): readonly string[] => [
  ...roots
    .filter(({ prefix }) => prefix !== "")
    .map(({ prefix, path }) => ({ from: join(target, prefix), path }))
    .filter(({ from }) => existsSync(from))
    .map(({ from, path }) =>
      existsSync(path)
        ? `⚠️ ${from} was ${path}, and something lies there: see which of both you want, and take this one out.`
        : `⚠️ ${from} has a place of its own. Move it there: mv ${shellWord(from)} ${shellWord(path)}`,
    ),
  `The state directory is there again. Start its gateway: ${start}`,
];

const amountOf = async (
  files: AsyncIterable<FileRow>,
  chosen: ((path: string) => boolean) | undefined,
): Promise<ChosenAmount> => {
  let [names, amount, size] = [0, 0, 0];
  for await (const { type, path, size: own } of files) {
    if (type === "directory" || chosen?.(path) === false) continue;
    names += 1;
    if (type === "file" || type === "hardlink") amount += 1;
    size += own;
  }
  return { names, files: amount, bytes: size };
};
