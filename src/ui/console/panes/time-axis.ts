import { age } from "../../../ground/index.ts";
import { timeAxis, type GatewayModel, type Model, type TimeAxis } from "../../../watch/index.ts";
import { kept } from "../state/memo.ts";
import type { Setting } from "../state/model.ts";
import { fit, width as widthOf, type Look, type Role } from "../theme/index.ts";
import type { Size } from "./pane.ts";
import { painted, stripOf, write, type Strip } from "./strip.ts";

/** Columns for the names of the rows. */
export const axisGutter = 12;

/** Rows of an axis: the ruler, when something was wrong, what can be gone back to. */
export const axisRows = 3;

type Manner = Pick<Setting, "texts" | "time"> & {
  /** The moment that is looked at; undefined: now. */
  readonly cursor: number | undefined;
  /** Several gateways stand on it: what is of one of them says of which. */
  readonly ofFleet: boolean;
};

const shades: Readonly<
  Record<string, { readonly symbol: "shadeLight" | "shadeDark" | "barFull"; readonly role: Role }>
> = {
  info: { symbol: "shadeLight", role: "text.secondary" },
  warning: { symbol: "shadeDark", role: "state.warn" },
  critical: { symbol: "barFull", role: "state.bad" },
};

type Wanted = Parameters<typeof timeAxis>[1];

/** Narrower than a column of any terminal: within one of these parts of its window nothing on an axis moves. */
const partsOfWindow = 360;

/** Where a window that reaches to now ends: it goes on by as much as can be seen. */
export const endOfWindow = (now: number, windowMs: number): number => {
  const stepMs = windowMs / partsOfWindow;
  return Math.ceil(now / stepMs) * stepMs;
};

/**
 * Paints the axis of one pane. It goes through every alert and snapshot of the fleet, so it is worked out again only
 * when one of those has changed, or its window has gone on; most news are of neither.
 */
export const axisPainter = (): ((
  watch: Model,
  wanted: Wanted,
  manner: Omit<Manner, "ofFleet">,
  size: Size,
  look: Look,
) => readonly string[]) => {
  const axisOf = axisKeeper();
  const linesOf = kept(paintTimeAxis);
  return (watch, wanted, { texts, time, cursor }, { columns, rows }, look) => {
    const ofFleet = wanted.gateway === undefined && watch.gateways.length > 1;
    const until = wanted.until ?? endOfWindow(watch.now, wanted.windowMs);
    return linesOf(axisOf(watch, { ...wanted, until }), texts, time, cursor, ofFleet, columns, rows, look);
  };
};

const axisKeeper = (): ((watch: Model, wanted: Wanted) => TimeAxis) => {
  let last: { readonly shown: Shown; readonly key: string; readonly axis: TimeAxis } | undefined;
  return (watch, wanted) => {
    const key = JSON.stringify(wanted);
    if (last?.key !== key || !isSame(last.shown, watch))
      last = { shown: shownOf(watch), key, axis: timeAxis(watch, wanted) };
    return last.axis;
  };
};

/** Everything of a fleet that an axis up to a certain moment may show. */
const shownOfFleet = ["places", "alertHistory", "vaultAlerts", "incidents", "marks"] as const;
/** The rest of a model is not held on to. */
type Shown = Pick<Model, (typeof shownOfFleet)[number]> & {
  readonly gateways: readonly Pick<GatewayModel, "alerts" | "snapshots">[];
};

const shownOf = ({ gateways, places, alertHistory, vaultAlerts, incidents, marks }: Model): Shown => ({
  places,
  alertHistory,
  vaultAlerts,
  incidents,
  marks,
  gateways: gateways.map(({ alerts, snapshots }) => ({ alerts, snapshots })),
});

/** Asked for every frame: hardly anything is made for the answer. */
const isSame = (one: Shown, other: Shown): boolean =>
  shownOfFleet.every((name) => one[name] === other[name]) &&
  one.gateways.length === other.gateways.length &&
  one.gateways.every(
    ({ alerts, snapshots }, place) =>
      alerts === other.gateways[place]?.alerts && snapshots === other.gateways[place].snapshots,
  );

/** Three rows: the ruler with its times and marks, when something was wrong, and what can be gone back to. */
const paintTimeAxis = (
  axis: TimeAxis,
  texts: Setting["texts"],
  time: Setting["time"],
  cursor: number | undefined,
  ofFleet: boolean,
  columns: number,
  height: number,
  look: Look,
): readonly string[] => {
  const manner: Manner = { texts, time, cursor, ofFleet };
  const { fleet } = texts;
  const line = look.symbol("horizontal");
  const name = `${line} ${fleet.axis} `;
  const rows = [
    look.paint("frame", fit(name + line.repeat(Math.max(0, axisGutter - widthOf(name))), axisGutter)) +
      painted(ruler(axis, manner, look), look),
    look.fit(`  ${fleet.axisAlerts}`, axisGutter) + painted(alertRow(axis, manner, look), look),
    look.fit(`  ${fleet.axisSnapshots}`, axisGutter) + painted(snapshotRow(axis, manner, look), look),
  ];
  return Array.from({ length: height }, (_, row) => look.fit(rows[row] ?? "", columns));
};

