import type { FindingCode, SnapshotSummary, Verified, VerifyDepth } from "../../../core/index.ts";
import { bytes, count, counted, ExitCode, Problem } from "../../../ground/index.ts";
import { openConfiguredVault } from "../../vault-source.ts";
import { defineCommand } from "../command.ts";
import { findSeveral, hurtLines, noteLines, showProgress, timeText } from "../vault/index.ts";

export const command = defineCommand({
  words: ["snapshots", "verify"],
  summary: "Read snapshots back and check every byte of them.",
  details: [
    "Decrypts, unpacks and hashes everything; --quick checks the structure and a random sample, --structure only that all",
    "is there. Names each damaged object, the snapshots and files it hurts, and what to do; exits 1 then.",
  ].join("\n"),
  operands: { usage: "REF…|--all", least: 0 },
  options: {
    all: { kind: "flag", help: "every snapshot" },
    quick: { kind: "flag", help: "the structure, and a random sample of the data" },
    structure: { kind: "flag", help: "the structure alone" },
  },
  run: async (context, { options, operands }) => {
    if (options.all === operands.length > 0) {
      const says = options.all
        ? `"snapshots verify" takes snapshots or --all, not both.`
        : `"snapshots verify" needs a snapshot, or --all for every one.`;
      throw new Problem("USAGE_OPERAND", says, {
        hint: "clawback snapshots verify latest checks the newest.",
        exit: ExitCode.usage,
      });
    }
    if (options.quick && options.structure) {
      throw new Problem("USAGE_OPTION", "--quick and --structure exclude each other.", {
        hint: "--quick checks the structure too, and a sample of the data besides.",
        exit: ExitCode.usage,
      });
    }
    const { flags, out, err, progress, signal } = context;
    const { vault } = await openConfiguredVault(context);
    const found = options.all ? [] : await findSeveral(context, await vault.list(), operands);
    err(noteLines(found, context));
    const depth = options.structure ? "structure" : options.quick ? "quick" : "full";
    const verified = await vault
      .verify(options.all ? "all" : found.map(({ snapshot }) => snapshot.id), {
        depth,
        note: flags["read-only"] ? "nothing" : "what-is-found",
        signal,
        onProgress: showProgress(context),
      })
      .finally(() => {
        progress(undefined);
      });
    if (flags.json) out(`${JSON.stringify({ ...verified, depth })}\n`);
    else
      out(
        verifiedText(
          verified,
          depth,
          found.map(({ snapshot }) => snapshot),
        ),
      );
    return verified.ok ? ExitCode.fine : ExitCode.notFine;
  },
});

/** What a repair can do something about: damage to objects, not what has been lost with them. */
const repairable: ReadonlySet<FindingCode> = new Set([
  "PACK_DAMAGED",
  "PACK_FOOTER_DAMAGED",
  "CHUNK_DAMAGED",
]);

/** Worth saying, and no damage. */
const harmless: ReadonlySet<FindingCode> = new Set(["INDEX_REBUILT", "NOT_NOTED"]);

const depths: Readonly<Record<VerifyDepth, string>> = {
  full: "every byte",
  content: "every byte of theirs",
  quick: "the structure and a random sample",
  structure: "the structure, no data",
};

const verifiedText = (verified: Verified, depth: VerifyDepth, named: readonly SnapshotSummary[]): string => {
  const notes = verified.findings
    .filter(({ code }) => harmless.has(code))
    .map(({ message }) => `⚠️ ${message}`);
  const checked = `${bytes(verified.checkedBytes)} read back (${depths[depth]})`;
  if (!verified.ok) {
    const damage = verified.findings.filter(({ code }) => !harmless.has(code));
    return [
      "❌ Integrity check: FAILED",
      ...hurtLines(damage),
      ...named
        .filter(({ id }) => !damage.some(({ snapshot }) => snapshot === id))
        .map(({ id }) => `✅ ${id} is not hurt`),
      ...notes,
      `${counted(verified.snapshots, "snapshot")} checked, ${checked}.`,
      ...(damage.some(({ code }) => repairable.has(code))
        ? [
            "clawback snapshots repair saves what is whole of damaged objects; the next save makes good what it can.",
          ]
        : []),
      "",
    ].join("\n");
  }
  const facts = named.flatMap((snapshot) => [
    ...(named.length > 1 ? ["", `Snapshot ${snapshot.id}`] : []),
    `✅ Compression: ${snapshot.compression}`,
    `✅ Data size: ${bytes(snapshot.bytes)}`,
    `✅ Timestamp: ${timeText(snapshot.createdAt)}`,
  ]);
  return [
    "✅ Integrity check: PASSED",
    ...(named.length === 0 ? [`✅ Snapshots: ${count(verified.snapshots)}`] : facts),
    `✅ Checked: ${checked}`,
    ...notes,
    "",
  ].join("\n");
};
