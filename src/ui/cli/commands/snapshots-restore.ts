import { resolve } from "node:path";
import type { FileRow } from "../../../core/index.ts";
import { bytes, count, ExitCode, Problem } from "../../../ground/index.ts";
import { choosePaths } from "../../../keeping/index.ts";
import { openConfiguredVault } from "../../vault-source.ts";
import { defineCommand } from "../command.ts";
import { refuseReadOnly } from "../confirm.ts";
import { findingLines, findOne, noteLines, showProgress } from "../vault/index.ts";

export const command = defineCommand({
  words: ["snapshots", "restore"],
  summary: "Write a snapshot into a directory of its own.",
  details: [
    "--only and --except take what files are for (config, credentials, sessions, memory, workspace, gateway, media, skills,",
    "logs, other, agent:ID) or paths as `clawback snapshots show` lists them. Every file is read back after it was written;",
    "a restore that was interrupted goes on where it stopped.",
  ].join("\n"),
  operands: { usage: "REF", least: 1, most: 1 },
  options: {
    target: { kind: "text", value: "DIR", help: "the directory to write; it must be new or empty" },
    only: { kind: "texts", value: "WHAT", help: "only this; may be repeated" },
    except: { kind: "texts", value: "WHAT", help: "all but this; may be repeated" },
    "dry-run": { kind: "flag", help: "only say what would be written" },
  },
  run: async (context, { options, operands: [ref = ""] }) => {
    if (options.target === undefined) {
      throw new Problem("USAGE_VALUE", `"snapshots restore" needs --target DIR.`, { exit: ExitCode.usage });
    }
    const { flags, out, err, progress, signal } = context;
    const { vault } = await openConfiguredVault(context);
    const found = await findOne(context, await vault.list(), ref);
    err(noteLines([found]));
    const { id } = found.snapshot;
    const target = resolve(context.cwd, options.target);
    const chosen = choosePaths(options.only, options.except);
    const plan = {
      snapshot: id,
      target,
      only: options.only,
      except: options.except,
      ...(await amountOf(vault.files(id), chosen)),
    };
    if (plan.files === 0) {
      throw new Problem("NOTHING_CHOSEN", `Nothing in ${id} is meant by that choice.`, {
        hint: `clawback snapshots show ${id} --files lists what is in it.`,
        exit: ExitCode.usage,
      });
    }
    if (options["dry-run"]) {
      out(
        flags.json
          ? `${JSON.stringify({ plan, result: { outcome: "planned" } })}\n`
          : `Would restore ${count(plan.files)} files (${bytes(plan.bytes)}) of ${id} to ${target}. Nothing was written.\n`,
      );
      return ExitCode.fine;
    }
    refuseReadOnly(context, "A snapshot would be restored.");
    const restored = await vault
      .restoreTo(id, target, {
        signal,
        onProgress: showProgress(context),
        ...(chosen === undefined ? {} : { select: chosen }),
      })
      .finally(() => {
        progress(undefined);
      });
    const { findings } = restored;
    out(
      flags.json
        ? `${JSON.stringify({ plan, result: { outcome: "restored", ...restored } })}\n`
        : [
            `${findings.length === 0 ? "✅" : "⚠️"} Restored snapshot: ${id}`,
            `✅ Files: ${count(restored.files)} (${bytes(restored.bytes)}) in ${target}`,
            ...(restored.alreadyRight === 0
              ? []
              : [`✅ ${count(restored.alreadyRight)} of them were there already`]),
            ...findingLines(findings),
            "",
          ].join("\n"),
    );
    return findings.some(({ code }) => code === "NOT_RESTORED") ? ExitCode.notFine : ExitCode.fine;
  },
});

const amountOf = async (
  files: AsyncIterable<FileRow>,
  chosen: ((path: string) => boolean) | undefined,
): Promise<{ readonly files: number; readonly bytes: number }> => {
  let [amount, size] = [0, 0];
  for await (const file of files) {
    if (file.type === "directory" || chosen?.(file.path) === false) continue;
    amount += 1;
    size += file.size;
  }
  return { files: amount, bytes: size };
};
