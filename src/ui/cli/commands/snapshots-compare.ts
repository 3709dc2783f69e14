import { existsSync } from "node:fs";
import { hostname } from "node:os";
import type { SnapshotSummary } from "../../../core/index.ts";
import { ExitCode, Problem } from "../../../ground/index.ts";
import { compareFile, compareSnapshots, type ComparedSide } from "../../../keeping/index.ts";
import { openConfiguredVault } from "../../vault-source.ts";
import { defineCommand, type Context } from "../command.ts";
import { comparisonText, findOne, noteLines } from "../vault/index.ts";

export const command = defineCommand({
  words: ["snapshots", "compare"],
  summary: "Say what is different between two snapshots, or between one and now (`live`).",
  details: [
    "Vitals, then sessions, databases, the configuration with its secrets hidden, and files. With --file the difference",
    "of one file, line by line. `live` is the state directory that the snapshot was taken of, unless --gateway or",
    "--state-dir names another. Differences are no failure: it exits 0 when it could compare.",
  ].join("\n"),
  operands: { usage: "A B|live", least: 2, most: 2 },
  options: {
    file: { kind: "text", value: "PATH", help: "one file, as a unified difference" },
    limit: { kind: "number", value: "N", help: "lines of each list (20); 0 for all" },
  },
  run: async (context, { options, operands: [a = "", b = ""] }) => {
    if (a === "live" && b === "live") {
      throw new Problem("USAGE_OPERAND", "live is compared with a snapshot, not with itself.", {
        exit: ExitCode.usage,
      });
    }
    const { vault } = await openConfiguredVault(context);
    const listed = await vault.list();
    const savedSide = async (ref: string): Promise<SnapshotSummary> => {
      const found = await findOne(context, listed, ref);
      context.err(noteLines([found], context));
      return found.snapshot;
    };
    const [first, second] = [
      a === "live" ? undefined : await savedSide(a),
      b === "live" ? undefined : await savedSide(b),
    ];
    const sideOf = async (saved: SnapshotSummary | undefined): Promise<ComparedSide> => {
      if (saved !== undefined) return { id: saved.id };
      const { stateToSave } = await import("../../state-to-save.ts");
      return { live: (await stateToSave(aboutWhatWasSaved(context, first ?? second))).source };
    };
    const [before, after] = [await sideOf(first), await sideOf(second)];
    const { flags, out } = context;
    if (options.file !== undefined) {
      const { difference, ...names } = await compareFile(vault, before, after, options.file);
      if (flags.json) out(`${JSON.stringify({ ...names, ...difference })}\n`);
      else out(fileText(options.file, difference));
      return ExitCode.fine;
    }
    const comparison = await compareSnapshots(vault, before, after, context.signal);
    if (flags.json) out(`${JSON.stringify(comparison)}\n`);
    else out(comparisonText(comparison, options.limit ?? 20));
    return ExitCode.fine;
  },
});

/** Where nobody says which state is meant, it is the one that the snapshot was taken of, as long as that is here. */
const aboutWhatWasSaved = (context: Context, saved: SnapshotSummary | undefined): Context => {
  const { flags } = context;
  if (saved === undefined || flags.gateway.length > 0 || flags["state-dir"] !== undefined) return context;
  const isHere = saved.host === hostname() && existsSync(saved.stateDir);
  return isHere ? { ...context, flags: { ...flags, "state-dir": saved.stateDir } } : context;
};

const fileText = (
  path: string,
  difference: Awaited<ReturnType<typeof compareFile>>["difference"],
): string => {
  switch (difference.kind) {
    case "same":
      return `${path} is the same on both sides.\n`;
    case "binary":
      return `${path} differs and is no text.\n`;
    case "too-large":
      return `${path} differs or not: it is too large to show (more than ${difference.limitBytes} bytes).\n`;
    case "text":
      return `${difference.lines.join("\n")}\n`;
  }
};
