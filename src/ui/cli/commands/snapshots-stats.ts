import type { SnapshotSummary } from "../../../core/index.ts";
import { bytes, count, ExitCode } from "../../../ground/index.ts";
import { openConfiguredVault } from "../../vault-source.ts";
import { defineCommand } from "../command.ts";
import { timeText } from "../vault/index.ts";

export const command = defineCommand({
  words: ["snapshots", "stats"],
  summary: "Count the snapshots: by kind, by gateway, and what they take.",
  options: {},
  run: async (context) => {
    const { vault } = await openConfiguredVault(context);
    const [{ snapshots }, stored] = [await vault.list(), await vault.stats()];
    const stats = statsOf(snapshots, stored.storedBytes);
    context.out(context.flags.json ? `${JSON.stringify({ stats })}\n` : statsText(stats));
    return ExitCode.fine;
  },
});

type Stats = ReturnType<typeof statsOf>;

const statsOf = (snapshots: readonly SnapshotSummary[], storedBytes: number) => ({
  snapshots: snapshots.length,
  verified: snapshots.filter(({ verifiedAt }) => verifiedAt !== null).length,
  protected: snapshots.filter((snapshot) => snapshot.protected).length,
  oldestAt: snapshots[0]?.createdAt ?? null,
  newestAt: snapshots.at(-1)?.createdAt ?? null,
  kinds: countsOf(snapshots.map(({ kind }) => kind)),
  gateways: countsOf(snapshots.map(({ gateway, stateDir }) => gateway ?? stateDir)),
  /** All snapshots as if each stood alone, what was new in them, and what lies on disk. */
  bytes: sum(snapshots.map((snapshot) => snapshot.bytes)),
  newBytes: sum(snapshots.map(({ newBytes }) => newBytes)),
  storedBytes,
});

const sum = (values: readonly number[]): number => values.reduce((left, right) => left + right, 0);

const countsOf = (words: readonly string[]): Readonly<Record<string, number>> =>
  Object.fromEntries([...Map.groupBy(words, (word) => word)].map(([word, all]) => [word, all.length]));

const statsText = (stats: Stats): string => {
  const counts = (of: Readonly<Record<string, number>>): string =>
    Object.entries(of)
      .map(([word, amount]) => `${word} ${count(amount)}`)
      .join(", ") || "none";
  const times =
    // Of a few small files the vault's own lists are the larger part.
    stats.storedBytes > 0 && stats.bytes >= 2 * stats.storedBytes
      ? ` (${(stats.bytes / stats.storedBytes).toFixed(1)} times less)`
      : "";
  return [
    `Snapshots        ${count(stats.snapshots)}, ${count(stats.verified)} verified, ${count(stats.protected)} protected`,
    ...(stats.oldestAt === null || stats.newestAt === null
      ? []
      : [`Taken            ${timeText(stats.oldestAt)} to ${timeText(stats.newestAt)} UTC`]),
    `By kind          ${counts(stats.kinds)}`,
    `By gateway       ${counts(stats.gateways)}`,
    `Data             ${bytes(stats.bytes)} in all snapshots together`,
    `On disk          ${bytes(stats.storedBytes)}${times}`,
    "",
  ].join("\n");
};
