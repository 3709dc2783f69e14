import { snapshotKinds, type SnapshotSummary } from "../../../core/index.ts";
import { bytes, ExitCode } from "../../../ground/index.ts";
import { planCleanup, rulesOf } from "../../../keeping/index.ts";
import { recoverRestores, sayRecovered } from "../../recover-restores.ts";
import { openConfiguredVault } from "../../vault-source.ts";
import { defineCommand, type Context } from "../command.ts";
import { findingLines, takenAt, timeText } from "../vault/index.ts";
import { momentOf } from "../vault/moment.ts";
import { textTable } from "../table.ts";

export const command = defineCommand({
  words: ["snapshots", "list"],
  summary: "List the snapshots, oldest first.",
  details: "A time is written 2026-03-02, 2026-03-02-11:24 or 2h (that long ago), in UTC.",
  options: {
    latest: { kind: "flag", help: "only the newest of those asked for" },
    since: { kind: "text", value: "TIME", help: "taken at or after" },
    until: { kind: "text", value: "TIME", help: "taken at or before" },
    expired: { kind: "flag", help: "only those that a cleanup would remove" },
    kind: { kind: snapshotKinds, help: "only of this kind" },
    tag: { kind: "texts", value: "TAG", help: "only with this tag; with all of several" },
  },
  run: async (context, { options }) => {
    const { clock, flags, out } = context;
    const now = clock.now();
    const { since, until, kind, tag } = options;
    const from = since === undefined ? -Infinity : momentOf(since, "since", now);
    const to = until === undefined ? Infinity : momentOf(until, "until", now);
    const { vault, settings } = await openConfiguredVault(context);
    // Whoever looks what can be taken back should know that something of it is under way.
    sayRecovered(await recoverRestores(context), context);
    const listed = await vault.list();
    const expired = options.expired
      ? new Set(
          planCleanup(listed, rulesOf(settings.retention), now).remove.map(({ snapshot }) => snapshot.id),
        )
      : undefined;
    const chosen = listed.snapshots.filter(
      (snapshot) =>
        takenAt(snapshot) >= from &&
        takenAt(snapshot) <= to &&
        (kind === undefined || snapshot.kind === kind) &&
        tag.every((word) => snapshot.tags.includes(word)) &&
        (flags.gateway.length === 0 || flags.gateway.some((name) => name === snapshot.gateway)) &&
        expired?.has(snapshot.id) !== false,
    );
    const snapshots = options.latest ? chosen.slice(-1) : chosen;
    if (flags.json) out(`${JSON.stringify({ snapshots, findings: listed.findings })}\n`);
    else
      out(
        [
          ...listLines(snapshots, listed.snapshots.length, context.terminal),
          ...findingLines(listed.findings),
          "",
        ].join("\n"),
      );
    return listed.findings.length === 0 ? ExitCode.fine : ExitCode.notFine;
  },
});

/** Where it is narrow, the minute in the id has to do. */
const withTimesFrom = 100;

const listLines = (
  snapshots: readonly SnapshotSummary[],
  all: number,
  terminal: Context["terminal"],
): readonly string[] => {
  if (all === 0) return ["No snapshots yet. clawback snapshots save takes the first."];
  if (snapshots.length === 0)
    return [all === 1 ? "The one snapshot is not like that." : `None of the ${all} snapshots is like that.`];
  const severalGateways = new Set(snapshots.map(({ gateway, stateDir }) => gateway ?? stateDir)).size > 1;
  const withTimes = !terminal.interactive || terminal.columns >= withTimesFrom;
  return textTable(
    [
      "ID",
      "KIND",
      ...(severalGateways ? ["GATEWAY"] : []),
      ...(withTimes ? ["TAKEN (UTC)"] : []),
      "SIZE",
      "NEW",
      "VERIFIED",
      "NAME AND TAGS",
    ],
    snapshots.map((snapshot) => [
      snapshot.id,
      snapshot.kind,
      ...(severalGateways ? [snapshot.gateway ?? snapshot.stateDir] : []),
      ...(withTimes ? [timeText(snapshot.createdAt)] : []),
      bytes(snapshot.bytes),
      bytes(snapshot.newBytes),
      snapshot.verifiedAt === null ? "no" : "yes",
      [
        ...(snapshot.name === null ? [] : [snapshot.name]),
        ...snapshot.tags.map((tag) => `#${tag}`),
        ...(snapshot.protected ? ["protected"] : []),
      ].join(" "),
    ]),
    terminal,
  );
};
