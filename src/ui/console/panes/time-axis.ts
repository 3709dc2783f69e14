import { clockTime, type TimeAxis } from "../../../watch/index.ts";
import type { Look, Role } from "../theme/index.ts";
import { painted, stripOf, write, type Strip } from "./strip.ts";

/** Columns for the names of the rows. */
export const axisGutter = 12;

const shades: Readonly<
  Record<string, { readonly symbol: "shadeLight" | "shadeDark" | "barFull"; readonly role: Role }>
> = {
  info: { symbol: "shadeLight", role: "text.secondary" },
  warning: { symbol: "shadeDark", role: "state.warn" },
  critical: { symbol: "barFull", role: "state.bad" },
};

/** One column each: what is wider or not known to be narrow would shift everything after it. */
const plainText = (text: string): string => text.replace(/[^\x20-\x7e]/g, "?");

/**
 * Three rows: the ruler with its times and marks, when something was wrong, and what can be gone back to.
 */
export const paintTimeAxis = (
  axis: TimeAxis,
  size: { readonly columns: number; readonly rows: number },
  look: Look,
): readonly string[] => {
  const width = axis.buckets.length;
  const rows = [
    look.paint(
      "frame",
      look.fit(
        `${look.symbol("horizontal")} time `.padEnd(axisGutter, look.symbol("horizontal")),
        axisGutter,
      ),
    ) + painted(ruler(axis, width, look), look),
    look.fit("  alerts", axisGutter) + painted(alertRow(axis, width, look), look),
    look.fit("  snapshots", axisGutter) + painted(snapshotRow(axis, width, look), look),
  ];
  return Array.from({ length: size.rows }, (_, row) => look.fit(rows[row] ?? "", size.columns));
};

/** A time about every twenty columns, on round minutes; marks over it, because they are what is looked for. */
const ruler = (axis: TimeAxis, width: number, look: Look): Strip => {
  const strip = stripOf(width, look.symbol("horizontal"), "frame");
  const stepMs = roundStep((axis.bucketMs * width) / Math.max(1, Math.floor(width / 20)));
  for (let at = Math.ceil(axis.from / stepMs) * stepMs; at < axis.until; at += stepMs) {
    const column = Math.round((at - axis.from) / axis.bucketMs);
    write(strip, column, ` ${clockTime(at).slice(0, 5)} `, "text.secondary");
  }
  write(strip, width - 5, " now ", "text.secondary");
  for (const mark of axis.marks) {
    const label = `${look.symbol("mark")}${plainText(mark.text).slice(0, 16)}`;
    if (!write(strip, mark.column, label, "chart.mark")) {
      write(strip, width - label.length, label, "chart.mark");
    }
  }
  return strip;
};

const roundSteps = [60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400].map(
  (s) => s * 1_000,
);

const roundStep = (wanted: number): number =>
  roundSteps.find((step) => step >= wanted) ?? Math.ceil(wanted / 86_400_000) * 86_400_000;

const alertRow = (axis: TimeAxis, width: number, look: Look): Strip => {
  const strip = stripOf(width, " ");
  for (const [column, bucket] of axis.buckets.entries()) {
    const shade = bucket.severity === undefined ? undefined : shades[bucket.severity];
    if (shade !== undefined) strip[column] = { symbol: look.symbol(shade.symbol), role: shade.role };
  }
  if (axis.onset !== undefined) {
    const label = `onset ${clockTime(axis.onset.at).slice(0, 5)} `;
    write(strip, axis.onset.column - label.length, label, "state.warn");
  }
  return strip;
};

const snapshotRow = (axis: TimeAxis, width: number, look: Look): Strip => {
  const strip = stripOf(width, " ");
  for (const [column, { snapshot, lastGood }] of axis.buckets.entries()) {
    if (snapshot === undefined) continue;
    strip[column] = lastGood
      ? { symbol: look.symbol("star"), role: "state.good" }
      : snapshot.troubled
        ? { symbol: look.symbol("no"), role: "state.bad" }
        : snapshot.kind === "critical"
          ? { symbol: look.symbol("snapshot"), role: "text.secondary" }
          : snapshot.kind === "full"
            ? { symbol: look.symbol("fullSnapshot"), role: "text.primary" }
            : { symbol: look.symbol("diamond"), role: "accent" };
  }
  if (axis.buckets.every(({ snapshot }) => snapshot === undefined)) {
    write(strip, 0, "none yet", "text.dim");
  }
  if (axis.lastGood !== undefined) {
    const label = ` last good ${axis.lastGood.snapshot} ${axis.lastGood.verified ? "verified" : "not verified"}`;
    write(strip, axis.lastGood.column + 1, label, "state.good");
  }
  return strip;
};