/** The column of a moment, when it is on the axis. */
const columnOf = (axis: TimeAxis, at: number): number | undefined =>
  at < axis.from || at > axis.until
    ? undefined
    : Math.min(axis.buckets.length - 1, Math.floor((at - axis.from) / axis.bucketMs));

/** A time about every twenty columns, on round minutes; marks over it, because they are what is looked for. */
const ruler = (axis: TimeAxis, { texts, time, cursor }: Manner, look: Look): Strip => {
  const width = axis.buckets.length;
  const strip = stripOf(width, look.symbol("horizontal"), "frame");
  const here = cursor === undefined ? undefined : columnOf(axis, cursor);
  const moment = here === undefined || cursor === undefined ? "" : ` ${time.clock(cursor)} `;
  const left = Math.max(0, Math.min(width - moment.length, (here ?? 0) - Math.floor(moment.length / 2)));
  const isBeside = (column: number, label: string): boolean =>
    moment === "" || column + widthOf(label) <= left || column >= left + moment.length;
  for (const mark of axis.marks) {
    const text = look.ascii ? mark.text.replace(/[^\x20-\x7e]/g, "?") : mark.text;
    const sign = look.symbol("mark");
    const label = `${sign}${fit(text, Math.min(16, widthOf(text)))}`;
    // Beside the moment that is looked at there may be room for its sign alone: half a name says nothing.
    const places = [
      [Math.min(mark.column, width - widthOf(label)), label],
      [mark.column, sign],
    ] as const;
    places.some(([column, words]) => isBeside(column, words) && write(strip, column, words, "chart.mark"));
  }
  if (moment !== "") write(strip, left, moment, "banner");
  // Times stand where the marks have left room for them: half a time would be read as another one.
  const writeFree = (column: number, label: string): void => {
    const cells = strip.slice(Math.max(0, column), column + widthOf(label));
    if (cells.every(({ role }) => role === "frame")) write(strip, column, label, "text.secondary");
  };
  const end = ` ${texts.words.now} `;
  if (cursor === undefined) writeFree(width - widthOf(end), end);
  const stepMs = roundStep((axis.bucketMs * width) / Math.max(1, Math.floor(width / 20)));
  for (let at = Math.ceil(axis.from / stepMs) * stepMs; at < axis.until; at += stepMs) {
    writeFree(Math.round((at - axis.from) / axis.bucketMs), ` ${time.minute(at)} `);
  }
  return strip;
};

const roundSteps = [60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400].map(
  (s) => s * 1_000,
);

const roundStep = (wanted: number): number =>
  roundSteps.find((step) => step >= wanted) ?? Math.ceil(wanted / 86_400_000) * 86_400_000;

const alertRow = (axis: TimeAxis, { texts, time, cursor }: Manner, look: Look): Strip => {
  const strip = stripOf(axis.buckets.length, " ");
  for (const [column, bucket] of axis.buckets.entries()) {
    const shade = bucket.severity === undefined ? undefined : shades[bucket.severity];
    if (shade !== undefined) strip[column] = { symbol: look.symbol(shade.symbol), role: shade.role };
  }
  if (axis.onset !== undefined) {
    const label = `${texts.fleet.onset} ${time.minute(axis.onset.at)} `;
    write(strip, axis.onset.column - widthOf(label), label, "state.warn");
  }
  withCursor(strip, axis, cursor, look);
  return strip;
};

const snapshotRow = (axis: TimeAxis, { texts, cursor, ofFleet }: Manner, look: Look): Strip => {
  const strip = stripOf(axis.buckets.length, " ");
  const { fleet } = texts;
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
    const { newestBefore } = axis;
    const words =
      newestBefore === undefined
        ? fleet.noSnapshots
        : fleet.noSnapshotsSince(age(Math.max(0, axis.until - newestBefore)));
    write(strip, 0, words, "text.dim");
  }
  if (axis.lastGood !== undefined) {
    const { snapshot, verified, column, gateway } = axis.lastGood;
    const first = ofFleet ? `${fleet.lastGood} ${gateway}` : fleet.lastGood;
    // In the middle of the axis there is room for less on either side: a star alone would say nothing.
    [
      ` ${first} ${snapshot} ${verified ? fleet.verified : fleet.notVerified} `,
      ` ${first} ${snapshot} `,
      ` ${first} `,
    ].some(
      (label) =>
        write(strip, column + 1, label, "state.good") ||
        write(strip, column - widthOf(label), label, "state.good"),
    );
  }
  withCursor(strip, axis, cursor, look);
  return strip;
};

const withCursor = (strip: Strip, axis: TimeAxis, cursor: number | undefined, look: Look): void => {
  const column = cursor === undefined ? undefined : columnOf(axis, cursor);
  // It goes over what has happened, and not over a letter or a digit: half a time would be read as another one.
  if (column === undefined || /[\p{Ll}\p{Lo}\p{N}]/u.test(strip[column]?.symbol ?? "")) return;
  write(strip, column, look.symbol("vertical"), "accent");
};
