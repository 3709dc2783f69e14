import { durationText, type SnapshotSummary } from "../../../core/index.ts";
import { bytes, counted, ExitCode } from "../../../ground/index.ts";
import { planCleanup, rulesOf, type CleanupPlan } from "../../../keeping/index.ts";
import { openConfiguredVault } from "../../vault-source.ts";
import { defineCommand, type Context } from "../command.ts";
import { confirm } from "../confirm.ts";
import { showProgress } from "../vault/index.ts";
import { textTable } from "../table.ts";

export const command = defineCommand({
  words: ["snapshots", "cleanup"],
  summary: "Delete snapshots that are older than they need be, and say why each stays or goes.",
  details: [
    "Rules only ever keep; what no rule keeps goes. Protected snapshots always stay, and so does the newest verified one",
    "of each gateway unless --force lets it go. The rule by age always counts, along with those that are named here:",
    "--retention 1s leaves it to the others.",
  ].join("\n"),
  options: {
    retention: { kind: "duration", value: "TIME", help: "keep what is younger (24h, or as configured)" },
    "keep-last": { kind: "number", value: "N", help: "keep the newest so many of each gateway" },
    hourly: { kind: "number", value: "N", help: "keep the newest of each of the last so many hours" },
    daily: { kind: "number", value: "N", help: "likewise days" },
    weekly: { kind: "number", value: "N", help: "likewise weeks" },
    monthly: { kind: "number", value: "N", help: "likewise months" },
    force: { kind: "flag", help: "let even the newest verified one go" },
    "dry-run": { kind: "flag", help: "only say what would happen" },
  },
  run: async (context, { options }) => {
    const { flags, out, clock, progress, signal } = context;
    const { vault, settings } = await openConfiguredVault(context);
    const { retention, hourly, daily, weekly, monthly, force } = options;
    const plan = planCleanup(
      await vault.list(),
      rulesOf(retention === undefined ? settings.retention : durationText(retention), {
        ...(options["keep-last"] === undefined ? {} : { keepLast: options["keep-last"] }),
        ...(hourly === undefined ? {} : { hourly }),
        ...(daily === undefined ? {} : { daily }),
        ...(weekly === undefined ? {} : { weekly }),
        ...(monthly === undefined ? {} : { monthly }),
        force,
      }),
      clock.now(),
    );
    const ids = plan.remove.map(({ snapshot }) => snapshot.id);
    const isDry = options["dry-run"];
    if (!flags.json) out(planText(plan, context.terminal));
    if (!isDry && ids.length > 0) {
      await confirm(context, { question: `Delete ${counted(ids.length, "snapshot")}?` });
      await vault.delete(ids);
    }
    const collected =
      isDry || ids.length === 0
        ? undefined
        : await vault.collect({ signal, onProgress: showProgress(context) }).finally(() => {
            progress(undefined);
          });
    if (flags.json) {
      const words = ({ snapshot, verdict }: CleanupPlan["keep"][number]): object => ({
        id: snapshot.id,
        why: verdict.why,
        storedBytes: snapshot.storedBytes,
      });
      out(
        `${JSON.stringify({
          dryRun: isDry,
          keep: plan.keep.map(words),
          remove: plan.remove.map(words),
          storedBytesAtMost: plan.storedBytesAtMost,
          deleted: isDry ? [] : ids,
          freedBytes: collected?.freedBytes ?? 0,
          announcedBytes: collected?.announcedBytes ?? 0,
          waitingBytes: collected?.waitingBytes ?? 0,
        })}\n`,
      );
    } else if (collected !== undefined) {
      const later = collected.announcedBytes + collected.waitingBytes;
      out(
        `✅ Deleted ${counted(ids.length, "snapshot")}. Freed ${bytes(collected.freedBytes)}; ${bytes(later)} more can go with a later clawback vault gc.\n`,
      );
    }
    return ExitCode.fine;
  },
});

const planText = (
  { keep, remove, storedBytesAtMost }: CleanupPlan,
  terminal: Context["terminal"],
): string => {
  if (keep.length + remove.length === 0) return "No snapshots yet: nothing to clean up.\n";
  const row = (word: string, snapshot: SnapshotSummary, why: string): readonly string[] => [
    word,
    snapshot.id,
    snapshot.kind,
    bytes(snapshot.storedBytes),
    why,
  ];
  return [
    ...textTable(
      ["", "ID", "KIND", "BROUGHT", "WHY"],
      [
        ...remove.map(({ snapshot, verdict }) => row("goes", snapshot, verdict.why)),
        ...keep.map(({ snapshot, verdict }) => row("stays", snapshot, verdict.why)),
      ],
      terminal,
    ),
    "",
    remove.length === 0
      ? "Every snapshot stays."
      : `${counted(remove.length, "goes", "go")}, ${counted(keep.length, "stays", "stay")}; at most ${bytes(storedBytesAtMost)} become free (what others still need stays).`,
    "",
  ].join("\n");
};
